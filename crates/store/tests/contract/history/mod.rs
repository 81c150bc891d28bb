//! Random histories: after each step the store answers as the model does, for
//! every user, application and login; and at the end its records and its events
//! say the same.

mod any_step;
mod browser_steps;
mod model;
mod model_browser;
mod steps;

use super::{Harness, SignedIn, World};
use any_step::Step;
use browser_steps::action;
use model::{Limit, Millis, Model, POOL_IDLE, POOL_LIFETIME, Status};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rollcall_core::ids::{ApplicationId, GrantId, LoginId, UserId};
use rollcall_core::model::event::{EventKind, Reason};
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::policy::{ConcurrencyLimit, SessionLimits};
use rollcall_core::model::standing::Standing;
use rollcall_core::model::user::{UserFilter, UserStatus};
use rollcall_core::page::PageRequest;
use rollcall_core::ports::logins::SessionStatus;
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::{Span, Timestamp};
use std::collections::HashMap;

const USERS: usize = 3;
const APPLICATIONS: usize = 3;
const BROWSERS: usize = 2;

/// The store, the model, and what ties them together.
struct Run<H> {
    world: World<H>,
    model: Model,
    users: Vec<UserId>,
    applications: Vec<ApplicationId>,
    /// In the order of the model's logins.
    logins: Vec<SignedIn>,
    /// In the order of the model's tokens of each login.
    tokens: Vec<Vec<TokenDigest>>,
    /// In the order of the model's grants of each login.
    grants: Vec<Vec<GrantId>>,
    /// In the order of the model's codes.
    codes: Vec<IssuedCode>,
    /// The cookies of the browsers.
    cookies: Vec<Option<TokenDigest>>,
    end_batch: u32,
}

/// What presents a code.
#[derive(Clone, Copy)]
struct IssuedCode {
    digest: TokenDigest,
    application: ApplicationId,
}

/// How it stands: ended, or live up to an instant.
fn told(standing: Standing) -> Result<(Reason, Millis), Millis> {
    match standing {
        Standing::Live { expires_at } => Err(expires_at.as_millis()),
        Standing::Ended(end) => Ok((end.reason, end.at.as_millis())),
    }
}

/// Runs `cases` random histories.
pub(crate) fn any_history_is_told_as_the_model_tells_it<H: Harness>(cases: u32) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let history = prop::collection::vec(any_step::any_step(), 1..60);
    let histories = (1_u32..4, 0_u32..4, any::<bool>(), history);
    let ran = TestRunner::new(config).run(&histories, |(end_batch, max, refuses, history)| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let run = Run::<H>::new(end_batch, max, refuses).await;
            replay(run, &history).await;
        });
        Ok(())
    });
    if let Err(error) = ran {
        panic!("{error}");
    }
}

async fn replay<H: Harness>(mut run: Run<H>, history: &[Step]) {
    for step in history {
        run.take(step).await;
        run.compare().await;
    }
    // While much is in force and not recorded.
    run.compare_lists().await;
    assert_eq!(run.world.harness.unsound(), [""; 0]);
    run.world.settle(2).await;
    run.compare().await;
    run.compare_lists().await;
    run.compare_records().await;
    run.compare_censuses().await;
    assert_eq!(run.world.harness.unsound(), [""; 0]);
}

