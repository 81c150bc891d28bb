//! Finding a user by what people know of them.

use super::{find, full};
use crate::contract::records::{identity, origin, phone, stored_ext_idp, stored_user, user};
use crate::contract::{Harness, World};
use rollcall_core::ids::{PoolId, UserId};
use rollcall_core::model::identifier::{IdentifierKind, UserSelector};
use rollcall_core::model::user::User;
use rollcall_core::ports::users::{Found, Linked};

/// By themselves and among others, which are two ways.
async fn by(
    w: &World<impl Harness>,
    pool: PoolId,
    kind: IdentifierKind,
    text: &str,
) -> Found<User> {
    let selector = UserSelector::of_kind(kind, text, "userId").unwrap();
    let store = w.store();
    let found = store.find_user(pool, selector.clone()).await.unwrap();
    let among = store.find_users(pool, vec![selector]).await.unwrap();
    assert_eq!(among, std::slice::from_ref(&found), "{text}");
    found
}

async fn any(w: &World<impl Harness>, pool: PoolId, text: &str) -> Found<UserId> {
    let selector = UserSelector::any(text, "userId").unwrap();
    match w.store().find_user(pool, selector).await.unwrap() {
        Found::One(user) => Found::One(user.id),
        Found::Nobody => Found::Nobody,
        Found::Ambiguous(kinds) => Found::Ambiguous(kinds),
    }
}

/// By each kind of identifier, however it is written, and from no other pool.
pub(crate) async fn every_identifier_finds_its_user_in_its_pool_alone<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let source = stored_ext_idp(&w, pool, "WeChat").await;
    stored_ext_idp(&w, other, "WeChat").await;
    let bob = stored_user(&w, full(pool, "Bob")).await;
    let linked = w
        .store()
        .link_identity(pool, identity(bob.id, source, "wx:1"), origin(pool))
        .await;
    assert_eq!(linked, Ok(Linked::Linked));
    let id = bob.id.to_string();
    let identity = format!("{source}:wx:1");
    let found = [
        (IdentifierKind::UserId, id.as_str()),
        (IdentifierKind::Username, "Bob"),
        (IdentifierKind::Username, "bOB"),
        (IdentifierKind::Username, "Ｂｏｂ"),
        (IdentifierKind::Email, "bob@example.com"),
        (IdentifierKind::Email, "BOB@Example.Com"),
        (IdentifierKind::Phone, "13800138000"),
        (IdentifierKind::Phone, "+86 138-0013-8000"),
        (IdentifierKind::ExternalId, "E-1"),
        (IdentifierKind::Identity, &identity),
    ];
    for (kind, text) in found {
        assert_eq!(
            by(&w, pool, kind, text).await,
            Found::One(bob.clone()),
            "{text}"
        );
        assert_eq!(by(&w, other, kind, text).await, Found::Nobody, "{text}");
    }
    let not_found = [
        (IdentifierKind::UserId, "bob"),
        (IdentifierKind::Username, "bob@example.com"),
        (IdentifierKind::Phone, "+49 13800138000"),
        (IdentifierKind::ExternalId, "e-1"),
        (IdentifierKind::Identity, "wx:1"),
    ];
    for (kind, text) in not_found {
        assert_eq!(by(&w, pool, kind, text).await, Found::Nobody, "{text}");
    }
}

/// Of two people with the same digits each is found where their country is the pool's.
pub(crate) async fn a_phone_without_a_country_is_of_its_pools<H: Harness>(w: World<H>) {
    let german = w.new_pool_in("+49").await;
    let digits = "15112345678";
    for pool in [w.pool, german] {
        let chinese = User {
            phone: Some(phone(digits, "+8615112345678")),
            ..user(pool, "chinese")
        };
        let of_germany = User {
            phone: Some(phone(digits, "+4915112345678")),
            ..user(pool, "german")
        };
        let (chinese, of_germany) = (
            stored_user(&w, chinese).await,
            stored_user(&w, of_germany).await,
        );
        let expected = if pool == german { of_germany } else { chinese };
        let found = by(&w, pool, IdentifierKind::Phone, digits).await;
        assert_eq!(found, Found::One(expected.clone()));
        assert_eq!(any(&w, pool, digits).await, Found::One(expected.id));
    }
}

pub(crate) async fn a_text_that_fits_one_user_in_several_ways_is_not_ambiguous<H: Harness>(
    w: World<H>,
) {
    let pool = w.pool;
    let bob = User {
        email: Some("bob@example.com".to_owned()),
        external_id: Some("bob@example.com".to_owned()),
        ..user(pool, "bob@example.com")
    };
    let bob = stored_user(&w, bob).await;
    assert_eq!(any(&w, pool, "bob@example.com").await, Found::One(bob.id));
}

/// The kinds come in order, each once.
pub(crate) async fn a_text_that_fits_different_users_is_ambiguous<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let by_phone = User {
        phone: Some(phone("13800138000", "+8613800138000")),
        ..user(pool, "by-phone")
    };
    let by_external_id = User {
        external_id: Some("13800138000".to_owned()),
        ..user(pool, "by-external-id")
    };
    let by_phone = stored_user(&w, by_phone).await;
    assert_eq!(any(&w, pool, "13800138000").await, Found::One(by_phone.id));
    stored_user(&w, by_external_id).await;
    stored_user(&w, user(other, "13800138000")).await;
    assert_eq!(
        any(&w, pool, "13800138000").await,
        Found::Ambiguous(vec![IdentifierKind::Phone, IdentifierKind::ExternalId])
    );
    stored_user(&w, user(pool, "13800138000")).await;
    assert_eq!(
        any(&w, pool, "13800138000").await,
        Found::Ambiguous(vec![
            IdentifierKind::Phone,
            IdentifierKind::Username,
            IdentifierKind::ExternalId,
        ])
    );
}

pub(crate) async fn a_user_reads_back_whole<H: Harness>(w: World<H>) {
    let pool = w.pool;
    let bob = full(pool, "Bob");
    assert_eq!(stored_user(&w, bob.clone()).await, bob);
    assert_eq!(find(&w, pool, bob.id).await, Found::One(bob));
    let plain = user(pool, "plain");
    stored_user(&w, plain.clone()).await;
    assert_eq!(find(&w, pool, plain.id).await, Found::One(plain));
}
