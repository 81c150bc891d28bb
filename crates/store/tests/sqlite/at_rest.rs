//! What is in the file: no secret in clear, and nothing of who was deleted.

use crate::contract::records::{
    self, identity, origin, phone, stored_application, stored_ext_idp, user,
};
use crate::{Sqlite, World};
use rollcall_core::ids::AccessKeyId;
use rollcall_core::model::access_key::{AccessKey, KeyLabels, Permissions};
use rollcall_core::model::event::{Actor, Origin};
use rollcall_core::model::signing_key::{KeyPurpose, SigningKey};
use rollcall_core::model::user::{Identity, Password, ProfileField, User, UserChange};
use rollcall_core::model::webhook::{WebhookChange, WebhookEvent};
use rollcall_core::ports::access_keys::KeyCreated;
use rollcall_core::ports::users::Saved;
use rollcall_core::secret::{PasswordHash, Secret};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

/// The names of the tables that have a value which contains the bytes.
fn tables_with(harness: &Sqlite, bytes: &[u8]) -> Vec<String> {
    let conn = Connection::open_with_flags(harness.path(), OpenFlags::SQLITE_OPEN_READ_ONLY);
    let conn = conn.unwrap();
    let mut names = conn
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .unwrap();
    let names = names.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let names = names.map(Result::unwrap);
    names.filter(|table| has(&conn, table, bytes)).collect()
}

fn has(conn: &Connection, table: &str, bytes: &[u8]) -> bool {
    let mut statement = conn.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        for column in 0..columns {
            let value = match row.get_ref(column).unwrap() {
                ValueRef::Text(value) | ValueRef::Blob(value) => value,
                ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => continue,
            };
            if value.windows(bytes.len()).any(|part| part == bytes) {
                return true;
            }
        }
    }
    false
}

#[tokio::test]
async fn no_secret_is_stored_in_clear() {
    let w = World::new().await;
    let store = w.store();
    let key = AccessKey {
        id: AccessKeyId::from_bytes(records::fresh()),
        pool: w.pool,
        secret: Secret::new("the key's secret"),
        permissions: Permissions::all(),
        enabled: true,
        secret_version: 1,
        created_at: w.now(),
        last_used_at: None,
        labels: KeyLabels::default(),
    };
    let created = store.create_access_key(key, origin(w.pool)).await;
    assert_eq!(created, Ok(KeyCreated::Created));
    let signing_key = SigningKey {
        key_id: "kid".to_owned(),
        purpose: KeyPurpose::Rs256,
        private: b"the private part".to_vec().into(),
        created_at: w.now(),
        active_from: w.now(),
    };
    assert_eq!(store.add_first_signing_key(signing_key).await, Ok(true));
    let shop = stored_application(&w, records::application(w.pool, "shop")).await;
    let secret = Secret::new("the rotated secret");
    let rotated = store.rotate_application_secret(w.pool, shop.id, secret, w.origin());
    assert_eq!(rotated.await, Ok(true));
    let source = stored_ext_idp(&w, w.pool, "GitHub").await;
    let bob = user(w.pool, "bob");
    let with_tokens = Identity {
        access_token: Some(Secret::new("the access token")),
        refresh_token: Some(Secret::new("the refresh token")),
        ..identity(bob.id, source, "gh")
    };
    store
        .create_user(bob, vec![with_tokens], w.origin())
        .await
        .unwrap();
    let events = [WebhookEvent::Login];
    let webhook = w.new_webhook(w.pool, &events).await;
    let change = WebhookChange {
        secret: Some(Secret::new("the webhook's secret")),
        ..WebhookChange::default()
    };
    let changed = store.update_webhook(w.pool, webhook, change, w.origin());
    assert!(changed.await.unwrap().is_some());
    let none: [&str; 0] = [];
    for secret in [
        "the key's secret",
        "the private part",
        records::APPLICATION_SECRET,
        "the rotated secret",
        "the access token",
        "the refresh token",
        "the webhook's secret",
    ] {
        assert_eq!(tables_with(&w.harness, secret.as_bytes()), none, "{secret}");
    }
    assert_eq!(
        tables_with(&w.harness, b"bob"),
        ["users"],
        "what is there is found"
    );
}

#[tokio::test]
async fn nothing_of_a_deleted_person_is_in_any_row() {
    let w = World::new().await;
    let store = w.store();
    let bob = User {
        email: Some("mail@example.com".to_owned()),
        phone: Some(phone("138 0013 8000", "+8613800138000")),
        external_id: Some("E-17".to_owned()),
        profile: [(ProfileField::Name, "Robert Roe".to_owned())].into(),
        custom_data: Some(r#"{"shoe":44}"#.to_owned()),
        password: Password {
            hash: Some(PasswordHash::from_phc("$argon2id$bobs")),
            version: 1,
            ..Password::default()
        },
        ..user(w.pool, "Bobby")
    };
    let source = stored_ext_idp(&w, w.pool, "WeChat").await;
    let identities = vec![Identity {
        user_info: r#"{"openid":"wx-info"}"#.to_owned(),
        ..identity(bob.id, source, "wx-bobby")
    }];
    let id = bob.id;
    let saved = store.create_user(bob, identities, w.origin()).await;
    assert!(matches!(saved, Ok(Saved::Saved(_))), "{saved:?}");
    let application = w.new_application(w.pool).await;
    w.sign_in(w.pool, id, application).await;
    let by_bob = Origin {
        actor: Actor::Person(id),
        address: Some([198, 51, 100, 23].into()),
        ..origin(w.pool)
    };
    let change = UserChange::default();
    store.update_user(w.pool, id, change, by_bob).await.unwrap();

    let personal = [
        "Bobby",
        "bobby",
        "mail@example.com",
        "138 0013 8000",
        "13800138000",
        "E-17",
        "Robert Roe",
        "shoe",
        "argon2id$bobs",
        "wx-bobby",
        "wx-info",
        "203.0.113.7",
        "A browser",
        "198.51.100.23",
    ];
    for value in personal {
        let tables = tables_with(&w.harness, value.as_bytes());
        assert!(!tables.is_empty(), "{value} is not there before");
    }
    assert_eq!(
        store.delete_users(w.pool, vec![id], w.origin()).await,
        Ok(true)
    );
    for value in personal {
        let tables = tables_with(&w.harness, value.as_bytes());
        assert!(tables.is_empty(), "{value} is still in {tables:?}");
    }
    let kept = tables_with(&w.harness, id.as_bytes());
    assert!(
        kept.contains(&"events".to_owned()),
        "the id stays: {kept:?}"
    );
}
