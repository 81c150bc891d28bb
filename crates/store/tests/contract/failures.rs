//! Failed sign-ins.

use super::records::{stored_user, user};
use super::{Harness, World};
use rollcall_core::ids::{PoolId, UserId};
use rollcall_core::limits;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::ports::sign_in_failures::SignInFailure;
use rollcall_core::ports::users::Found;
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::Span;

/// A failure of the pair that adds to those of the user.
pub(crate) fn failure_of(key: TokenDigest, counts_for: Option<UserId>) -> SignInFailure {
    SignInFailure {
        key,
        counts_for,
        action: None,
    }
}

async fn fail(w: &World<impl Harness>, pool: PoolId, pair: &str, times: u32) {
    for _ in 0..times {
        let key = TokenDigest::of(pair);
        w.store()
            .record_sign_in_failure(pool, failure_of(key, None), w.origin())
            .await
            .unwrap();
    }
}

async fn delay(w: &World<impl Harness>, pool: PoolId, pair: &str) -> Option<Span> {
    let key = TokenDigest::of(pair);
    w.store().sign_in_delay(pool, key).await.unwrap()
}

/// Of this pair in this pool, and of no other.
pub(crate) async fn the_tenth_failure_delays_its_pair<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    assert_eq!(delay(&w, pool, "bob").await, None);
    fail(&w, pool, "bob", limits::FAILURES_BEFORE_DELAY - 1).await;
    assert_eq!(delay(&w, pool, "bob").await, None);
    fail(&w, pool, "bob", 1).await;
    assert_eq!(delay(&w, pool, "bob").await, Some(Span::from_seconds(1)));
    assert_eq!(delay(&w, pool, "eve").await, None);
    assert_eq!(delay(&w, other, "bob").await, None);
}

pub(crate) async fn a_delay_is_over_at_its_own_millisecond<H: Harness>(w: World<H>) {
    let pool = w.pool;
    fail(&w, pool, "bob", limits::FAILURES_BEFORE_DELAY + 1).await;
    assert_eq!(delay(&w, pool, "bob").await, Some(Span::from_seconds(2)));
    w.advance(Span::from_millis(1_999));
    assert_eq!(delay(&w, pool, "bob").await, Some(Span::from_millis(1)));
    w.advance(Span::from_millis(1));
    assert_eq!(delay(&w, pool, "bob").await, None);
}

pub(crate) async fn a_day_without_a_failure_starts_anew<H: Harness>(w: World<H>) {
    let pool = w.pool;
    fail(&w, pool, "bob", limits::FAILURES_BEFORE_DELAY).await;
    w.advance(limits::THROTTLE_MEMORY);
    fail(&w, pool, "bob", 1).await;
    assert_eq!(delay(&w, pool, "bob").await, None);
}

/// Only those of the user, and only in the user's pool.
pub(crate) async fn failures_count_for_the_account<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let bob = stored_user(&w, user(pool, "bob")).await.id;
    let eve = stored_user(&w, user(pool, "eve")).await.id;
    for (n, place) in [pool, pool, other].into_iter().enumerate() {
        let pair = TokenDigest::of(&format!("bob from {n}"));
        w.store()
            .record_sign_in_failure(place, failure_of(pair, Some(bob)), w.origin())
            .await
            .unwrap();
    }
    assert_eq!(failures_of(&w, pool, bob).await, 2);
    assert_eq!(failures_of(&w, pool, eve).await, 0);
}

async fn failures_of(w: &World<impl Harness>, pool: PoolId, user: UserId) -> u32 {
    let selector = UserSelector::id(user);
    match w.store().find_user(pool, selector).await.unwrap() {
        Found::One(user) => user.password.failures_in_a_row,
        other => panic!("{other:?}"),
    }
}
