//! The end of all sessions of a user, an application or a pool.

use super::browser::InBrowser;
use super::records::audit_of;
use super::{Harness, SignedIn, World};
use rollcall_core::ids::{ApplicationId, UserId};
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::Reason;
use rollcall_core::model::identifier::{Identifier, UserSelector};
use rollcall_core::model::user::User;
use rollcall_core::ports::browser_sessions::SignedOn;
use rollcall_core::ports::logins::{EndScope, EndedAll};
use rollcall_core::ports::users::Saved;

/// Two people, each with a phone and a browser, in two applications; and
/// somebody in another pool.
struct Scene<H> {
    world: World<H>,
    people: [UserId; 2],
    applications: [ApplicationId; 2],
    /// By person, then by application.
    phones: Vec<SignedIn>,
    browsers: Vec<InBrowser>,
    other: SignedIn,
}

impl<H: Harness> Scene<H> {
    async fn new(world: World<H>) -> Self {
        let pool = world.pool;
        let people = [world.new_user(pool).await, world.new_user(pool).await];
        let applications = [
            world.new_application(pool).await,
            world.new_application(pool).await,
        ];
        let (mut phones, mut browsers) = (Vec::new(), Vec::new());
        for person in people {
            for application in applications {
                phones.push(world.sign_in(pool, person, application).await);
            }
            let here = world.enter(person, applications[0]).await;
            let beside = world.go_on_to(&here, applications[1]).await;
            browsers.extend([here, beside]);
        }
        let other = world.someone_signed_in(world.other_pool).await;
        Self {
            world,
            people,
            applications,
            phones,
            browsers,
            other,
        }
    }

    async fn end(&self, scope: EndScope) -> EndedAll {
        let origin = self.world.origin();
        let store = self.world.store();
        store
            .end_all_sessions(self.world.pool, scope, origin)
            .await
            .unwrap()
    }

    /// Which logins have ended, by person and application, phones and browsers alike.
    async fn assert_ended(&self, expected: [bool; 4]) {
        for (place, has_ended) in expected.into_iter().enumerate() {
            let (phone, browser) = (&self.phones[place], &self.browsers[place]);
            let (user, application) = (phone.user, phone.application);
            let active = self
                .world
                .is_active(self.world.pool, user, application)
                .await;
            assert_eq!(active, !has_ended, "{place}");
            for login in [phone.login, browser.login()] {
                assert_eq!(self.world.is_live(login).await, !has_ended, "{place}");
            }
        }
        let other = &self.other;
        let theirs = self
            .world
            .is_active(self.world.other_pool, other.user, other.application);
        assert!(theirs.await, "another pool");
    }

    /// Whether the browser of each person is signed in at the server.
    async fn assert_browsers(&self, expected: [bool; 2]) {
        for (person, is_in) in expected.into_iter().enumerate() {
            assert_eq!(
                self.world.is_in(&self.browsers[2 * person]).await,
                is_in,
                "{person}"
            );
        }
    }

    /// Every end is told once, with the reason.
    async fn assert_told(&self, expected: [bool; 4]) {
        self.world.settle(3).await;
        for (place, has_ended) in expected.into_iter().enumerate() {
            for login in [self.phones[place].login, self.browsers[place].login()] {
                let told = self.world.told_end(login).await.map(|(reason, _)| reason);
                assert_eq!(told, has_ended.then_some(Reason::SessionRevoked), "{place}");
            }
        }
    }
}

/// More than the commit records, so that the rest is in force before it is recorded.
async fn scene<H: Harness>(world: World<H>) -> Scene<H> {
    world.harness.set_end_batch(1);
    Scene::new(world).await
}

pub(crate) async fn all_sessions_of_a_user_end<H: Harness>(world: World<H>) {
    let scene = scene(world).await;
    let selector = UserSelector::id(scene.people[0]);
    assert_eq!(scene.end(EndScope::User(selector)).await, EndedAll::Ended);
    scene.assert_ended([true, true, false, false]).await;
    scene.assert_browsers([false, true]).await;
    scene.assert_told([true, true, false, false]).await;
    scene.assert_browsers([false, true]).await;
    let audit = audit_of(&scene.world, scene.world.pool, AuditResource::User).await;
    let id = scene.people[0].to_string();
    assert_eq!(
        audit.last(),
        Some(&(AuditAction::EndSessions, id, String::new()))
    );
}

