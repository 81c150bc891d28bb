//! What `docs/sdk-rust.md` shows, line by line as it stands there, run. That no line
//! of the page is elsewhere, `compat/fragments.py` looks.

use crate::browser::Browser;
use crate::world::{CALLBACK, World};
use rollcall_client::types::{CreateAccessKeyDto, ListUsersRequestDto, OidcConfig};
use rollcall_client::{
    AuthenticationClient, Error, ManagementClient, PendingSignOn, Retries, SignOn, SignedOn,
};

/// How many users there are, and whether this one is signed in.
async fn back_end(
    (url, access_key_id, access_key_secret): (&str, &str, &str),
    app_id: String,
    user_id: String,
) -> Result<(usize, bool), Error> {
    let client = ManagementClient::builder(url, access_key_id, access_key_secret)
        .retries(Retries::up_to(2))
        .build()?;
    let mut signed_in = false;
    if client.check_session_status(&app_id, &user_id).await? {
        signed_in = true;
    }
    let mut count = 0;
    let mut users = client.all_users(ListUsersRequestDto::default());
    while let Some(user) = users.next().await? {
        count += usize::from(!user.user_id.is_empty());
    }
    Ok((count, signed_in))
}

fn application(url: &str, app_id: &str, secret: &str) -> Result<AuthenticationClient, Error> {
    let client = AuthenticationClient::builder(url, app_id)
        .secret(secret)
        .build()?;
    Ok(client)
}

fn begin(client: &AuthenticationClient, redirect_uri: &str) -> Result<PendingSignOn, Error> {
    let pending = client.sign_on(SignOn::new(redirect_uri).scope("openid email offline_access"))?;
    Ok(pending)
}

async fn finish(
    client: &AuthenticationClient,
    pending: PendingSignOn,
    query_of_the_callback: String,
) -> Result<SignedOn, Error> {
    let signed_on = client
        .finish_sign_on(pending, &query_of_the_callback)
        .await?;
    Ok(signed_on)
}

#[tokio::test]
async fn the_guide_does_what_it_says() {
    let world = World::new().await;
    let mira = world.add_user("mira").await;
    let app = world.add_app("Shop", OidcConfig::default()).await.app_id;
    let request = CreateAccessKeyDto {
        r#type: "guide".to_owned(),
        permissions: Some(vec!["check".to_owned(), "users:read".to_owned()]),
        ..CreateAccessKeyDto::default()
    };
    let key = world.management.create_access_key(&request).await.unwrap();
    let key = (key.access_key_id.as_str(), key.access_key_secret.as_str());
    let ask = async || {
        let key = (world.url.as_str(), key.0, key.1);
        back_end(key, app.clone(), mira.user_id.clone())
            .await
            .unwrap()
    };
    assert_eq!(ask().await, (1, false));

    let secret = world.management.get_application_secret(&app).await.unwrap();
    let client = application(&world.url, &app, secret.as_str()).unwrap();
    let pending = begin(&client, CALLBACK).unwrap();
    let back = Browser::new()
        .sign_in(&world.url, pending.url(), "mira")
        .await;
    let query = back.split_once('?').unwrap().1.to_owned();
    let signed_on = finish(&client, pending, query).await.unwrap();
    assert_eq!(signed_on.claims.sub, mira.user_id);
    assert_eq!(ask().await, (1, true));
    world.end().await;
}
