//! `rollcall init`.

use crate::arguments::InitArguments;
use crate::failure::Failure;
use crate::logging;
use crate::output::say;
use rollcall_server::boot::{InitTask, IssuedKey, init};
use rollcall_server::config::{LogFormat, LogLevel, StoreConfig};
use serde_json::json;
use std::process::ExitCode;

pub(crate) async fn run(arguments: InitArguments) -> Result<ExitCode, Failure> {
    let config = StoreConfig::read(&arguments.settings.settings()?)?;
    logging::start(LogFormat::Text, LogLevel::Warn)
        .map_err(|error| Failure::new(error.to_string()))?;
    let task = match arguments.new_pool {
        Some(name) => InitTask::NewPool { name },
        None if arguments.new_root_secret => InitTask::NewRootSecret {
            pool: arguments.pool,
        },
        None if arguments.new_key => InitTask::NewKey {
            pool: arguments.pool,
            permissions: arguments.permissions,
        },
        None => InitTask::Store {
            pool_name: arguments.name,
        },
    };
    let made = what(&task);
    let key = init(&config, task).await?;
    say(&if arguments.json {
        as_json(&key)
    } else {
        as_text(&key, made, &config)
    })?;
    Ok(ExitCode::SUCCESS)
}

fn what(task: &InitTask) -> &'static str {
    match task {
        InitTask::Store { .. } => "a store with a user pool and its root access key",
        InitTask::NewKey { .. } => "an access key",
        InitTask::NewRootSecret { .. } => "another secret of a root access key",
        InitTask::NewPool { .. } => "a user pool and its root access key",
    }
}

fn as_json(key: &IssuedKey) -> String {
    json!({
        "accessKeyId": key.access_key_id,
        "accessKeySecret": key.reveal_secret(),
        "userPoolId": key.user_pool_id,
    })
    .to_string()
}

fn as_text(key: &IssuedKey, made: &str, config: &StoreConfig) -> String {
    let data = config.data.display();
    let (place, database) = match &config.database {
        // Not the URL itself, which may hold a password.
        Some(_) => ("the database".to_owned(), " --database-url URL"),
        None => (data.to_string(), ""),
    };
    format!(
        "Made {made} in {place}.\n\n  \
           accessKeyId      {}\n  \
           accessKeySecret  {}\n  \
           userPoolId       {}\n\n\
         The secret is shown this once. Next: rollcall serve --data {data}{database}",
        key.access_key_id,
        key.reveal_secret(),
        key.user_pool_id,
    )
}
