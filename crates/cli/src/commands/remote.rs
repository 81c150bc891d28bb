//! What the commands that call a running server have in common.

use crate::arguments::ServerArguments;
use crate::failure::Failure;
use crate::output::{Progress, say};
use rollcall_client::{
    Error, ManagementClient, ManagementClientBuilder, Retries, Rows, UserIdType,
};
use rollcall_server::config::environment;
use serde::Serialize;
use std::error::Error as _;
use std::process::ExitCode;
use std::time::Duration;

const KEY_ID: &str = "ROLLCALL_ACCESS_KEY_ID";
const KEY_SECRET: &str = "ROLLCALL_ACCESS_KEY_SECRET";

/// How often a call that changes nothing is tried again, so that a long list
/// survives a server that restarts.
const RETRIES: Retries = Retries::up_to(2);

/// A server and a client of it, for a command that is done when the server has
/// answered. Whatever else happens is exit code 2.
pub(crate) struct Remote {
    pub(crate) client: ManagementClient,
    server: ServerArguments,
}

impl Remote {
    pub(crate) fn new(server: ServerArguments) -> Result<Self, Failure> {
        let client = builder(&server)?.retries(RETRIES).build();
        Ok(Self {
            client: client.map_err(|error| failure(&error, &server))?,
            server,
        })
    }

    /// An answer, or why there is none.
    pub(crate) fn answered<T>(&self, outcome: Result<T, Error>) -> Result<T, Failure> {
        outcome.map_err(|error| failure(&error, &self.server))
    }

    /// Why there is no answer.
    pub(crate) fn failure(&self, error: &Error) -> Failure {
        failure(error, &self.server)
    }

    /// All rows of a list, with progress for who watches.
    pub(crate) async fn all<T>(&self, mut rows: Rows<T>, what: &str) -> Result<Vec<T>, Failure> {
        let progress = Progress::new();
        let mut all = Vec::new();
        while let Some(row) = self.answered(rows.next().await)? {
            all.push(row);
            let of = rows.total().unwrap_or_default();
            progress.tell(&format!("{} of {of} {what}", all.len()));
        }
        progress.clear();
        Ok(all)
    }
}

/// Prints the answer: as JSON, with the API's own members, or for people.
pub(crate) fn show<T: Serialize>(
    json: bool,
    answer: &T,
    for_people: impl FnOnce(&T) -> String,
) -> Result<ExitCode, Failure> {
    let text = if json {
        serde_json::to_string(answer).map_err(|error| Failure::usage(error.to_string()))?
    } else {
        for_people(answer)
    };
    told(&text)
}

/// Prints what was done. An answer that nobody got is an error as any other here.
pub(crate) fn told(text: &str) -> Result<ExitCode, Failure> {
    say(text).map_err(Failure::at_least_2)?;
    Ok(ExitCode::SUCCESS)
}

/// What kind of identifier a user is named by.
pub(crate) fn user_type(text: Option<&str>) -> Result<Option<UserIdType>, Failure> {
    let Some(text) = text else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(|_| {
        let known: Vec<_> = UserIdType::ALL.iter().map(|kind| kind.as_str()).collect();
        Failure::usage(format!(
            "--user-type: `{text}` is none of {}",
            known.join(", ")
        ))
    })
}

/// A client with the access key of the environment.
pub(crate) fn client(server: &ServerArguments) -> Result<ManagementClient, Failure> {
    let client = builder(server)?.build();
    client.map_err(|error| failure(&error, server))
}

fn builder(server: &ServerArguments) -> Result<ManagementClientBuilder, Failure> {
    let (id, secret) = (variable(KEY_ID)?, variable(KEY_SECRET)?);
    let builder = ManagementClient::builder(server.url.as_str(), id, secret);
    Ok(builder.timeout(Duration::from_secs(server.timeout)))
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
            ..
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
