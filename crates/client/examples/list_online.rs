//! Everybody who is signed in to an application now, however many they are.
//!
//! ```sh
//! cargo run -p rollcall-client --example list_online APP
//! ```

#![allow(clippy::print_stdout, reason = "an example prints what it found")]

mod common;

use rollcall_client::types::ListApplicationActiveUsersDto;
use rollcall_client::{Error, ManagementClient};

/// Their ids.
pub async fn run(client: &ManagementClient, app: &str) -> Result<Vec<String>, Error> {
    let mut online = client.all_active_users(ListApplicationActiveUsersDto {
        app_id: app.to_owned(),
        ..ListApplicationActiveUsersDto::default()
    });
    let mut ids = Vec::new();
    // Pages are fetched as they are needed.
    while let Some(user) = online.next().await? {
        ids.push(user.user_id);
    }
    Ok(ids)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [app] = common::arguments()?;
    let client = common::management()?.build()?;
    for id in run(&client, &app).await? {
        println!("{id}");
    }
    Ok(())
}
