//! Signs a person out of applications, and shows that it is final.
//!
//! ```sh
//! cargo run -p rollcall-client --example kick APP USER
//! ```

#![allow(clippy::print_stdout, reason = "an example prints what it found")]

mod common;

use rollcall_client::types::{KickUsersDto, UserIdType};
use rollcall_client::{Error, ManagementClient};

/// Ends what the user has in the application, and asks whether anything is left.
pub async fn run(client: &ManagementClient, app: &str, user: &str) -> Result<bool, Error> {
    let request = KickUsersDto {
        user_id: user.to_owned(),
        app_ids: vec![app.to_owned()],
        user_id_type: Some(UserIdType::Username),
        ..KickUsersDto::default()
    };
    client.kick_users(&request).await?;
    client.check_session_status(app, user).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [app, user] = common::arguments()?;
    let client = common::management()?.build()?;
    println!("still signed in: {}", run(&client, &app, &user).await?);
    Ok(())
}
