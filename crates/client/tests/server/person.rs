//! Signing people in by password, and what they call for themselves.

use crate::world::{PASSWORD, World};
use rollcall_client::types::{
    GetMyLoginHistoryQuery, GetProfileQuery, MyDevicesQuery, OidcConfig, UpdateUserProfileDto,
};
use rollcall_client::{ApiCode, AuthenticationClient, ClientAuthentication, Error, SignIn};
use std::time::{Duration, SystemTime};

const SCOPE: &str = "openid profile email offline_access";

fn method(name: &str) -> OidcConfig {
    OidcConfig {
        token_endpoint_auth_method: Some(name.to_owned()),
        ..OidcConfig::default()
    }
}

/// The server's clock is the machine's too.
#[expect(
    clippy::disallowed_methods,
    reason = "the other tests' clocks go from it"
)]
fn now() -> SystemTime {
    SystemTime::now()
}

#[tokio::test]
async fn an_application_proves_itself_in_three_ways() {
    let world = World::new().await;
    world.add_user("mira").await;
    let sign_in = SignIn::by_email("mira@example.com", PASSWORD).scope(SCOPE);
    for (name, way) in [
        ("client_secret_basic", ClientAuthentication::Basic),
        ("client_secret_post", ClientAuthentication::Post),
    ] {
        let app = world.add_app(name, method(name)).await;
        let builder = world.app(&app.app_id).await;
        let client = builder.clone().client_authentication(way).build().unwrap();
        let tokens = client.signin(&sign_in).await.unwrap();
        let refresh_token = tokens.refresh_token.unwrap();
        let renewed = client.refresh_token(refresh_token.as_str(), None).await;
        let access_token = renewed.unwrap().access_token;
        let told = client
            .introspect_token(access_token.as_str())
            .await
            .unwrap();
        assert!(told.active, "{name}");
        client.revoke_token(access_token.as_str()).await.unwrap();
        let told = client
            .introspect_token(access_token.as_str())
            .await
            .unwrap();
        assert!(!told.active, "{name}");
        // The other way, or a wrong secret, is refused.
        let wrong = builder.secret("wrong").client_authentication(way).build();
        let refused = wrong.unwrap().signin(&sign_in).await.unwrap_err();
        assert!(
            matches!(
                refused,
                Error::Api {
                    status_code: 401,
                    ..
                }
            ),
            "{refused:?}"
        );
    }
    let app = world.add_app("none", method("none")).await;
    let client = AuthenticationClient::builder(&world.url, &app.app_id).build();
    let client = client.unwrap();
    let tokens = client.signin(&sign_in).await.unwrap();
    let refresh_token = tokens.refresh_token.unwrap();
    let renewed = client
        .refresh_token(refresh_token.as_str(), Some("openid"))
        .await;
    let renewed = renewed.unwrap();
    // A used refresh token ends the login, and with it the new one.
    let reused = client.refresh_token(refresh_token.as_str(), None).await;
    assert!(
        matches!(&reused, Err(Error::OAuth { error, http_status: 400, .. }) if error == "invalid_grant"),
        "{reused:?}"
    );
    let dead = client.user_info(renewed.access_token.as_str()).await;
    assert!(
        matches!(&dead, Err(Error::OAuth { error, .. }) if error == "invalid_token"),
        "{dead:?}"
    );
    world.end().await;
}

#[tokio::test]
async fn an_application_gets_a_token_for_itself() {
    let world = World::new().await;
    let config = OidcConfig {
        grant_types: Some(vec!["client_credentials".to_owned()]),
        ..OidcConfig::default()
    };
    let app = world.add_app("Robot", config).await;
    let client = world.app(&app.app_id).await.build().unwrap();
    let tokens = client.client_credentials(None).await.unwrap();
    let told = client
        .introspect_token(tokens.access_token.as_str())
        .await
        .unwrap();
    assert_eq!(told.sub, Some(app.app_id));
    world.end().await;
}

