//! The audit log.

use super::records::{origin, page, stored_user, user};
use super::{Harness, World};
use rollcall_core::ids::UserId;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::{Actor, Origin};
use rollcall_core::model::user::{Gender, UserChange};
use rollcall_core::time::Span;
use std::net::IpAddr;

/// Who, when, from where, with which call: all of it, for every kind of actor.
pub(crate) async fn a_row_tells_everything_of_a_change<H: Harness>(w: World<H>) {
    let pool = w.pool;
    let bob = stored_user(&w, user(pool, "bob")).await;
    let actors = [
        Actor::System,
        Actor::Operator,
        Actor::Person(UserId::from_bytes([7; 12])),
        Actor::Key(pool.root_key()),
    ];
    for (n, actor) in actors.into_iter().enumerate() {
        w.advance(Span::from_seconds(1));
        let origin = Origin {
            actor,
            request_id: format!("request {n}"),
            address: (n % 2 == 0).then(|| IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1])),
            user_agent: None,
        };
        let change = UserChange {
            gender: Some(Gender::Female),
            ..UserChange::default()
        };
        w.store()
            .update_user(pool, bob.id, change, origin.clone())
            .await
            .unwrap();
        let rows = w.store().audit_rows(pool, page(1, 1)).await.unwrap();
        let row = &rows.list[0];
        assert_eq!(row.at, w.now());
        assert_eq!(row.actor, actor);
        assert_eq!(row.address, origin.address);
        assert_eq!(row.request_id, origin.request_id);
        assert_eq!(row.action, AuditAction::Update);
        assert_eq!(row.resource, AuditResource::User);
        assert_eq!(row.resource_id, bob.id.to_string());
        assert_eq!(row.detail, "gender");
    }
}

pub(crate) async fn the_newest_row_comes_first_page_by_page<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let before = w.store().audit_rows(pool, page(1, 50)).await.unwrap();
    let mut expected = Vec::new();
    for n in 0..5 {
        w.advance(Span::from_millis(1));
        let bob = stored_user(&w, user(pool, &format!("bob-{n}"))).await;
        expected.insert(0, bob.id.to_string());
    }
    let mut seen = Vec::new();
    for number in 1..=3 {
        let rows = w.store().audit_rows(pool, page(number, 2)).await.unwrap();
        assert_eq!(rows.total_count, before.total_count + 5);
        seen.extend(rows.list.into_iter().map(|row| row.resource_id));
    }
    assert_eq!(seen[..5], expected);
    let theirs = w.store().audit_rows(other, page(1, 50)).await.unwrap();
    assert!(
        theirs
            .list
            .iter()
            .all(|row| row.resource != AuditResource::User)
    );
    let beyond = w.store().audit_rows(pool, page(1_000, 50)).await.unwrap();
    assert_eq!(beyond.total_count, before.total_count + 5);
    assert_eq!(beyond.list, []);
}

/// What is refused is no change.
pub(crate) async fn a_refused_change_leaves_no_row<H: Harness>(w: World<H>) {
    let pool = w.pool;
    stored_user(&w, user(pool, "bob")).await;
    let before = w.store().audit_rows(pool, page(1, 50)).await.unwrap();
    let twin = user(pool, "BOB");
    w.store()
        .create_user(twin, Vec::new(), origin(pool))
        .await
        .unwrap();
    let unknown = UserId::from_bytes([9; 12]);
    let change = UserChange::default();
    w.store()
        .update_user(pool, unknown, change, origin(pool))
        .await
        .unwrap();
    let deleted = w
        .store()
        .delete_users(pool, vec![unknown], origin(pool))
        .await;
    assert_eq!(deleted, Ok(false));
    let after = w.store().audit_rows(pool, page(1, 50)).await.unwrap();
    assert_eq!(after, before);
}
