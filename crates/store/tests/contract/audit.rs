//! The audit log.

use super::records::{origin, page, stored_user, user};
use super::{Harness, World};
use rollcall_core::ids::{AccessKeyId, PoolId, UserId};
use rollcall_core::model::audit::{AuditAction, AuditResource, AuditRow};
use rollcall_core::model::event::{Actor, Origin};
use rollcall_core::model::user::{Gender, UserChange};
use rollcall_core::ports::audit_log::AuditFilter;
use rollcall_core::time::{Span, Timestamp};
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

/// Eight changes, a millisecond apart, by a key and by the operator.
async fn change_variously<H: Harness>(w: &World<H>, user: UserId, key: Actor) {
    for n in 0..8_u8 {
        w.advance(Span::from_millis(1));
        let origin = Origin {
            actor: if n % 2 == 0 { key } else { Actor::Operator },
            request_id: format!("call {}", n / 2),
            address: (n % 3 == 0).then(|| [192, 0, 2, n].into()),
            user_agent: Some("curl/8".to_owned()),
        };
        let change = UserChange {
            gender: Some(Gender::Female),
            ..UserChange::default()
        };
        let updated = w.store().update_user(w.pool, user, change, origin).await;
        updated.unwrap();
    }
}

/// Filters, and how many rows each finds of a user's creation and those changes.
fn filters(key: Actor, now: Timestamp) -> Vec<(AuditFilter, usize)> {
    let any = AuditFilter::default;
    let address = Some([192, 0, 2, 3].into());
    let request_id = Some("call 1".to_owned());
    let update = (AuditAction::Update, AuditResource::User);
    let create = (AuditAction::Create, AuditResource::User);
    let changes = |changes: &[_]| AuditFilter {
        changes: Some(changes.to_vec()),
        ..any()
    };
    let of_the_key = AuditFilter {
        actor: Some(key),
        ..any()
    };
    let of_the_call = AuditFilter {
        request_id: request_id.clone(),
        ..any()
    };
    let from_there = AuditFilter { address, ..any() };
    let in_between = AuditFilter {
        from: Some(now - Span::from_millis(3)),
        until: Some(now - Span::from_millis(1)),
        ..any()
    };
    let all_at_once = AuditFilter {
        actor: Some(Actor::Operator),
        address,
        request_id,
        changes: Some(vec![update]),
        ..any()
    };
    vec![
        (of_the_key, 4),
        (of_the_call, 2),
        (from_there, 1),
        (changes(&[update]), 8),
        (changes(&[create, update]), 9),
        (changes(&[]), 0),
        (in_between, 3),
        (all_at_once, 1),
    ]
}

fn fits(filter: &AuditFilter, row: &AuditRow) -> bool {
    let change = (row.action, row.resource);
    let changes = filter.changes.as_ref();
    filter.actor.is_none_or(|actor| actor == row.actor)
        && filter
            .request_id
            .as_ref()
            .is_none_or(|id| *id == row.request_id)
        && (filter.address.is_none() || filter.address == row.address)
        && filter.from.is_none_or(|from| from <= row.at)
        && filter.until.is_none_or(|until| row.at <= until)
        && changes.is_none_or(|changes| changes.contains(&change))
}

async fn management<H: Harness>(w: &World<H>, pool: PoolId, filter: AuditFilter) -> Vec<AuditRow> {
    let store = w.store();
    let rows = store.management_rows(pool, filter, page(1, 50)).await;
    let rows = rows.unwrap();
    assert_eq!(rows.total_count, rows.list.len() as u64);
    rows.list
}

pub(crate) async fn the_management_log_is_filtered_in_order<H: Harness>(w: World<H>) {
    let (pool, store) = (w.pool, w.store());
    let bob = stored_user(&w, user(pool, "bob")).await;
    stored_user(&w, user(w.other_pool, "bob")).await;
    let key = Actor::Key(AccessKeyId::from_bytes([5; 12]));
    change_variously(&w, bob.id, key).await;
    let all = management(&w, pool, AuditFilter::default()).await;
    let everything = store.audit_rows(pool, page(1, 50)).await.unwrap();
    assert_eq!(all, everything.list, "nobody changed what is their own");
    assert_eq!(all[0].user_agent.as_deref(), Some("curl/8"));
    for (filter, found) in filters(key, w.now()) {
        let fitting = all.iter().filter(|row| fits(&filter, row)).cloned();
        let fitting: Vec<_> = fitting.collect();
        assert_eq!(fitting.len(), found, "{filter:?}");
        assert_eq!(management(&w, pool, filter.clone()).await, fitting);
        let elsewhere = management(&w, w.other_pool, filter).await;
        let of_bob = elsewhere
            .iter()
            .find(|row| row.resource_id == bob.id.to_string());
        assert_eq!(of_bob, None);
    }
    let second = store.management_rows(pool, AuditFilter::default(), page(2, 3));
    assert_eq!(second.await.unwrap().list, all[3..6]);
}
