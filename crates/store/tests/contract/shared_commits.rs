//! Changes that share a commit: each sees what those before it did, and nothing of what was
//! undone. What they ask alike is read once, which nobody may notice.

use super::{Harness, World};
use rollcall_core::ids::{ApplicationId, PoolId};
use rollcall_core::model::application::ApplicationChange;
use rollcall_core::model::policy::{ConcurrencyChange, LimitAction, SessionPolicy};
use rollcall_core::model::pool::PoolChange;
use rollcall_core::model::sign_on::Need;
use rollcall_core::model::standing::Standing;
use rollcall_core::ports::applications::Updated;
use rollcall_core::ports::browser_sessions::SignedOn;
use rollcall_core::ports::logins::{Begun, EndScope, EndedAll, LoginView};
use rollcall_core::secret::Secret;
use rollcall_core::time::Span;

/// What stands between two sign-ins.
#[derive(Clone, Debug)]
enum Between {
    Nothing,
    OfApplication(Box<ApplicationChange>),
    OfPool(PoolChange),
    EverybodyOut,
    ApplicationGone,
    NewSecret,
}

/// What became of the second.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Second {
    /// It expires after this.
    Begun(Span),
    Unavailable,
    TooMany,
}

const SHORT: Span = Span::from_seconds(60);

const ONE: ConcurrencyChange = ConcurrencyChange {
    max: Some(1),
    action: Some(LimitAction::Refuse),
};

async fn change<H: Harness>(
    w: &World<H>,
    between: Between,
    (pool, application): (PoolId, ApplicationId),
) {
    let (store, origin) = (w.store(), w.origin());
    match between {
        Between::Nothing => {}
        Between::OfApplication(change) => {
            let updated = store.update_application(pool, application, *change, origin);
            assert!(matches!(updated.await, Ok(Updated::Updated(_))));
        }
        Between::OfPool(change) => {
            let updated = store.update_pool_settings(pool, change, origin);
            assert!(updated.await.unwrap().is_some());
        }
        Between::EverybodyOut => {
            let scope = EndScope::Application(application);
            let ended = store.end_all_sessions(pool, scope, origin);
            assert_eq!(ended.await, Ok(EndedAll::Ended));
        }
        Between::ApplicationGone => {
            let deleted = store.delete_application(pool, application, origin);
            assert!(deleted.await.unwrap());
        }
        Between::NewSecret => {
            let secret = Secret::generate(w.harness.entropy());
            let rotated = store.rotate_application_secret(pool, application, secret, origin);
            assert!(rotated.await.unwrap());
        }
    }
}

fn of_application(change: ApplicationChange) -> Between {
    Between::OfApplication(Box::new(change))
}

fn switched_off() -> ApplicationChange {
    ApplicationChange {
        enabled: Some(false),
        ..ApplicationChange::default()
    }
}

fn without_sign_in() -> ApplicationChange {
    ApplicationChange {
        api_sign_in: Some(false),
        ..ApplicationChange::default()
    }
}

fn limited_to(session_limit: ConcurrencyChange) -> ApplicationChange {
    ApplicationChange {
        session_limit,
        ..ApplicationChange::default()
    }
}

fn short() -> ApplicationChange {
    ApplicationChange {
        session_policy: SessionPolicy {
            max_lifetime: Some(SHORT),
            ..SessionPolicy::default()
        },
        ..ApplicationChange::default()
    }
}

fn pool_limits(max_lifetime: Option<Span>, session_limit: ConcurrencyChange) -> PoolChange {
    PoolChange {
        max_lifetime,
        session_limit,
        ..PoolChange::default()
    }
}

fn lasts(view: &LoginView) -> Span {
    let Standing::Live { expires_at } = view.standing else {
        panic!("{:?}", view.standing);
    };
    Span::from_millis(expires_at.as_millis() - view.now.as_millis())
}

fn outcome(begun: Begun) -> Second {
    match begun {
        Begun::Begun(view) => Second::Begun(lasts(&view)),
        Begun::ApplicationUnavailable => Second::Unavailable,
        Begun::SessionLimit => Second::TooMany,
        other => panic!("{other:?}"),
    }
}

/// A sign-in, something, and another sign-in of the same person, in one commit: how long the
/// first lasted when it began, what became of the second, and who of them is live.
async fn in_one_commit<H: Harness>(w: &World<H>, between: Between) -> (Span, Second, [bool; 2]) {
    let pool = w.new_pool().await;
    let (user, application) = (w.new_user(pool).await, w.new_application(pool).await);
    let logins = [(); 2].map(|()| w.new_login(user, application));
    let [first, second] = logins.clone();
    let held = w.harness.engine().hold_changes().await.unwrap();
    // Each is queued when it is looked at for the first time, which is in this order.
    let (first, (), second, ()) = tokio::join!(
        w.begin(pool, first),
        change(w, between.clone(), (pool, application)),
        w.begin(pool, second),
        async { drop(held) },
    );
    let Second::Begun(first) = outcome(first) else {
        panic!("{between:?}");
    };
    let mut live = [false; 2];
    for (login, is_live) in logins.iter().zip(&mut live) {
        let view = w.view(pool, login.login).await;
        *is_live = view.is_some_and(|view| view.standing.is_live());
    }
    (first, outcome(second), live)
}

