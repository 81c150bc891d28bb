//! Signs a person in with a password, and looks after the tokens.
//!
//! ```sh
//! export ROLLCALL_URL=… ROLLCALL_APP_SECRET=… ROLLCALL_PASSWORD=…
//! cargo run -p rollcall-client --example sign_in APP USERNAME
//! ```

#![allow(clippy::print_stdout, reason = "an example prints what it found")]

mod common;

use rollcall_client::{AuthenticationClient, Error, SignIn};

/// Signs in, renews the tokens, says who it is, and gives the tokens back.
pub async fn run(
    client: &AuthenticationClient,
    username: &str,
    password: &str,
) -> Result<String, Error> {
    let sign_in = SignIn::by_username(username, password).scope("openid profile offline_access");
    let tokens = client.signin(&sign_in).await?;
    let claims = match &tokens.id_token {
        // A sign-in through the API answers no request, so there is no nonce.
        Some(id_token) => client.verify_id_token(id_token.as_str(), None).await?,
        None => return Err(Error::InvalidIdToken("there is none")),
    };
    if let Some(refresh_token) = &tokens.refresh_token {
        // The old refresh token is used up: keep the new one.
        let renewed = client.refresh_token(refresh_token.as_str(), None).await?;
        let told = client.user_info(renewed.access_token.as_str()).await?;
        // OIDC Core section 5.3.2: user information of somebody else is none.
        if told.sub != claims.sub {
            return Err(Error::InvalidIdToken("it is somebody else's"));
        }
        if let Some(refresh_token) = &renewed.refresh_token {
            client.revoke_token(refresh_token.as_str()).await?;
        }
    }
    Ok(claims.sub)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [app, username] = common::arguments()?;
    let client = AuthenticationClient::builder(common::variable("ROLLCALL_URL")?, app)
        .secret(common::variable("ROLLCALL_APP_SECRET")?)
        .build()?;
    let password = common::variable("ROLLCALL_PASSWORD")?;
    println!("it is {}", run(&client, &username, &password).await?);
    Ok(())
}