/// Their sessions live on, and no mark of a kick is set: silence signs on again.
pub(crate) async fn all_logins_in_an_application_end<H: Harness>(world: World<H>) {
    let scene = scene(world).await;
    let (world, application) = (&scene.world, scene.applications[1]);
    assert_eq!(
        scene.end(EndScope::Application(application)).await,
        EndedAll::Ended
    );
    scene.assert_ended([false, true, false, true]).await;
    scene.assert_browsers([true, true]).await;
    scene.assert_told([false, true, false, true]).await;
    let browser = &scene.browsers[0];
    let answer = world
        .sign_on(world.pool, browser.cookie, world.new_sign_on(application))
        .await;
    assert!(matches!(answer, SignedOn::SignedOn(_)), "{answer:?}");
    let audit = audit_of(world, world.pool, AuditResource::Application).await;
    let expected = (
        AuditAction::EndSessions,
        application.to_string(),
        String::new(),
    );
    assert_eq!(audit.last(), Some(&expected));
}

pub(crate) async fn all_sessions_of_a_pool_end<H: Harness>(world: World<H>) {
    let scene = scene(world).await;
    assert_eq!(scene.end(EndScope::Pool).await, EndedAll::Ended);
    scene.assert_ended([true; 4]).await;
    scene.assert_browsers([false, false]).await;
    scene.assert_told([true; 4]).await;
    let pool = scene.world.pool;
    let audit = audit_of(&scene.world, pool, AuditResource::Pool).await;
    let expected = (AuditAction::EndSessions, pool.to_string(), String::new());
    assert_eq!(audit.last(), Some(&expected));
}

/// Whether the end is recorded everywhere or not.
pub(crate) async fn what_begins_after_the_end_lives_on<H: Harness>(world: World<H>) {
    let scene = scene(world).await;
    let world = &scene.world;
    let (person, application) = (scene.people[0], scene.applications[0]);
    for scope in [
        EndScope::Pool,
        EndScope::User(UserSelector::id(person)),
        EndScope::Application(application),
    ] {
        scene.end(scope.clone()).await;
        let phone = world.sign_in(world.pool, person, application).await;
        let browser = world.enter(person, application).await;
        for _ in 0..2 {
            assert!(world.is_live(phone.login).await, "{scope:?}");
            assert!(world.is_live(browser.login()).await, "{scope:?}");
            assert!(world.is_in(&browser).await, "{scope:?}");
            world.settle(1).await;
        }
    }
}

pub(crate) async fn who_is_unknown_ends_nothing<H: Harness>(world: World<H>) {
    let scene = scene(world).await;
    let world = &scene.world;
    let text = "1234567890";
    for (username, external_id) in [(Some(text), None), (None, Some(text))] {
        let user = User {
            username: username.map(str::to_owned),
            external_id: external_id.map(str::to_owned),
            ..super::records::user(world.pool, "x")
        };
        let store = world.store();
        let saved = store.create_user(user, Vec::new(), world.origin());
        assert!(matches!(saved.await, Ok(Saved::Saved(_))));
    }
    let ambiguous = UserSelector::any_of(vec![
        Identifier::Username(text.to_owned()),
        Identifier::ExternalId(text.to_owned()),
    ]);
    let answer = scene.end(EndScope::User(ambiguous)).await;
    assert!(matches!(answer, EndedAll::AmbiguousUser(_)), "{answer:?}");
    let theirs = EndScope::User(UserSelector::id(scene.other.user));
    assert_eq!(scene.end(theirs).await, EndedAll::UserNotFound);
    let theirs = EndScope::Application(scene.other.application);
    assert_eq!(scene.end(theirs).await, EndedAll::ApplicationNotFound);
    scene.assert_ended([false; 4]).await;
    scene.assert_browsers([true, true]).await;
}
