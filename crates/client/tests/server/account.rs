//! Registering, one's own devices, and what anybody may know.

use crate::world::{PASSWORD, World};
use rollcall_client::types::{
    CreateUserReqDto, GetUserLoginHistoryQuery, MyDevicesQuery, OidcConfig, SignUpByPasswordDto,
    SignUpProfileDto, TerminalSessionDto, UpdateSecuritySettingsDto,
};
use rollcall_client::{AuthenticationClient, ClientAuthentication, Error, SignIn};
use std::time::Duration;

fn ann() -> SignUpByPasswordDto {
    SignUpByPasswordDto {
        password: PASSWORD.into(),
        username: Some("ann".to_owned()),
        email: None,
    }
}

fn status(error: &Error) -> u16 {
    match error {
        Error::Api { status_code, .. } => *status_code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_person_registers_where_that_is_open() {
    let world = World::new().await;
    let app = world.add_app("Shop", OidcConfig::default()).await;
    let builder = world.app(&app.app_id).await;
    let client = builder.clone().build().unwrap();
    let closed = client.signup(&ann(), None).await.unwrap_err();
    assert!(
        matches!(
            closed,
            Error::Api {
                api_code: Some(2031),
                ..
            }
        ),
        "{closed:?}"
    );
    let open = UpdateSecuritySettingsDto {
        register_disabled: Some(false),
        ..UpdateSecuritySettingsDto::default()
    };
    world
        .management
        .update_security_settings(&open)
        .await
        .unwrap();
    let profile = SignUpProfileDto {
        nickname: Some("Annie".to_owned()),
        ..SignUpProfileDto::default()
    };
    let made = client.signup(&ann(), Some(&profile)).await.unwrap();
    assert_eq!(made.nickname.as_deref(), Some("Annie"));
    assert!(!world.is_active(&app.app_id, &made.user_id).await);
    client
        .signin(&SignIn::by_username("ann", PASSWORD))
        .await
        .unwrap();
    let again = client.signup(&ann(), None).await.unwrap_err();
    assert_eq!(status(&again), 409);
    // With the secret in the body, and without one.
    for (name, client) in [
        (
            "ben",
            builder.client_authentication(ClientAuthentication::Post),
        ),
        (
            "cas",
            AuthenticationClient::builder(&world.url, &app.app_id),
        ),
    ] {
        let account = SignUpByPasswordDto {
            username: Some(name.to_owned()),
            ..ann()
        };
        let client = client.build().unwrap();
        client.signup(&account, None).await.unwrap();
    }
    world.end().await;
}

#[tokio::test]
async fn a_person_signs_out_elsewhere() {
    let world = World::new().await;
    world.add_user("mira").await;
    let app = world.add_app("Shop", OidcConfig::default()).await;
    let client = world.app(&app.app_id).await.build().unwrap();
    let mut tokens = Vec::new();
    for _ in 0..3 {
        let signed_in = client.signin(&SignIn::by_username("mira", PASSWORD)).await;
        tokens.push(signed_in.unwrap().access_token.unwrap());
    }
    let access_token = tokens[0].as_str();
    let devices = async || -> Vec<TerminalSessionDto> {
        let query = MyDevicesQuery::default();
        client.list_my_devices(access_token, &query).await.unwrap()
    };
    let online = devices().await;
    assert_eq!(online.len(), 3);
    // The newest first.
    let id = |place: usize| online[place].device.device_id.as_str();
    client
        .revoke_device_session(access_token, id(0))
        .await
        .unwrap();
    let kept = devices().await;
    let gone = kept.iter().find(|one| one.device.device_id == id(0));
    assert!(gone.is_none_or(|one| !one.online), "{kept:?}");
    assert!(client.user_info(tokens[2].as_str()).await.is_err());
    client.unbind_device(access_token, id(1)).await.unwrap();
    let kept = devices().await;
    assert!(kept.iter().all(|one| one.device.device_id != id(1)));
    let unknown = client.unbind_device(access_token, &"0".repeat(32)).await;
    assert_eq!(status(&unknown.unwrap_err()), 404);
    world.end().await;
}

#[tokio::test]
async fn a_person_signs_in_by_phone_from_the_address_that_is_said() {
    let world = World::new().await;
    let new = CreateUserReqDto {
        phone: Some("13800138000".to_owned()),
        password: Some(PASSWORD.into()),
        ..CreateUserReqDto::default()
    };
    let person = world.management.create_user(&new).await.unwrap();
    let app = world.add_app("Shop", OidcConfig::default()).await;
    let builder = world.app(&app.app_id).await;
    let client = builder.connect_timeout(Duration::from_secs(5)).build();
    let sign_in = SignIn::by_phone("13800138000", PASSWORD).client_ip("203.0.113.7");
    client.unwrap().signin(&sign_in).await.unwrap();
    let query = GetUserLoginHistoryQuery {
        user_id: person.user_id,
        ..GetUserLoginHistoryQuery::default()
    };
    let history = world.management.get_user_login_history(&query).await;
    assert_eq!(history.unwrap().list[0].client_ip, "203.0.113.7");
    world.end().await;
}

#[tokio::test]
async fn anybody_may_know_the_version() {
    let world = World::new().await;
    let client = AuthenticationClient::builder(&world.url, "0".repeat(24));
    let system = client.build().unwrap().system().await.unwrap();
    assert_eq!(system.version.server, env!("CARGO_PKG_VERSION"));
    world.end().await;
}
