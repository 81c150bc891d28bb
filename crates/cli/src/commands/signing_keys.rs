//! `rollcall signing-keys`: a client of the server, never of its store.

use super::remote::{client, failure};
use crate::arguments::RotateArguments;
use crate::failure::Failure;
use crate::output::say;
use crate::table::{Table, instant};
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
    say(&text).map_err(Failure::at_least_2)?;
    Ok(ExitCode::SUCCESS)
}

/// One line for each key.
fn table(keys: &[SigningKeyDto]) -> String {
    let mut table = Table::new(["STATE", "ALG", "ACTIVE FROM", "KEY ID"]);
    for key in keys {
        table.row([
            key.state.to_string(),
            key.alg.clone(),
            instant(key.active_from),
            key.kid.clone(),
        ]);
    }
    table.for_output()
}
