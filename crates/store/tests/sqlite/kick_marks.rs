//! Marks of kicks: nothing reads them before single sign-on does.

use crate::World;
use rollcall_core::ids::{ApplicationId, UserId};
use rollcall_core::model::event::Position;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::ports::logins::Kicked;
use rusqlite::{Connection, OptionalExtension as _};

fn mark(world: &World, user: UserId, application: ApplicationId) -> Option<Position> {
    let conn = Connection::open(world.harness.path()).unwrap();
    let mark = conn.query_row(
        "SELECT revision, idx FROM kick_marks WHERE pool = ?1 AND user = ?2 AND application = ?3",
        (
            world.pool.as_bytes(),
            user.as_bytes(),
            application.as_bytes(),
        ),
        |row| {
            Ok(Position {
                revision: row.get(0)?,
                index: row.get(1)?,
            })
        },
    );
    mark.optional().unwrap()
}

async fn kick(world: &World, user: UserId, application: ApplicationId) -> Kicked {
    let selector = UserSelector::id(user);
    let store = world.store();
    let kicked = store.kick_user(world.pool, selector, vec![application], world.origin());
    kicked.await.unwrap()
}

#[tokio::test]
async fn a_kick_is_marked_later_than_every_sign_in_before_it() {
    let world = World::new().await;
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    assert_eq!(mark(&world, user, application), None);
    // Also when there is nobody to be signed out.
    let kicked = kick(&world, user, application).await;
    assert_eq!(kicked, Kicked::Kicked);
    let first = mark(&world, user, application).unwrap();
    let who = world.sign_in(world.pool, user, application).await;
    let view = world.view(world.pool, who.login).await.unwrap();
    assert!(first < view.session.authenticated);
    kick(&world, user, application).await;
    let second = mark(&world, user, application).unwrap();
    assert!(view.session.authenticated < second);
}

#[tokio::test]
async fn a_deleted_user_has_no_marks() {
    let world = World::new().await;
    let user = world.new_user(world.pool).await;
    let application = world.new_application(world.pool).await;
    kick(&world, user, application).await;
    let store = world.store();
    let deleted = store.delete_users(world.pool, vec![user], world.origin());
    assert_eq!(deleted.await, Ok(true));
    assert_eq!(mark(&world, user, application), None);
}
