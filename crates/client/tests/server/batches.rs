//! Many users at once, those who left, and what else there is to know of one.

use crate::world::{PASSWORD, World};
use rollcall_client::SignIn;
use rollcall_client::types::{
    CreateUserBatchReqDto, CreateUserReqDto, GetAdminAuditLogsDto, GetUserAccessibleAppsQuery,
    GetUserActionLogsDto, GetUserBatchQuery, GetUserLoggedInIdentitiesQuery, GetUserMfaInfoQuery,
    ListArchivedUsersQuery, MfaStatus, OidcConfig, ResignUserBatchReqDto, ResignUserReqDto,
    UpdateUserBatchReqDto, UpdateUserReqDto, UserStatus, Whole,
};

fn named(username: &str) -> CreateUserReqDto {
    CreateUserReqDto {
        username: Some(username.to_owned()),
        ..CreateUserReqDto::default()
    }
}

#[tokio::test]
async fn many_users_are_made_changed_read_and_resigned() {
    let world = World::new().await;
    let client = &world.management;
    let taken = world.add_user("taken").await;
    let new = CreateUserBatchReqDto {
        list: vec![named("ann"), named("taken"), named("ben")],
        options: None,
    };
    let made = client.create_users_batch(&new).await.unwrap();
    let codes: Vec<u16> = made.results.iter().map(|row| row.status_code).collect();
    assert_eq!(codes, [200, 409, 200]);
    let ids: Vec<_> = made.data.iter().map(|user| user.user_id.clone()).collect();
    assert_eq!(ids.len(), 2);

    let change = |user_id: &str, status| UpdateUserReqDto {
        user_id: user_id.to_owned(),
        status: Some(status),
        ..UpdateUserReqDto::default()
    };
    let request = UpdateUserBatchReqDto {
        list: vec![
            change(&ids[0], UserStatus::Archived),
            change(&"0".repeat(24), UserStatus::Archived),
        ],
        ..UpdateUserBatchReqDto::default()
    };
    let changed = client.update_user_batch(&request).await.unwrap();
    assert_eq!(changed.data[0].status, UserStatus::Archived);
    assert_eq!(changed.results[1].status_code, 404);
    let archived = client
        .list_archived_users(&ListArchivedUsersQuery::default())
        .await
        .unwrap();
    assert_eq!(archived.list[0].user_id, ids[0]);

    let query = GetUserBatchQuery {
        user_ids: vec![ids[1].clone(), taken.user_id.clone()],
        ..GetUserBatchQuery::default()
    };
    let got = client.get_user_batch(&query).await.unwrap();
    assert_eq!(got.len(), 2);

    let one = ResignUserReqDto {
        user_id: taken.user_id.clone(),
        user_id_type: None,
    };
    client.resign_user(&one).await.unwrap();
    let many = ResignUserBatchReqDto {
        user_ids: vec![ids[1].clone(), "0".repeat(24)],
        user_id_type: None,
    };
    let resigned = client.resign_user_batch(&many).await.unwrap();
    assert!(!resigned.data.success);
    assert_eq!(resigned.results[0].status_code, 200);
    let got = client.get_user_batch(&query).await.unwrap();
    assert!(got.iter().all(|user| user.status == UserStatus::Resigned));
    world.end().await;
}

#[tokio::test]
async fn what_else_there_is_to_know_of_a_user() {
    let world = World::new().await;
    let client = &world.management;
    let mira = world.add_user("mira").await;
    let app = world.add_app("Shop", OidcConfig::default()).await;
    let party = world.app(&app.app_id).await.build().unwrap();
    let sign_in = SignIn::by_username("mira", PASSWORD);
    party.signin(&sign_in).await.unwrap();
    let user = GetUserMfaInfoQuery {
        user_id: mira.user_id.clone(),
        user_id_type: None,
    };
    let factors = client.get_user_mfa_info(&user).await.unwrap();
    assert_eq!(factors.totp_status, MfaStatus::Disabled);
    let user: GetUserAccessibleAppsQuery = user;
    let apps = client.get_user_accessible_apps(&user).await.unwrap();
    assert_eq!(apps[0].app_id, app.app_id);
    let user: GetUserLoggedInIdentitiesQuery = user;
    let identities = client.get_user_logged_in_identities(&user).await.unwrap();
    assert!(identities.is_empty());

    let filter = GetUserActionLogsDto {
        user_id: Some(mira.user_id.clone()),
        ..GetUserActionLogsDto::default()
    };
    let actions = client.get_user_action_logs(&filter).await.unwrap();
    assert_eq!(actions.total_count, Whole::from_u32(1));
    assert!(actions.list[0].success && actions.list[0].app_id == app.app_id);
    let everything = GetAdminAuditLogsDto::default();
    let changes = client.get_admin_audit_logs(&everything).await.unwrap();
    assert!(!changes.list.is_empty());
    world.end().await;
}
