//! Many users in one commit, and those who are archived.

use super::{by_id, find};
use crate::contract::records::{
    audit_of, fresh, identity, origin, page, stored_ext_idp, stored_user, user,
};
use crate::contract::{Harness, SignedIn, World};
use rollcall_core::ids::{ExtIdpId, PoolId, UserId};
use rollcall_core::limits;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::{EventKind, Position, Reason};
use rollcall_core::model::identifier::{Identifier, UserSelector};
use rollcall_core::model::user::{ArchivedUser, NewPassword, User, UserChange, UserStatus};
use rollcall_core::ports::users::{Found, Saved};
use rollcall_core::secret::PasswordHash;
use rollcall_core::time::{Span, Timestamp};

fn resigned() -> UserChange {
    UserChange {
        status: Some(UserStatus::Resigned),
        ..UserChange::default()
    }
}

fn named(username: &str) -> UserChange {
    UserChange {
        username: Some(username.to_owned()),
        ..UserChange::default()
    }
}

async fn update(
    w: &World<impl Harness>,
    pool: PoolId,
    rows: Vec<(UserId, UserChange)>,
) -> Vec<Saved> {
    let store = w.store();
    store.update_users(pool, rows, origin(pool)).await.unwrap()
}

/// Each row is as if it were alone, and a later one sees the earlier ones.
pub(crate) async fn a_row_that_cannot_be_made_spares_its_neighbours<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let source = stored_ext_idp(&w, pool, "WeChat").await;
    stored_user(&w, user(pool, "taken")).await;
    stored_user(&w, user(other, "bob")).await;
    let [bob, taken, twin, eve, stray, joe] =
        ["bob", "Taken", "BOB", "eve", "stray", "joe"].map(|name| user(pool, name));
    let with = |user: &User, source, id: &str| (user.clone(), vec![identity(user.id, source, id)]);
    let rows = vec![
        with(&bob, source, "wx"),
        (taken.clone(), Vec::new()),
        (twin.clone(), Vec::new()),
        with(&eve, source, "wx"),
        with(&stray, ExtIdpId::from_bytes(fresh()), "wx-2"),
        (joe.clone(), Vec::new()),
    ];
    let saved = w.store().create_users(pool, rows, origin(pool)).await;
    let expected = vec![
        Saved::Saved(Box::new(bob.clone())),
        Saved::Taken(vec!["username"]),
        Saved::Taken(vec!["username"]),
        Saved::Taken(vec!["identities"]),
        Saved::ExtIdpNotFound,
        Saved::Saved(Box::new(joe.clone())),
    ];
    assert_eq!(saved, Ok(expected));
    assert_eq!(by_id(&w, pool, bob.id).await, bob);
    for refused in [taken, twin, eve, stray] {
        assert_eq!(find(&w, pool, refused.id).await, Found::Nobody);
    }
    assert_eq!(find(&w, other, joe.id).await, Found::Nobody);
    let made = audit_of(&w, pool, AuditResource::User).await;
    let made: Vec<_> = made
        .into_iter()
        .map(|(action, id, _)| (action, id))
        .collect();
    let created = |user: &User| (AuditAction::Create, user.id.to_string());
    assert_eq!(made[1..], [created(&bob), created(&joe)]);
}

pub(crate) async fn a_row_that_cannot_be_changed_spares_its_neighbours<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let bob = stored_user(&w, user(pool, "bob")).await;
    let eve = stored_user(&w, user(pool, "eve")).await;
    let foreign = stored_user(&w, user(other, "joe")).await;
    let rows = vec![
        (bob.id, named("new")),
        (eve.id, named("NEW")),
        (foreign.id, named("free")),
        (eve.id, named("bob")),
    ];
    let saved = update(&w, pool, rows).await;
    assert!(matches!(saved[0], Saved::Saved(_)), "{saved:?}");
    assert_eq!(saved[1], Saved::Taken(vec!["username"]));
    assert_eq!(saved[2], Saved::NotFound);
    assert!(matches!(saved[3], Saved::Saved(_)), "bob's name is free");
    assert_eq!(by_id(&w, other, foreign.id).await, foreign);
    let name = |user: User| user.username.unwrap();
    assert_eq!(name(by_id(&w, pool, bob.id).await), "new");
    assert_eq!(name(by_id(&w, pool, eve.id).await), "bob");
}

/// Everybody's at once, in one revision of the pool, though no more is recorded than
/// a change may: the rest follows.
pub(crate) async fn what_a_bulk_change_ends_is_in_force_at_once<H: Harness>(w: World<H>) {
    w.harness.set_end_batch(1);
    let people = usize::try_from(limits::END_BATCHES_PER_CHANGE).unwrap() + 5;
    let mut everybody: Vec<SignedIn> = Vec::new();
    for _ in 0..people {
        everybody.push(w.someone_signed_in(w.pool).await);
    }
    let bystander = w.someone_signed_in(w.pool).await;
    let before = w.events(w.pool).await.len();
    let rows = everybody.iter().map(|who| (who.user, resigned())).collect();
    let saved = update(&w, w.pool, rows).await;
    assert!(saved.iter().all(|row| matches!(row, Saved::Saved(_))));
    for who in &everybody {
        assert!(!w.is_signed_in(who).await);
    }
    let recorded = w.events(w.pool).await.len() - before;
    assert!((1..people).contains(&recorded), "{recorded}");
    w.settle(limits::END_BATCH).await;
    assert!(w.is_signed_in(&bystander).await);
    let events = w.events(w.pool).await.split_off(before);
    assert_eq!(events.len(), people);
    let reason = EventKind::Ended(Reason::UserDisabled);
    assert!(events.iter().all(|event| event.kind == reason));
    for who in &everybody {
        let end = w.recorded_end(who.login).await.unwrap();
        assert_eq!((end.reason, end.at), (Reason::UserDisabled, w.now()));
    }
    let at = |position: &Position| (position.revision, position.index);
    let positions: Vec<_> = events.iter().map(|event| at(&event.position)).collect();
    assert!(positions.is_sorted_by(|a, b| a < b), "{positions:?}");
}

