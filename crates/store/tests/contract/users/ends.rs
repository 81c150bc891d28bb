//! What a change of a user ends.

use crate::contract::records::{origin, page, stored_user, user};
use crate::contract::{Harness, SignedIn, World};
use rollcall_core::ids::{PoolId, UserId};
use rollcall_core::limits;
use rollcall_core::model::event::{Actor, EventKind, Origin, Reason};
use rollcall_core::model::user::{Gender, User, UserChange, UserStatus};
use rollcall_core::ports::users::Saved;

async fn update(w: &World<impl Harness>, pool: PoolId, user: UserId, change: UserChange) {
    let saved = w
        .store()
        .update_user(pool, user, change, w.origin())
        .await
        .unwrap();
    assert!(matches!(saved, Saved::Saved(_)), "{saved:?}");
}

fn status(status: UserStatus) -> UserChange {
    UserChange {
        status: Some(status),
        ..UserChange::default()
    }
}

/// One user in two browsers, each in an application of its own.
async fn in_two_browsers(w: &World<impl Harness>) -> (SignedIn, SignedIn) {
    let first = w.someone_signed_in(w.pool).await;
    let application = w.new_application(w.pool).await;
    let second = w.sign_in(w.pool, first.user, application).await;
    (first, second)
}

/// Why the login ended, by the pool's events.
async fn told_reason(w: &World<impl Harness>, who: &SignedIn) -> Option<Reason> {
    w.settle(limits::END_BATCH).await;
    let events = w.events(w.pool).await;
    let reasons = events.into_iter().filter(|event| event.login == who.login);
    let mut reasons = reasons.filter_map(|event| match event.kind {
        EventKind::Ended(reason) => Some(reason),
        EventKind::Began { .. } | EventKind::Extended { .. } => None,
    });
    let reason = reasons.next();
    assert_eq!(reasons.next(), None, "it ends once");
    reason
}

/// Everywhere, and for good: the way back is a new sign-in.
pub(crate) async fn who_is_no_longer_activated_is_signed_out<H: Harness>(w: World<H>) {
    let bystander = w.someone_signed_in(w.pool).await;
    for other in UserStatus::ALL {
        if *other == UserStatus::Activated {
            continue;
        }
        let (first, second) = in_two_browsers(&w).await;
        update(&w, w.pool, first.user, status(*other)).await;
        for who in [first, second] {
            assert!(!w.is_signed_in(&who).await, "{other:?}");
        }
        update(&w, w.pool, first.user, status(UserStatus::Activated)).await;
        for who in [first, second] {
            assert!(!w.is_signed_in(&who).await, "nothing is revived");
            assert_eq!(told_reason(&w, &who).await, Some(Reason::UserDisabled));
        }
        w.sign_in(w.pool, first.user, first.application).await;
        assert!(w.is_signed_in(&first).await);
    }
    assert!(w.is_signed_in(&bystander).await);
}

pub(crate) async fn other_changes_end_nothing<H: Harness>(w: World<H>) {
    let who = w.someone_signed_in(w.pool).await;
    let change = UserChange {
        status: Some(UserStatus::Activated),
        username: Some("renamed".to_owned()),
        email: Some("renamed@example.com".to_owned()),
        gender: Some(Gender::Female),
        reset_on_next_login: Some(true),
        ..UserChange::default()
    };
    update(&w, w.pool, who.user, change).await;
    assert!(w.is_signed_in(&who).await);
    assert_eq!(told_reason(&w, &who).await, None);
}

/// A refused change ends nothing either.
pub(crate) async fn a_change_to_a_taken_name_ends_nothing<H: Harness>(w: World<H>) {
    let who = w.someone_signed_in(w.pool).await;
    stored_user(&w, user(w.pool, "bob")).await;
    let change = UserChange {
        username: Some("Bob".to_owned()),
        status: Some(UserStatus::Archived),
        ..UserChange::default()
    };
    let saved = w
        .store()
        .update_user(w.pool, who.user, change, w.origin())
        .await;
    assert_eq!(saved, Ok(Saved::Taken(vec!["username"])));
    assert!(w.is_signed_in(&who).await);
}

/// An address from which a person changed something goes with the person.
pub(crate) async fn a_deleted_persons_address_leaves_the_audit_log<H: Harness>(w: World<H>) {
    let bob = stored_user(&w, user(w.pool, "bob")).await;
    let eve = stored_user(&w, user(w.pool, "eve")).await;
    let by_person = |user: &User| Origin {
        actor: Actor::Person(user.id),
        ..origin(w.pool)
    };
    for person in [&bob, &eve] {
        let change = status(UserStatus::Activated);
        let origin = by_person(person);
        w.store()
            .update_user(w.pool, person.id, change, origin)
            .await
            .unwrap();
    }
    w.store()
        .delete_users(w.pool, vec![bob.id], origin(w.pool))
        .await
        .unwrap();
    let rows = w.store().audit_rows(w.pool, page(1, 50)).await.unwrap();
    let address_of = |user: &User| {
        let mut rows = rows.list.iter();
        let row = rows.find(|row| row.actor == Actor::Person(user.id));
        row.unwrap().address
    };
    assert_eq!(address_of(&bob), None);
    assert_eq!(address_of(&eve), origin(w.pool).address);
}