#[tokio::test]
async fn a_person_reads_and_changes_what_is_theirs() {
    let world = World::new().await;
    let mira = world.add_user("mira").await;
    let app = world.add_app("Shop", OidcConfig::default()).await;
    let client = world.app(&app.app_id).await.build().unwrap();
    let wrong = client.signin(&SignIn::by_username("mira", "wrong")).await;
    assert_eq!(
        wrong.unwrap_err().api_code(),
        Some(ApiCode::WrongCredentials)
    );
    let sign_in = SignIn::by_username("mira", PASSWORD).scope(SCOPE);
    let tokens = client.signin(&sign_in).await.unwrap();
    let access_token = tokens.access_token.unwrap();
    let access_token = access_token.as_str();
    let profile = client
        .get_profile(access_token, &GetProfileQuery::default())
        .await;
    assert_eq!(profile.unwrap().user_id, mira.user_id);
    let told = client.user_info(access_token).await.unwrap();
    assert_eq!(told.email.as_deref(), Some("mira@example.com"));
    let apps = client.get_my_logged_in_apps(access_token).await.unwrap();
    assert!(apps[0].active && apps[0].app_id == app.app_id);
    let devices = MyDevicesQuery::default();
    let devices = client.list_my_devices(access_token, &devices).await;
    assert!(devices.unwrap()[0].online);
    let accessible = client.get_my_accessible_apps(access_token).await.unwrap();
    assert_eq!(accessible[0].app_id, app.app_id);
    assert!(
        client
            .get_identities(access_token)
            .await
            .unwrap()
            .is_empty()
    );
    client.get_security_info(access_token).await.unwrap();
    let change = UpdateUserProfileDto {
        nickname: Some("Mi".to_owned()),
        ..UpdateUserProfileDto::default()
    };
    let changed = client.update_profile(access_token, &change).await.unwrap();
    assert_eq!(changed.nickname.as_deref(), Some("Mi"));
    let history = client
        .get_my_login_history(access_token, &GetMyLoginHistoryQuery::default())
        .await
        .unwrap();
    assert!(history.list.iter().any(|login| login.success));
    let wrong = client
        .update_password(access_token, "new password", Some("wrong"))
        .await;
    assert_eq!(wrong.unwrap_err().api_code(), Some(ApiCode::WrongPassword));
    let changed = client.update_password(access_token, "new password", Some(PASSWORD));
    changed.await.unwrap();
    client
        .signin(&SignIn::by_username("mira", "new password"))
        .await
        .unwrap();
    world.end().await;
}

#[tokio::test]
async fn id_tokens_are_verified() {
    let world = World::new().await;
    let mira = world.add_user("mira").await;
    let now = now();
    for algorithm in ["RS256", "ES256", "EdDSA"] {
        let config = OidcConfig {
            id_token_signed_response_alg: Some(algorithm.to_owned()),
            ..OidcConfig::default()
        };
        let app = world.add_app(algorithm, config).await;
        let builder = world.app(&app.app_id).await;
        let client = builder.clone().build().unwrap();
        let sign_in = SignIn::by_username("mira", PASSWORD).scope(SCOPE);
        let tokens = client.signin(&sign_in).await.unwrap();
        let id_token = tokens.id_token.unwrap();
        let claims = client
            .verify_id_token(id_token.as_str(), None)
            .await
            .unwrap();
        assert_eq!(claims.sub, mira.user_id);

        let refused = |client: AuthenticationClient, token: String, nonce: Option<&'static str>| async move {
            match client.verify_id_token(&token, nonce).await {
                Err(Error::InvalidIdToken(why)) => why,
                other => panic!("{other:?}"),
            }
        };
        let token = || id_token.as_str().to_owned();
        assert!(
            refused(client.clone(), token(), Some("n"))
                .await
                .contains("nonce")
        );
        let access_token = tokens.access_token.unwrap().as_str().to_owned();
        assert!(
            refused(client.clone(), access_token, None)
                .await
                .contains("no ID token")
        );
        let (rest, signature) = id_token.as_str().rsplit_once('.').unwrap();
        let first = if signature.starts_with('A') { 'B' } else { 'A' };
        let tampered = format!("{rest}.{first}{}", &signature[1..]);
        assert!(
            refused(client.clone(), tampered, None)
                .await
                .contains("signature")
        );
        let later = now + Duration::from_mins(62);
        let later = builder.clone().clock(move || later).build().unwrap();
        assert!(refused(later, token(), None).await.contains("expired"));
        let earlier = now - Duration::from_hours(1);
        let earlier = builder.clone().clock(move || earlier).build().unwrap();
        assert!(refused(earlier, token(), None).await.contains("future"));
        let elsewhere = builder
            .public_url("https://id.example.com")
            .build()
            .unwrap();
        assert!(refused(elsewhere, token(), None).await.contains("iss"));
        let other = AuthenticationClient::builder(&world.url, "0".repeat(24));
        assert!(
            refused(other.build().unwrap(), token(), None)
                .await
                .contains("aud")
        );
    }
    world.end().await;
}