/// Each in its place, whoever else is asked for.
pub(crate) async fn many_are_found_in_order_in_their_pool_alone<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let bob = stored_user(&w, user(pool, "bob")).await;
    let eve = stored_user(&w, user(pool, "eve")).await;
    let foreign = stored_user(&w, user(other, "joe")).await;
    let name = |name: &str| UserSelector::any_of(vec![Identifier::Username(name.to_owned())]);
    let selectors = vec![
        name("eve"),
        name("joe"),
        UserSelector::id(bob.id),
        UserSelector::id(foreign.id),
        name("eve"),
    ];
    let found = w.store().find_users(pool, selectors).await;
    let expected = vec![
        Found::One(eve.clone()),
        Found::Nobody,
        Found::One(bob),
        Found::Nobody,
        Found::One(eve),
    ];
    assert_eq!(found, Ok(expected));
}

/// Since when, and nobody else; right while people come and go.
pub(crate) async fn who_was_archived_last_comes_first<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let archived = |pool, name: &str, at| User {
        status: UserStatus::Archived,
        status_changed_at: Timestamp::from_millis(at),
        ..user(pool, name)
    };
    let first = stored_user(&w, archived(pool, "first", 1_000)).await;
    let second = stored_user(&w, archived(pool, "second", 2_000)).await;
    let twin = stored_user(&w, archived(pool, "twin", 2_000)).await;
    stored_user(&w, user(pool, "present")).await;
    stored_user(&w, archived(other, "foreign", 3_000)).await;
    let list = async |from: Option<i64>, number, limit| {
        let from = from.map(Timestamp::from_millis);
        let store = w.store();
        let found = store.archived_users(pool, from, page(number, limit)).await;
        let found = found.unwrap();
        let users: Vec<UserId> = found.list.iter().map(|row| row.user).collect();
        (found.total_count, users)
    };
    let all = vec![twin.id, second.id, first.id];
    assert_eq!(list(None, 1, 10).await, (3, all.clone()));
    assert_eq!(list(None, 2, 2).await, (3, vec![first.id]));
    assert_eq!(list(Some(2_000), 1, 10).await, (2, all[..2].to_vec()));
    assert_eq!(list(Some(2_001), 1, 10).await, (0, Vec::new()));

    // Comes back, and goes again later.
    w.harness.clock().set(w.now() + Span::from_seconds(1));
    let to = |status| UserChange {
        status: Some(status),
        ..UserChange::default()
    };
    update(&w, pool, vec![(first.id, to(UserStatus::Activated))]).await;
    assert_eq!(list(None, 1, 10).await, (2, all[..2].to_vec()));
    update(&w, pool, vec![(first.id, to(UserStatus::Archived))]).await;
    let store = w.store();
    let found = store.archived_users(pool, None, page(1, 1)).await.unwrap();
    let row = ArchivedUser {
        user: first.id,
        archived_at: w.now(),
    };
    assert_eq!((found.total_count, found.list), (3, vec![row]));
}

/// The same password in another form: nothing ends, and its version stays.
pub(crate) async fn a_rehashed_password_is_kept_with_its_sign_in<H: Harness>(w: World<H>) {
    let who = w.someone_signed_in(w.pool).await;
    let before = by_id(&w, w.pool, who.user).await.password;
    let rehashed = |phc: &str| {
        Some(NewPassword {
            hash: PasswordHash::from_phc(phc),
            security_level: Some(3),
        })
    };
    let mut new = w.new_login(who.user, who.application);
    new.rehashed = rehashed("$argon2id$again");
    w.begin(w.pool, new).await;
    let mut expected = before.clone();
    expected.hash = Some(PasswordHash::from_phc("$argon2id$again"));
    expected.security_level = Some(3);
    assert_eq!(by_id(&w, w.pool, who.user).await.password, expected);
    assert!(w.is_signed_in(&who).await);

    let mut page = w.new_browser_sign_in(who.user, who.application, None);
    page.rehashed = rehashed("$argon2id$in a browser");
    w.enter_as(w.pool, page).await;
    expected.hash = Some(PasswordHash::from_phc("$argon2id$in a browser"));
    assert_eq!(by_id(&w, w.pool, who.user).await.password, expected);

    // A sign-in that is refused keeps nothing.
    let mut late = w.new_login(who.user, who.application);
    late.password_version += 1;
    late.rehashed = rehashed("$argon2id$late");
    w.begin(w.pool, late).await;
    assert_eq!(by_id(&w, w.pool, who.user).await.password, expected);
    let rows = audit_of(&w, w.pool, AuditResource::User).await;
    assert!(
        rows.iter()
            .all(|(action, ..)| *action != AuditAction::SetPassword)
    );
}
