//! What the commands that call a running server have in common.

use crate::arguments::ServerArguments;
use crate::failure::Failure;
use rollcall_client::{Error, ManagementClient};
use rollcall_server::config::environment;
use std::error::Error as _;
use std::time::Duration;

const KEY_ID: &str = "ROLLCALL_ACCESS_KEY_ID";
const KEY_SECRET: &str = "ROLLCALL_ACCESS_KEY_SECRET";

/// A client with the access key of the environment.
pub(crate) fn client(server: &ServerArguments) -> Result<ManagementClient, Failure> {
    ManagementClient::builder(
        server.url.as_str(),
        variable(KEY_ID)?,
        variable(KEY_SECRET)?,
    )
    .timeout(Duration::from_secs(server.timeout))
    .build()
    .map_err(|error| failure(&error, server))
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
pub(crate) fn failure(error: &Error, server: &ServerArguments) -> Failure {
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
            let mut text = format!("{}: {error}", server.url);
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
