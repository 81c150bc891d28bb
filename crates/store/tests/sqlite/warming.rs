//! Answers that are remembered before anybody asks.
//!
//! Whether an answer comes from memory is seen by taking the logins away behind the
//! store's back: who is told yes after that is remembered.

use crate::World;
use crate::contract::{Harness as _, MILLISECOND, SignedIn, idle};
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::model::access_key::KeyChange;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::pool::PoolChange;
use rollcall_core::model::user::{UserChange, UserStatus};
use rollcall_core::ports::Store;
use rollcall_core::ports::logins::EndScope;
use rollcall_core::ports::maintenance::Warmed;
use rollcall_core::time::Span;
use rollcall_store::SqlStore;
use rusqlite::Connection;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

fn store(world: &World) -> SqlStore {
    world.harness.store.clone().unwrap()
}

/// All steps of a walk, `batch` logins each; how many answers were kept.
async fn warm(world: &World, batch: u32) -> u64 {
    let store = world.store();
    let (mut from, mut kept) = (None, 0);
    loop {
        let warmed = store.warm(from, batch).await.unwrap();
        kept += warmed.kept;
        if warmed.next.is_none() {
            return kept;
        }
        assert_ne!(warmed.next, from, "it does not go on");
        from = warmed.next;
    }
}

/// Behind the store's back.
fn take_logins_away(world: &World) {
    let conn = Connection::open(world.harness.path()).unwrap();
    let ended = "UPDATE logins SET ended_at = 0, end_reason = 'kicked', end_actor = 'system'
        WHERE ended_at IS NULL";
    conn.execute(ended, ()).unwrap();
}

/// The pool's key is known from now on, and nothing else.
async fn introduce_key(world: &World, pool: PoolId, application: ApplicationId) {
    let nobody = UserSelector::id(UserId::from_bytes([0xee; 12]));
    world.status(pool, application, &nobody).await;
}

type Asked = (PoolId, UserId, ApplicationId);

/// People who stand in every way there is, in one pool.
async fn everybody(world: &World, pool: PoolId, at_once: bool) -> Vec<Asked> {
    let mut asked = Vec::new();
    let mut users = Vec::new();
    for _ in 0..6 {
        users.push(world.new_user(pool).await);
    }
    let shop = world.new_application(pool).await;
    let short = world.new_application_with(pool, idle(60)).await;
    let off = world.new_application(pool).await;
    let ended = world.new_application(pool).await;
    let gone = world.new_application(pool).await;
    for application in [shop, short, off, ended, gone] {
        for user in &users {
            world.sign_in(pool, *user, application).await;
            if application != gone {
                asked.push((pool, *user, application));
            }
        }
    }
    // Twice in the same application.
    world.sign_in(pool, users[0], shop).await;
    world.harness.set_end_batch(if at_once { 100 } else { 0 });
    let store = world.store();
    let kick = store.kick_user(pool, UserSelector::id(users[1]), vec![shop], world.origin());
    kick.await.unwrap();
    let update = store.update_user(pool, users[2], suspended(), world.origin());
    update.await.unwrap();
    let delete = store.delete_users(pool, vec![users[3]], world.origin());
    assert_eq!(delete.await, Ok(true));
    asked.retain(|(_, user, _)| *user != users[3]);
    let disabled = rollcall_core::model::application::ApplicationChange {
        enabled: Some(false),
        ..Default::default()
    };
    world.change_application(pool, off, disabled).await;
    let scope = EndScope::Application(ended);
    let end_all = store.end_all_sessions(pool, scope, world.origin());
    end_all.await.unwrap();
    world.sign_in(pool, users[4], ended).await;
    let delete = store.delete_application(pool, gone, world.origin());
    assert_eq!(delete.await, Ok(true));
    world.advance(Span::from_seconds(60));
    // After a mass end, and after a limit.
    world.sign_in(pool, users[1], shop).await;
    world.sign_in(pool, users[5], short).await;
    asked
}

