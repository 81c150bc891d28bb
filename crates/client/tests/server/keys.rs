//! Access keys, user pools, and the end of every session.

use crate::world::{PASSWORD, World};
use rollcall_client::types::{
    CreateAccessKeyDto, EndAllScope, EndAllSessionsDto, GetAccessKeyQuery, ListAccessKeyQuery,
    ListUsersRequestDto, OidcConfig, UpdateAccessKeyDto, Whole,
};
use rollcall_client::{Error, ManagementClient, SignIn};

impl World {
    /// A client with another key.
    fn with_key(&self, id: &str, secret: &str) -> ManagementClient {
        let builder = ManagementClient::builder(&self.url, id, secret);
        builder.build().unwrap()
    }
}

#[tokio::test]
async fn a_key_is_made_read_limited_rotated_and_deleted() {
    let world = World::new().await;
    let client = &world.management;
    let new = CreateAccessKeyDto {
        r#type: "robot".to_owned(),
        permissions: Some(vec!["users:read".to_owned(), "check".to_owned()]),
        ..CreateAccessKeyDto::default()
    };
    let made = client.create_access_key(&new).await.unwrap();
    let id = made.access_key_id.as_str();
    let former = world.with_key(id, made.access_key_secret.as_str());
    let users = ListUsersRequestDto::default();
    former.list_users(&users).await.unwrap();

    let which = GetAccessKeyQuery {
        user_id: made.user_id.clone(),
        access_key_id: id.to_owned(),
    };
    let got = client.get_access_key(&which).await.unwrap();
    assert_eq!(got.access_key_id, id);
    assert_ne!(got.access_key_secret, made.access_key_secret);
    let listed = client.list_access_key(&ListAccessKeyQuery::default()).await;
    assert_eq!(listed.unwrap().len(), 2);

    let rotated = client.rotate_access_key(id).await.unwrap();
    let refused = former.list_users(&users).await.unwrap_err();
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
    let key = world.with_key(id, rotated.access_key_secret.as_str());
    key.list_users(&users).await.unwrap();
    let limit = UpdateAccessKeyDto {
        enable: true,
        access_key_id: id.to_owned(),
        permissions: Some(vec!["check".to_owned()]),
    };
    client.update_access_key(&limit).await.unwrap();
    let refused = key.list_users(&users).await.unwrap_err();
    assert!(
        matches!(
            refused,
            Error::Api {
                status_code: 403,
                ..
            }
        ),
        "{refused:?}"
    );
    client.delete_access_key(id).await.unwrap();
    let gone = client.get_access_key(&which).await.unwrap_err();
    assert!(
        matches!(
            gone,
            Error::Api {
                status_code: 404,
                ..
            }
        ),
        "{gone:?}"
    );
    world.end().await;
}

#[tokio::test]
async fn another_pool_has_a_root_key_and_nothing_else() {
    let world = World::new().await;
    world.add_user("mira").await;
    let pool = world.management.create_user_pool("Staff").await.unwrap();
    assert_eq!(pool.name, "Staff");
    let root = &pool.root_key;
    let staff = world.with_key(&root.access_key_id, root.access_key_secret.as_str());
    let users = ListUsersRequestDto::default();
    let users = staff.list_users(&users).await.unwrap();
    assert_eq!(users.total_count, Whole::from_u32(0));
    let refused = staff.create_user_pool("More").await.unwrap_err();
    assert!(
        matches!(
            refused,
            Error::Api {
                status_code: 403,
                ..
            }
        ),
        "{refused:?}"
    );
    world.end().await;
}

#[tokio::test]
async fn every_session_is_ended() {
    let world = World::new().await;
    let mira = world.add_user("mira").await;
    let app = world.add_app("Shop", OidcConfig::default()).await;
    let party = world.app(&app.app_id).await.build().unwrap();
    let request = |scope, user_id, app_id| EndAllSessionsDto {
        scope,
        user_id,
        user_id_type: None,
        options: None,
        app_id,
    };
    for request in [
        request(EndAllScope::User, Some(mira.user_id.clone()), None),
        request(EndAllScope::Application, None, Some(app.app_id.clone())),
        request(EndAllScope::Pool, None, None),
    ] {
        let sign_in = SignIn::by_username("mira", PASSWORD);
        party.signin(&sign_in).await.unwrap();
        assert!(world.is_active(&app.app_id, &mira.user_id).await);
        world.management.end_all_sessions(&request).await.unwrap();
        assert!(!world.is_active(&app.app_id, &mira.user_id).await);
    }
    world.end().await;
}
