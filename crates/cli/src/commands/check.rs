//! `rollcall check`: a client of the server, never of its store.

use super::remote::{client, failure, user_type};
use crate::arguments::CheckArguments;
use crate::failure::Failure;
use crate::output::say;
use serde_json::json;
use std::process::ExitCode;

pub(crate) async fn run(arguments: CheckArguments) -> Result<ExitCode, Failure> {
    let kind = user_type(arguments.user_type.as_deref())?;
    let server = &arguments.server;
    let client = client(server)?;
    let (app, user) = (arguments.app.as_str(), arguments.user.as_str());
    let asked = match kind {
        Some(kind) => client.check_session_status_by(app, user, kind).await,
        None => client.check_session_status(app, user).await,
    };
    let active = asked.map_err(|error| failure(&error, server))?;
    let word = if active { "active" } else { "inactive" };
    let answered = if arguments.json {
        say(&json!({ "active": active }).to_string())
    } else {
        say(word)
    };
    // 1 means "inactive" here: an answer that nobody got must not look like it.
    answered.map_err(Failure::at_least_2)?;
    Ok(ExitCode::from(u8::from(!active)))
}