impl<H: Harness> Run<H> {
    /// `max` sessions of a user, 0 for any number.
    async fn new(end_batch: u32, max: u32, refuses: bool) -> Self {
        let mut world = World::<H>::new().await;
        world.harness.set_end_batch(end_batch);
        let limits = SessionLimits {
            idle_timeout: Span::from_millis(POOL_IDLE),
            max_lifetime: Span::from_millis(POOL_LIFETIME),
        };
        let limit = ConcurrencyLimit {
            max: (max > 0).then_some(max),
            action: action(refuses),
        };
        world.pool = world.new_pool_of(limits, limit).await;
        let (mut users, mut applications) = (Vec::new(), Vec::new());
        for _ in 0..USERS {
            users.push(world.new_user(world.pool).await);
        }
        for _ in 0..APPLICATIONS {
            applications.push(world.new_application(world.pool).await);
        }
        let now = world.now().as_millis();
        let mut model = Model::new(now, USERS, APPLICATIONS, BROWSERS);
        model.limit = Limit::new(max, refuses);
        // The last one is not the pool's own.
        world.set_third_party(applications[APPLICATIONS - 1]).await;
        model.applications[APPLICATIONS - 1].asks_consent = true;
        Self {
            world,
            model,
            users,
            applications,
            logins: Vec::new(),
            tokens: Vec::new(),
            grants: Vec::new(),
            codes: Vec::new(),
            cookies: vec![None; BROWSERS],
            end_batch,
        }
    }

    /// The answers now.
    async fn compare(&self) {
        let pool = self.world.pool;
        for (u, user) in self.users.iter().enumerate() {
            for (a, application) in self.applications.iter().enumerate() {
                let selector = UserSelector::id(*user);
                let status = self.world.status(pool, *application, &selector).await;
                let gone = |status| status == Status::Gone;
                let expected = if gone(self.model.applications[a].status) {
                    SessionStatus::ApplicationNotFound
                } else if gone(self.model.users[u].status) {
                    SessionStatus::UserNotFound
                } else {
                    let active = self.model.is_active(u, a);
                    SessionStatus::Known { active }
                };
                assert_eq!(status, expected, "user {u}, application {a}");
            }
        }
        for (l, login) in self.logins.iter().enumerate() {
            let view = self.world.view(pool, login.login).await.unwrap();
            let expected = self.model.logins[l].end;
            let expected = expected.ok_or_else(|| self.model.limit(l).0);
            assert_eq!(told(view.standing), expected, "login {l}");
            // Of several limits only the first shows in how it stands.
            let counted = [view.login.begun_at, view.login.last_seen].map(Timestamp::as_millis);
            let model = &self.model.logins[l];
            assert_eq!(counted, [model.begun_at, model.last_seen], "login {l}");
            let redeem_by = view.login.redeem_by.map(Timestamp::as_millis);
            assert_eq!(redeem_by, model.redeem_by, "login {l}");
        }
        self.compare_browsers().await;
        self.compare_census().await;
    }

    /// The counts of metrics now.
    async fn compare_census(&self) {
        let store = self.world.store();
        let census = store.census(u32::MAX).await.unwrap();
        for (a, application) in self.applications.iter().enumerate() {
            let of = |l: usize| self.logins[l].application == *application;
            let live = |l: usize| self.model.logins[l].end.is_none();
            let expected = (0..self.logins.len())
                .filter(|l| of(*l) && live(*l))
                .count() as u64;
            let mut counted = census.applications.iter();
            let counted = counted.find(|counted| counted.application == *application);
            let is_gone = self.model.applications[a].status == Status::Gone;
            let expected = (!is_gone).then_some(expected);
            assert_eq!(counted.map(|live| live.logins), expected, "application {a}");
        }
    }

    /// What is not listed is counted all the same.
    async fn compare_censuses(&self) {
        let store = self.world.store();
        let all = store.census(u32::MAX).await.unwrap().applications;
        let one = store.census(1).await.unwrap();
        let first = one.applications.iter().map(|live| live.logins);
        let listed: u64 = all.iter().map(|live| live.logins).sum();
        assert_eq!(first.sum::<u64>() + one.elsewhere, listed);
        assert_eq!(one.applications.len(), all.len().min(1));
    }