#[tokio::test]
async fn whoever_is_live_is_remembered_and_nobody_else() {
    for (at_once, batch) in [(true, 1), (true, 5), (false, 1), (false, 100)] {
        let mut world = World::new().await;
        let mut asked = everybody(&world, world.pool, at_once).await;
        asked.extend(everybody(&world, world.other_pool, true).await);
        let mut expected = Vec::new();
        for (pool, user, application) in &asked {
            expected.push(world.is_active(*pool, *user, *application).await);
        }
        let live = expected.iter().filter(|active| **active).count() as u64;
        assert!(live > 10, "{live}");
        world.harness.restart();
        assert_eq!(world.store().load().remembered, 0);
        assert_eq!(warm(&world, batch).await, live);
        assert_eq!(world.store().load().remembered, live);
        for pool in [world.pool, world.other_pool] {
            let (_, _, application) = asked.iter().find(|asked| asked.0 == pool).unwrap();
            introduce_key(&world, pool, *application).await;
        }
        take_logins_away(&world);
        for ((pool, user, application), expected) in asked.iter().zip(&expected) {
            let active = world.is_active(*pool, *user, *application).await;
            assert_eq!(
                active, *expected,
                "{user} in {application}, {at_once}, {batch}"
            );
        }
        // Another walk finds nobody, and says so of nobody.
        let remembered = world.store().load().remembered;
        assert_eq!(warm(&world, batch).await, 0);
        assert_eq!(world.store().load().remembered, remembered);
    }
}

type Change<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

fn suspended() -> UserChange {
    UserChange {
        status: Some(UserStatus::Suspended),
        ..UserChange::default()
    }
}

/// What ends the login of `who`, by number.
fn ending(world: &World, who: SignedIn, number: usize) -> Option<Change<'_>> {
    let (pool, store) = (world.pool, world.store());
    let origin = world.origin();
    let short = PoolChange {
        idle_timeout: Some(Span::from_seconds(60)),
        ..PoolChange::default()
    };
    Some(match number {
        0 => Box::pin(async move {
            let user = UserSelector::id(who.user);
            let kicked = store.kick_user(pool, user, vec![who.application], origin);
            kicked.await.unwrap();
        }),
        1 => Box::pin(async move {
            let ended = store.end_all_sessions(pool, EndScope::Pool, origin);
            ended.await.unwrap();
        }),
        2 => Box::pin(async move {
            let scope = EndScope::Application(who.application);
            store.end_all_sessions(pool, scope, origin).await.unwrap();
        }),
        3 => Box::pin(async move {
            let update = store.update_user(pool, who.user, suspended(), origin);
            update.await.unwrap();
        }),
        4 => Box::pin(async move {
            let deleted = store.delete_users(pool, vec![who.user], origin);
            assert_eq!(deleted.await, Ok(true));
        }),
        5 => Box::pin(world.set_enabled(who.application, false)),
        6 => Box::pin(async move {
            let deleted = store.delete_application(pool, who.application, origin);
            assert_eq!(deleted.await, Ok(true));
        }),
        7 => Box::pin(world.set_policy(who.application, idle(60))),
        8 => Box::pin(async move {
            let changed = store.update_pool_settings(pool, short, origin);
            assert!(changed.await.unwrap().is_some());
        }),
        9 => Box::pin(async move {
            let session = rollcall_core::ports::logins::SessionKey::Login(who.login);
            let reason = rollcall_core::model::event::Reason::SignedOut;
            let ended = store.end_session(pool, session, reason, origin);
            ended.await.unwrap();
        }),
        _ => return None,
    })
}

/// What the pool's key is told: nothing but yes is false after an end.
async fn is_told_yes(world: &World, who: &SignedIn) -> bool {
    use rollcall_core::ports::logins::SessionStatus;
    let user = UserSelector::id(who.user);
    let status = world.status(world.pool, who.application, &user).await;
    matches!(status, SessionStatus::Known { active: true })
}

/// Between the look at who comes next and the look at how they stand, and between that
/// and remembering it; recorded at once and later.
#[tokio::test]
async fn an_end_while_answers_are_remembered_leaves_no_yes() {
    for (when, end_batch) in [(0, 100), (0, 0), (1, 100), (1, 0)] {
        for number in 0.. {
            let world = World::new().await;
            let other = world.someone_signed_in(world.other_pool).await;
            let who = world.someone_signed_in(world.pool).await;
            introduce_key(&world, world.pool, who.application).await;
            introduce_key(&world, world.other_pool, other.application).await;
            // Short ones have been outlived already.
            world.advance(Span::from_seconds(60));
            world.harness.set_end_batch(end_batch);
            let Some(ending) = ending(&world, who, number) else {
                assert_eq!(number, 10);
                break;
            };
            let nothing: Change<'_> = Box::pin(async {});
            let (before, after) = if when == 0 {
                (ending, nothing)
            } else {
                (nothing, ending)
            };
            let store = store(&world);
            let warmed = store.warm_while(None, 100, before, after).await.unwrap();
            assert!(warmed.kept <= 1, "{number}: {warmed:?}");
            assert!(!is_told_yes(&world, &who).await, "{number} at {when}");
            world.settle(1).await;
            assert!(!is_told_yes(&world, &who).await, "{number} at {when}");
            // What did not touch them did not keep the others from being remembered.
            if matches!(number, 0 | 3 | 4 | 9) {
                assert_eq!(warmed.kept, 1, "{number} at {when}");
                take_logins_away(&world);
                let there = (world.other_pool, other.user, other.application);
                assert!(world.is_active(there.0, there.1, there.2).await);
            }
        }
    }
}

