//! Signs a person in through the server's pages: the code flow with PKCE.
//!
//! A web application does the two halves in two requests of the browser, and keeps
//! the [`PendingSignOn`] in the browser's session between them. Here you are the
//! browser: open the URL, sign in, and paste where you were led to.
//!
//! ```sh
//! export ROLLCALL_URL=… ROLLCALL_APP_SECRET=…
//! cargo run -p rollcall-client --example code_flow APP REDIRECT_URI
//! ```

#![allow(clippy::print_stdout, reason = "an example prints what it found")]

mod common;

use rollcall_client::types::SecretText;
use rollcall_client::{AuthenticationClient, Error, PendingSignOn, SignOn, SignedOn};

/// The first half: where to send the browser, and what to keep until it is back.
pub fn begin(client: &AuthenticationClient, redirect_uri: &str) -> Result<PendingSignOn, Error> {
    client.sign_on(SignOn::new(redirect_uri).scope("openid email offline_access"))
}

/// The second half, with the URL that the browser came back to.
pub async fn finish(
    client: &AuthenticationClient,
    pending: PendingSignOn,
    came_back_to: &str,
) -> Result<SignedOn, Error> {
    client.finish_sign_on(pending, came_back_to).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [app, redirect_uri] = common::arguments()?;
    let client = AuthenticationClient::builder(common::variable("ROLLCALL_URL")?, app)
        .secret(common::variable("ROLLCALL_APP_SECRET")?)
        .build()?;
    let pending = begin(&client, &redirect_uri)?;
    println!("Open {}\nand paste where it leads to:", pending.url());
    let mut came_back_to = String::new();
    std::io::stdin().read_line(&mut came_back_to)?;
    let signed_on = finish(&client, pending, came_back_to.trim()).await?;
    println!("it is {}", signed_on.claims.sub);
    let id_token = signed_on.tokens.id_token.as_ref();
    let sign_out = client.sign_out_url(id_token.map(SecretText::as_str), None, None);
    println!("To sign out: {sign_out}");
    Ok(())
}