    /// The lists now.
    async fn compare_lists(&self) {
        let store = self.world.store();
        let (pool, page) = (self.world.pool, PageRequest::new(None, Some(50)).unwrap());
        for (a, application) in self.applications.iter().enumerate() {
            let list = store.active_users(pool, *application, page).await.unwrap();
            let total = list.as_ref().map(|page| page.total_count);
            let ids = list.map(|page| page.list.iter().map(|user| user.id).collect::<Vec<_>>());
            let active = (0..USERS).filter(|u| self.model.is_active(*u, a));
            let mut expected: Vec<_> = active.map(|u| self.users[u]).collect();
            expected.sort_unstable();
            let gone = self.model.applications[a].status == Status::Gone;
            let expected = (!gone).then_some(expected);
            assert_eq!(ids, expected, "application {a}");
            assert_eq!(total, expected.as_ref().map(|users| users.len() as u64));
            let by_cursor = self.online(*application).await;
            assert_eq!(by_cursor, expected, "application {a}");
        }
        self.compare_users().await;
        for (u, user) in self.users.iter().enumerate() {
            let list = store.logged_in_applications(pool, *user).await.unwrap();
            let mut ids: Vec<_> = list.iter().map(|application| application.id).collect();
            ids.sort_unstable();
            let active = (0..APPLICATIONS).filter(|a| self.model.is_active(u, *a));
            let mut expected: Vec<_> = active.map(|a| self.applications[a]).collect();
            expected.sort_unstable();
            assert_eq!(ids, expected, "user {u}");
        }
    }

    /// All who are signed in to an application, two at a time by a cursor.
    async fn online(&self, application: ApplicationId) -> Option<Vec<UserId>> {
        let (store, pool) = (self.world.store(), self.world.pool);
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = store.online_users(pool, application, after, 2).await;
            let page = page.unwrap()?;
            all.extend(page.users.iter().map(|found| found.user.id));
            after = page.next;
            if after.is_none() {
                return Some(all);
            }
        }
    }

    /// How many users there are, and of each status.
    async fn compare_users(&self) {
        let (store, pool) = (self.world.store(), self.world.pool);
        let page = PageRequest::new(None, Some(50)).unwrap();
        let all = store.list_users(pool, UserFilter::default(), page).await;
        let all = all.unwrap();
        assert_eq!(all.total_count, all.list.len() as u64);
        for status in [UserStatus::Activated, UserStatus::Suspended] {
            let filter = UserFilter {
                status: Some(status),
                ..UserFilter::default()
            };
            let of_status = store.list_users(pool, filter, page).await.unwrap();
            let expected = all.list.iter().filter(|user| user.status == status);
            assert_eq!(of_status.total_count, expected.count() as u64, "{status:?}");
        }
    }

    /// What is recorded once the background work is done, on the logins, their
    /// sessions and in the events.
    async fn compare_records(&self) {
        let mut told: HashMap<LoginId, Option<(Reason, Timestamp)>> = HashMap::new();
        let events = self.world.events(self.world.pool).await;
        for event in &events {
            match event.kind {
                EventKind::Began { .. } => {
                    assert_eq!(told.insert(event.login, None), None, "{event:?}");
                }
                EventKind::Extended { .. } => {
                    assert_eq!(told.get(&event.login), Some(&None), "{event:?}");
                }
                EventKind::Ended(reason) => {
                    let former = told.insert(event.login, Some((reason, event.at)));
                    assert_eq!(former, Some(None), "{event:?}");
                }
            }
        }
        for pair in events.windows(2) {
            assert!(pair[0].position < pair[1].position, "{pair:?}");
        }
        assert_eq!(told.len(), self.logins.len());
        for (l, login) in self.logins.iter().enumerate() {
            let expected = self.model.logins[l].end;
            let expected = expected.map(|(reason, at)| (reason, Timestamp::from_millis(at)));
            assert_eq!(told[&login.login], expected, "events of login {l}");
            let view = self.world.view(self.world.pool, login.login).await.unwrap();
            let recorded = view.login.end.map(|end| (end.reason, end.at));
            assert_eq!(recorded, expected, "record of login {l}");
            let of_session = view.session.end.map(|end| (end.reason, end.at));
            let expected = self.model.sessions[self.model.logins[l].session].end;
            let expected = expected.map(|(reason, at)| (reason, Timestamp::from_millis(at)));
            assert_eq!(of_session, expected, "session of login {l}");
        }
        self.compare_recorded_sessions().await;
    }
}
