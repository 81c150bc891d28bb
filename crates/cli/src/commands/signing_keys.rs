//! `rollcall signing-keys`: a client of the server, never of its store.

use super::remote::{client, failure};
use crate::arguments::RotateArguments;
use crate::failure::Failure;
use crate::output::say;
use rollcall_client::SigningKeyDto;
use serde_json::json;
use std::process::ExitCode;

pub(crate) async fn rotate(arguments: RotateArguments) -> Result<ExitCode, Failure> {
    let server = &arguments.server;
    let rotated = client(server)?.rotate_signing_keys().await;
    let keys = rotated.map_err(|error| failure(&error, server))?;
    let text = if arguments.json {
        json!(keys).to_string()
    } else {
        table(&keys)
    };
    // An answer that nobody got is an error as any other here.
    say(&text).map_err(|failure| Failure::usage(failure.message))?;
    Ok(ExitCode::SUCCESS)
}

/// One line for each key, in columns. A key id is at most 43 characters long: a
/// SHA-256 in base64url.
fn table(keys: &[SigningKeyDto]) -> String {
    let line = |state: &str, alg: &str, from: &str, kid: &str| {
        format!("{state:<8} {alg:<5} {from:<24} {kid}")
    };
    let mut lines = vec![line("STATE", "ALG", "ACTIVE FROM", "KID")];
    lines.extend(keys.iter().map(|key| {
        let from = key.active_from.to_string();
        line(key.state.as_str(), &key.alg, &from, &key.kid)
    }));
    lines.join("\n")
}