/// Who signs in meanwhile is not told no, nor is the place of a forgotten login, which is
/// given again, taken for that login.
#[tokio::test]
async fn a_sign_in_while_answers_are_remembered_is_told() {
    let world = World::new().await;
    let who = world.someone_signed_in(world.pool).await;
    let newcomer = world.new_user(world.pool).await;
    introduce_key(&world, world.pool, who.application).await;
    let replaced = async {
        let conn = Connection::open(world.harness.path()).unwrap();
        conn.execute("DELETE FROM logins", ()).unwrap();
        drop(conn);
        let application = who.application;
        world.sign_in(world.pool, newcomer, application).await;
    };
    let warming = store(&world);
    let warmed = warming.warm_while(None, 100, replaced, async {});
    assert_eq!(warmed.await.unwrap().kept, 0);
    assert!(!world.is_signed_in(&who).await);
    assert!(world.is_active(world.pool, newcomer, who.application).await);
}

#[tokio::test]
async fn a_key_that_is_changed_meanwhile_is_told_as_it_is() {
    let world = World::new().await;
    let who = world.someone_signed_in(world.pool).await;
    let (pool, store) = (world.pool, world.store());
    introduce_key(&world, pool, who.application).await;
    let disabled = KeyChange {
        enabled: Some(false),
        permissions: None,
    };
    let changing = async {
        let root = pool.root_key();
        let changed = store.update_access_key(pool, root, disabled, world.origin());
        changed.await.unwrap();
    };
    let warming = self::store(&world);
    let warmed = warming.warm_while(None, 100, changing, async {}).await;
    assert_eq!(warmed.unwrap().kept, 1);
    let user = UserSelector::id(who.user);
    let check = store.session_status(pool.root_key(), who.application, &user);
    let stored = store.access_key(pool.root_key()).await.unwrap().unwrap();
    assert_eq!(check.await.unwrap().unwrap().key, stored.calling());
}

#[tokio::test]
async fn of_two_logins_the_later_limit_is_remembered_and_not_outlived() {
    for batch in [1, 100] {
        let world = World::new().await;
        let user = world.new_user(world.pool).await;
        let application = world.new_application_with(world.pool, idle(100)).await;
        let older = world.sign_in(world.pool, user, application).await;
        world.advance(Span::from_seconds(10));
        world.sign_in(world.pool, user, application).await;
        world.advance(Span::from_seconds(40));
        let store = world.store();
        let activity = store.record_activity(world.pool, older.login, None, world.origin());
        activity.await.unwrap();
        assert!(warm(&world, batch).await >= 1);
        assert_eq!(world.store().load().remembered, 1);
        introduce_key(&world, world.pool, application).await;
        take_logins_away(&world);
        world.advance(Span::from_millis(99_999));
        assert!(world.is_active(world.pool, user, application).await);
        world.advance(MILLISECOND);
        assert!(!world.is_active(world.pool, user, application).await);
    }
}

#[tokio::test]
async fn a_store_without_logins_has_nothing_to_remember() {
    let world = World::new().await;
    let store: Arc<dyn Store> = world.store();
    assert_eq!(store.warm(None, 100).await, Ok(Warmed::default()));
    let who = world.someone_signed_in(world.pool).await;
    // The walk ends beyond the oldest, whatever it began with.
    let first = store.warm(None, 1).await.unwrap();
    assert_eq!(first.kept, 1);
    assert_eq!(store.warm(first.next, 1).await, Ok(Warmed::default()));
    assert!(world.is_signed_in(&who).await);
}
