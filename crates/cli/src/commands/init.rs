//! `rollcall init`.

use crate::arguments::InitArguments;
use crate::failure::Failure;
use crate::logging;
use crate::output::say;
use rollcall_server::boot::{InitTask, IssuedKey, init, init_owner};
use rollcall_server::config::{Config, LogFormat, LogLevel, StoreConfig};
use serde_json::json;
use std::process::ExitCode;

pub(crate) async fn run(arguments: InitArguments) -> Result<ExitCode, Failure> {
    let settings = arguments.settings.settings()?;
    let config = StoreConfig::read(&settings)?;
    logging::start(LogFormat::Text, LogLevel::Warn)
        .map_err(|error| Failure::new(error.to_string()))?;
    if let Some(email) = &arguments.owner {
        let url = Config::read(&settings)?;
        let url = url.public_url_at(url.listen);
        return run_owner(&config, email, url.as_str(), arguments.json).await;
    }
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

/// The console is reached where the server will be: as the environment, a file or the
/// defaults say.
async fn run_owner(
    config: &StoreConfig,
    email: &str,
    url: &str,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let made = init_owner(config, email).await?;
    let link = made.link(url);
    if as_json {
        let key = made.key.as_ref();
        say(&json!({
            "owner": email,
            "link": link,
            "accessKeyId": key.map(|key| key.access_key_id.clone()),
            "accessKeySecret": key.map(IssuedKey::reveal_secret),
            "userPoolId": key.map(|key| key.user_pool_id.clone()),
        })
        .to_string())?;
        return Ok(ExitCode::SUCCESS);
    }
    let store = made.key.as_ref().map(|key| {
        let what = "a store with a user pool and its root access key";
        as_text(key, what, config) + "\n\n"
    });
    say(&format!(
        "{}{email} owns this server. They choose a password here, once, within a day:\n\n  {link}\n\n\
         It works while the server runs.",
        store.unwrap_or_default(),
    ))?;
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
