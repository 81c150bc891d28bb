//! Asks whether a person is signed in, and lets them pay only then.
//!
//! ```sh
//! export ROLLCALL_URL=http://127.0.0.1:7250
//! export ROLLCALL_ACCESS_KEY_ID=… ROLLCALL_ACCESS_KEY_SECRET=…
//! cargo run -p rollcall-client --example check APP USER
//! ```

#![allow(clippy::print_stdout, reason = "an example prints what it found")]

mod common;

use rollcall_client::{ApiCode, Error, ManagementClient, Retries};

/// Whether to take the money.
pub async fn run(client: &ManagementClient, app: &str, user: &str) -> Result<bool, Error> {
    match client.check_session_status(app, user).await {
        Ok(active) => Ok(active),
        // Somebody who is not there is not signed in.
        Err(error) if error.api_code() == Some(ApiCode::UserNotFound) => Ok(false),
        // Everything else is "cannot say", which is yours to decide: here, no money.
        Err(error) => Err(error),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [app, user] = common::arguments()?;
    let client = common::management()?
        // A check changes nothing: it may be asked again.
        .retries(Retries::up_to(2))
        .build()?;
    println!("signed in: {}", run(&client, &app, &user).await?);
    Ok(())
}
