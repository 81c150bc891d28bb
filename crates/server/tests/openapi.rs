//! The document of the API: its committed copy is what the code says, and it keeps
//! the published contract: nothing is required that the contract does not require,
//! and nothing is missing.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "whoever runs the test says whether it writes the copy, and no setting"
)]

#[path = "openapi/contract.rs"]
mod contract;
#[path = "openapi/serving.rs"]
mod serving;
mod support;

use rollcall_server::openapi::document;
use std::path::PathBuf;

/// Set to write the copy anew.
const WRITE: &str = "ROLLCALL_WRITE_OPENAPI";

#[test]
fn the_committed_copy_is_what_the_code_says() {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../../docs/openapi.json"]
        .iter()
        .collect();
    let text = serde_json::to_string_pretty(&document()).unwrap() + "\n";
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let copy = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = copy
        .lines()
        .zip(text.lines())
        .position(|(copied, said)| copied != said);
    assert!(
        copy == text,
        "docs/openapi.json is not what the code says, from line {:?} on; look at what \
         `{WRITE}=1 cargo test -p rollcall-server --test openapi` changes in it",
        differs.map(|line| line + 1)
    );
}
