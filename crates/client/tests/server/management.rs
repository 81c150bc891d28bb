//! Every management call, once through and in its main failure.

use crate::world::{PASSWORD, World};
use rollcall_client::types::{
    CreateExtIdpDto, CreateUserReqDto, DeleteExtIdpDto, DeleteUsersBatchDto, ExtIdpType,
    GetExtIdpQuery, GetUserIdentitiesQuery, GetUserLoggedinAppsQuery, GetUserLoginHistoryQuery,
    GetUserQuery, IsUserExistsReqDto, KickUsersDto, LinkIdentityDto, ListApplicationActiveUsersDto,
    ListApplicationSimpleInfoQuery, ListApplicationsQuery, ListExtIdpQuery,
    ListLogoutDeliveriesDto, ListUsersRequestDto, OidcConfig, SessionPolicyDto, UnlinkIdentity,
    UpdateApplicationDto, UpdateExtIdpDto, UpdateSecuritySettingsDto, UpdateUserReqDto, UserIdType,
    Whole,
};
use rollcall_client::{ApiCode, Error, SignIn};

fn status(error: &Error) -> u16 {
    match error {
        Error::Api { status_code, .. } => *status_code,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn users() {
    let world = World::new().await;
    let client = &world.management;
    let mira = world.add_user("mira").await;
    assert_eq!(mira.email.as_deref(), Some("mira@example.com"));
    let again = CreateUserReqDto {
        username: Some("mira".to_owned()),
        ..CreateUserReqDto::default()
    };
    assert_eq!(status(&client.create_user(&again).await.unwrap_err()), 409);
    let by_name = GetUserQuery {
        user_id: "mira".to_owned(),
        user_id_type: Some(UserIdType::Username),
        with_custom_data: Some(true),
        ..GetUserQuery::default()
    };
    assert_eq!(
        client.get_user(&by_name).await.unwrap().user_id,
        mira.user_id
    );
    let update = UpdateUserReqDto {
        user_id: mira.user_id.clone(),
        nickname: Some("Mi & Ra".to_owned()),
        ..UpdateUserReqDto::default()
    };
    let updated = client.update_user(&update).await.unwrap();
    assert_eq!(updated.nickname.as_deref(), Some("Mi & Ra"));
    let taken = IsUserExistsReqDto {
        email: Some("mira@example.com".to_owned()),
        ..IsUserExistsReqDto::default()
    };
    assert!(client.is_user_exists(&taken).await.unwrap());
    let page = client.list_users(&ListUsersRequestDto::default()).await;
    assert_eq!(page.unwrap().total_count, Whole::from_u32(1));
    let delete = DeleteUsersBatchDto {
        user_ids: vec![mira.user_id.clone()],
        ..DeleteUsersBatchDto::default()
    };
    client.delete_users(&delete).await.unwrap();
    let gone = client.get_user(&by_name).await.unwrap_err();
    assert_eq!(gone.api_code(), Some(ApiCode::UserNotFound));
    assert!(!client.is_user_exists(&taken).await.unwrap());
    world.end().await;
}

#[tokio::test]
async fn all_users_of_several_pages() {
    let world = World::new().await;
    for number in 0..51 {
        world.add_user(&format!("user{number}")).await;
    }
    let mut all = world.management.all_users(ListUsersRequestDto::default());
    assert_eq!(all.total(), None);
    let first = all.next().await.unwrap().unwrap();
    assert_eq!(first.username.as_deref(), Some("user50"));
    assert_eq!(all.total(), Some(51));
    assert_eq!(all.collect().await.unwrap().len(), 50);
    world.end().await;
}

#[tokio::test]
async fn identities() {
    let world = World::new().await;
    let client = &world.management;
    let mira = world.add_user("mira").await;
    let request = CreateExtIdpDto {
        name: "Staff".to_owned(),
        r#type: ExtIdpType::Oidc,
        tenant_id: None,
    };
    let source = client.create_ext_idp(&request).await.unwrap();
    let query = GetExtIdpQuery {
        id: source.id.clone(),
        ..GetExtIdpQuery::default()
    };
    assert_eq!(client.get_ext_idp(&query).await.unwrap().name, "Staff");
    let link = LinkIdentityDto {
        ext_idp_id: source.id.clone(),
        user_id: mira.user_id.clone(),
        user_id_in_idp: "m-1".to_owned(),
        ..LinkIdentityDto::default()
    };
    client.link_identity(&link).await.unwrap();
    let all = client.list_ext_idp(&ListExtIdpQuery::default()).await;
    assert_eq!(all.unwrap().list[0].id, source.id);
    let rename = UpdateExtIdpDto {
        id: source.id.clone(),
        name: "People".to_owned(),
        ..UpdateExtIdpDto::default()
    };
    let renamed = client.update_ext_idp(&rename).await.unwrap();
    assert_eq!(renamed.name, "People");
    let query = GetUserIdentitiesQuery {
        user_id: mira.user_id.clone(),
        ..GetUserIdentitiesQuery::default()
    };
    let linked = client.get_user_identities(&query).await.unwrap();
    assert_eq!(linked[0].user_id_in_idp, "m-1");
    let unlink = UnlinkIdentity {
        ext_idp_id: source.id.clone(),
        user_id: mira.user_id,
        ..UnlinkIdentity::default()
    };
    client.unlink_identity(&unlink).await.unwrap();
    assert!(client.get_user_identities(&query).await.unwrap().is_empty());
    let delete = DeleteExtIdpDto {
        id: source.id,
        ..DeleteExtIdpDto::default()
    };
    client.delete_ext_idp(&delete).await.unwrap();
    let gone = client.delete_ext_idp(&delete).await.unwrap_err();
    assert_eq!(status(&gone), 404);
    world.end().await;
}

#[tokio::test]
async fn applications() {
    let world = World::new().await;
    let client = &world.management;
    let app = world.add_app("Shop", OidcConfig::default()).await;
    let got = client.get_application(&app.app_id).await.unwrap();
    assert_eq!(got, app);
    let update = UpdateApplicationDto {
        app_id: app.app_id.clone(),
        app_name: Some("Market".to_owned()),
        session_policy: Some(SessionPolicyDto {
            idle_timeout: Some(60.into()),
            ..SessionPolicyDto::default()
        }),
        ..UpdateApplicationDto::default()
    };
    let updated = client.update_application(&update).await.unwrap();
    assert_eq!(updated.app_name, "Market");
    let simple = client.get_application_simple_info(&app.app_id).await;
    assert_eq!(simple.unwrap().app_name, "Market");
    let query = ListApplicationSimpleInfoQuery::default();
    let simple = client.list_application_simple_info(&query).await.unwrap();
    assert_eq!(simple.list[0].app_id, app.app_id);
    let secret = client.get_application_secret(&app.app_id).await.unwrap();
    let new = client
        .refresh_application_secret(&app.app_id)
        .await
        .unwrap();
    assert_ne!(secret, new);
    let query = ListApplicationsQuery::default();
    let listed = client.list_applications(&query).await.unwrap();
    assert_eq!(listed.list.len(), 1);
    let all = client.all_applications(ListApplicationsQuery::default());
    assert_eq!(all.collect().await.unwrap()[0].app_name, "Market");
    client.delete_application(&app.app_id).await.unwrap();
    let gone = client.get_application(&app.app_id).await.unwrap_err();
    assert_eq!(gone.api_code(), Some(ApiCode::ApplicationNotFound));
    world.end().await;
}

#[tokio::test]
async fn sessions() {
    let world = World::new().await;
    let client = &world.management;
    let mira = world.add_user("mira").await;
    let app = world.add_app("Shop", OidcConfig::default()).await;
    let party = world.app(&app.app_id).await.build().unwrap();
    party
        .signin(&SignIn::by_account("mira", PASSWORD))
        .await
        .unwrap();
    assert!(world.is_active(&app.app_id, &mira.user_id).await);
    let checked = client
        .check_session_status_by(&app.app_id, "mira", UserIdType::Username)
        .await;
    assert!(checked.unwrap());
    let query = GetUserLoggedinAppsQuery {
        user_id: mira.user_id.clone(),
        ..GetUserLoggedinAppsQuery::default()
    };
    let apps = client.get_user_loggedin_apps(&query).await.unwrap();
    assert_eq!(apps[0].app_id, app.app_id);
    let request = ListApplicationActiveUsersDto {
        app_id: app.app_id.clone(),
        options: None,
    };
    let active = client.list_application_active_users(&request).await;
    assert_eq!(active.unwrap().list[0].user_id, mira.user_id);
    let query = GetUserLoginHistoryQuery {
        user_id: mira.user_id.clone(),
        ..GetUserLoginHistoryQuery::default()
    };
    let history = client.get_user_login_history(&query).await.unwrap();
    assert_eq!(history.total_count, Whole::from_u32(1));
    let kick = KickUsersDto {
        user_id: mira.user_id.clone(),
        app_ids: vec![app.app_id.clone()],
        ..KickUsersDto::default()
    };
    client.kick_users(&kick).await.unwrap();
    assert!(!world.is_active(&app.app_id, &mira.user_id).await);
    let everything = ListLogoutDeliveriesDto::default();
    let ledger = client.list_logout_deliveries(&everything).await.unwrap();
    assert!(ledger.list.is_empty());
    world.end().await;
}

#[tokio::test]
async fn settings_and_signing_keys() {
    let world = World::new().await;
    let client = &world.management;
    let settings = client.get_security_settings().await.unwrap();
    assert!(settings.register_disabled);
    let update = UpdateSecuritySettingsDto {
        session_policy: Some(SessionPolicyDto {
            idle_timeout: Some(1800.into()),
            ..SessionPolicyDto::default()
        }),
        ..UpdateSecuritySettingsDto::default()
    };
    let updated = client.update_security_settings(&update).await.unwrap();
    let policy = updated.session_policy.unwrap();
    assert_eq!(policy.idle_timeout, Some(1800.into()));
    assert!(!client.rotate_signing_keys().await.unwrap().is_empty());
    world.end().await;
}