pub(crate) async fn a_sign_in_sees_what_the_change_before_it_did<H: Harness>(w: World<H>) {
    let unavailable = (Second::Unavailable, [false, false]);
    let too_many = (Second::TooMany, [true, false]);
    let lasts_short = (Second::Begun(SHORT), [true, true]);
    let any_number = ConcurrencyChange::default();
    for (between, expected) in [
        (of_application(switched_off()), unavailable),
        (Between::ApplicationGone, unavailable),
        (Between::NewSecret, (Second::Unavailable, [true, false])),
        (
            of_application(without_sign_in()),
            (Second::Unavailable, [true, false]),
        ),
        (of_application(limited_to(ONE)), too_many),
        (Between::OfPool(pool_limits(None, ONE)), too_many),
        (of_application(short()), lasts_short),
        (
            Between::OfPool(pool_limits(Some(SHORT), any_number)),
            lasts_short,
        ),
    ] {
        let (_, second, live) = in_one_commit(&w, between.clone()).await;
        assert_eq!((second, live), expected, "{between:?}");
    }
    for (between, expected) in [
        (Between::Nothing, [true, true]),
        (Between::EverybodyOut, [false, true]),
    ] {
        let (first, second, live) = in_one_commit(&w, between.clone()).await;
        let as_the_first = Second::Begun(first);
        assert_eq!((second, live), (as_the_first, expected), "{between:?}");
    }
}

pub(crate) async fn of_sign_ins_at_once_only_as_many_stay_as_may<H: Harness>(w: World<H>) {
    let (user, application) = (w.new_user(w.pool).await, w.new_application(w.pool).await);
    let the_newest = limited_to(ConcurrencyChange {
        action: Some(LimitAction::EndOldest),
        ..ONE
    });
    w.change_application(w.pool, application, the_newest).await;
    let logins = [(); 3].map(|()| w.new_login(user, application));
    let [first, second, third] = logins.clone();
    let held = w.harness.engine().hold_changes().await.unwrap();
    tokio::join!(
        w.begin(w.pool, first),
        w.begin(w.pool, second),
        w.begin(w.pool, third),
        async { drop(held) },
    );
    for (login, expected) in logins.iter().zip([false, false, true]) {
        assert_eq!(w.is_live(login.login).await, expected);
    }
}

/// Otherwise what is tested here would be tested by itself.
pub(crate) async fn changes_that_were_held_share_a_commit<H: Harness>(w: World<H>) {
    let pools = [w.pool, w.other_pool];
    let mut logins = Vec::new();
    for pool in pools {
        let (user, application) = (w.new_user(pool).await, w.new_application(pool).await);
        logins.push([(); 2].map(|()| w.new_login(user, application)));
    }
    let held = w.harness.engine().hold_changes().await.unwrap();
    let begin = |pool: usize, login: usize| w.begin(pools[pool], logins[pool][login].clone());
    tokio::join!(begin(0, 0), begin(1, 0), begin(0, 1), begin(1, 1), async {
        drop(held);
    },);
    for (pool, both) in pools.into_iter().zip(&logins) {
        let mut places = Vec::new();
        for new in both {
            let view = w.view(pool, new.login).await.unwrap();
            assert!(view.standing.is_live());
            places.push(view.login.begun);
        }
        assert_eq!(places[0].revision, places[1].revision);
        assert!(places[0].index < places[1].index);
    }
}

/// A limit counts those who are live, and an end that is still being recorded leaves nobody.
pub(crate) async fn an_end_under_way_makes_room<H: Harness>(w: World<H>) {
    w.harness.set_end_batch(0);
    let (user, application) = (w.new_user(w.pool).await, w.new_application(w.pool).await);
    w.change_application(w.pool, application, limited_to(ONE))
        .await;
    let [first, second, third] = [(); 3].map(|()| w.new_login(user, application));
    let held = w.harness.engine().hold_changes().await.unwrap();
    let (first, (), second, third, ()) = tokio::join!(
        w.begin(w.pool, first),
        change(&w, Between::EverybodyOut, (w.pool, application)),
        w.begin(w.pool, second),
        w.begin(w.pool, third),
        async { drop(held) },
    );
    let begun = |begun| matches!(begun, Begun::Begun(_));
    assert_eq!(
        [begun(first), begun(second), begun(third)],
        [true, true, false]
    );
}

/// A browser that goes on from one application to another while it may no longer.
pub(crate) async fn a_sign_on_sees_what_the_change_before_it_did<H: Harness>(w: World<H>) {
    w.harness.set_end_batch(0);
    let here = w.someone_in_browser().await;
    let there = w.new_application(w.pool).await;
    let [first, second, third] = [(); 3].map(|()| w.new_sign_on(there));
    let held = w.harness.engine().hold_changes().await.unwrap();
    let everybody_out = async {
        let (store, origin) = (w.store(), w.origin());
        let ended = store.end_all_sessions(w.pool, EndScope::Pool, origin);
        assert_eq!(ended.await, Ok(EndedAll::Ended));
    };
    let (first, (), second, (), third, ()) = tokio::join!(
        w.sign_on(w.pool, here.cookie, first),
        w.set_third_party(there),
        w.sign_on(w.pool, here.cookie, second),
        everybody_out,
        w.sign_on(w.pool, here.cookie, third),
        async { drop(held) },
    );
    assert!(matches!(first, SignedOn::SignedOn(_)), "{first:?}");
    let needs = |answer, need| assert_eq!(answer, SignedOn::Needs(need));
    needs(second, Need::Consent);
    needs(third, Need::SignIn);
}
