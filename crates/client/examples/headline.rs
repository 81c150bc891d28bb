//! The headline call, as docs/check.md shows it.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "an example prints what it found, and has no configuration"
)]

use rollcall_client::{ManagementClient, Retries};
use std::env::var;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = ManagementClient::builder(
        var("ROLLCALL_URL")?,
        var("ROLLCALL_ACCESS_KEY_ID")?,
        var("ROLLCALL_ACCESS_KEY_SECRET")?,
    )
    // A check changes nothing: it may be asked again.
    .retries(Retries::up_to(2))
    .build()?;
    let active = client
        .check_session_status(&var("APP")?, &var("WHO")?)
        .await?;
    println!("signed in: {active}");
    Ok(())
}
