//! `rollcall check`: a client of the server, never of its store.

use crate::arguments::CheckArguments;
use crate::failure::Failure;
use crate::output::say;
use rollcall_client::{Error, ManagementClient, UserIdType};
use rollcall_server::config::environment;
use serde_json::json;
use std::error::Error as _;
use std::process::ExitCode;
use std::time::Duration;

const KEY_ID: &str = "ROLLCALL_ACCESS_KEY_ID";
const KEY_SECRET: &str = "ROLLCALL_ACCESS_KEY_SECRET";

pub(crate) async fn run(arguments: CheckArguments) -> Result<ExitCode, Failure> {
    let kind = arguments.user_type.as_deref().map(user_type).transpose()?;
    let client = ManagementClient::builder(
        arguments.url.as_str(),
        variable(KEY_ID)?,
        variable(KEY_SECRET)?,
    )
    .timeout(Duration::from_secs(arguments.timeout))
    .build()
    .map_err(|error| failure(&error, &arguments.url))?;
    let (app, user) = (arguments.app.as_str(), arguments.user.as_str());
    let asked = match kind {
        Some(kind) => client.check_session_status_by(app, user, kind).await,
        None => client.check_session_status(app, user).await,
    };
    let active = asked.map_err(|error| failure(&error, &arguments.url))?;
    let word = if active { "active" } else { "inactive" };
    let answered = if arguments.json {
        say(&json!({ "active": active }).to_string())
    } else {
        say(word)
    };
    // 1 means "inactive" here: an answer that nobody got must not look like it.
    answered.map_err(|failure| Failure::usage(failure.message))?;
    Ok(ExitCode::from(u8::from(!active)))
}

fn user_type(text: &str) -> Result<UserIdType, Failure> {
    text.parse().map_err(|_| {
        let known: Vec<_> = UserIdType::ALL.iter().map(|kind| kind.as_str()).collect();
        Failure::usage(format!(
            "--user-type: `{text}` is none of {}",
            known.join(", ")
        ))
    })
}

fn variable(name: &str) -> Result<String, Failure> {
    let found = environment().into_iter().find(|(key, _)| key == name);
    let value = found.and_then(|(_, value)| value.into_string().ok());
    value.filter(|value| !value.is_empty()).ok_or_else(|| {
        Failure::usage(format!(
            "{name} is not set; `rollcall init` prints an access key and its secret"
        ))
    })
}

/// Everything that is no answer is exit code 2.
fn failure(error: &Error, url: &str) -> Failure {
    let message = match error {
        Error::Api {
            status_code,
            api_code,
            message,
            request_id,
        } => {
            let api_code = api_code.map_or("none".to_owned(), |code| code.to_string());
            format!(
                "{message} (statusCode {status_code}, apiCode {api_code}, requestId {request_id})"
            )
        }
        Error::InvalidHost => format!("--url: {error}"),
        _ => {
            let mut text = format!("{url}: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                text = format!("{text}: {error}");
                cause = error.source();
            }
            text
        }
    };
    Failure::usage(message)
}
