//! What a node remembers of who is live, while others change it: see
//! `src/postgres/checks/memory.rs`.

use crate::contract::records::origin;
use crate::contract::{self, Harness, ManualClock, SeededEntropy, SignedIn, idle};
use crate::databases::{self, Migrated};
use crate::nodes::literal;
use rollcall_core::entropy::Entropy;
use rollcall_core::ids::{AccessKeyId, ApplicationId, PoolId, UserId};
use rollcall_core::model::access_key::{KeyChange, Permissions};
use rollcall_core::model::event::Reason;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::ports::Store;
use rollcall_core::ports::access_keys::KeyChanged;
use rollcall_core::ports::logins::{EndScope, SessionCheck, SessionStatus};
use rollcall_core::time::Span;
use rollcall_store::SqlStore;
use rollcall_testing::postgres;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Two nodes, of which each call is answered by the next: what one of them changes the
/// other has to know.
struct InTurn {
    // Before the database, which is emptied when nobody uses it any more.
    nodes: Vec<SqlStore>,
    next: AtomicUsize,
    database: Migrated,
    clock: Arc<ManualClock>,
    entropy: Arc<SeededEntropy>,
}

impl InTurn {
    fn open(&self) -> SqlStore {
        let options = databases::options(self.clock.clone(), self.entropy.clone());
        databases::open(&databases::server(self.database.url()), options).unwrap()
    }
}

impl Harness for InTurn {
    fn is_there() -> bool {
        postgres::shared_or_skip().is_some()
    }

    fn start() -> Self {
        let mut harness = Self {
            nodes: Vec::new(),
            next: AtomicUsize::new(0),
            database: Migrated::take(),
            clock: Arc::new(ManualClock::default()),
            entropy: Arc::new(SeededEntropy::default()),
        };
        harness.restart();
        harness
    }

    fn store(&self) -> Arc<dyn Store> {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        Arc::new(self.nodes[next % self.nodes.len()].clone())
    }

    fn worker(&self) -> Arc<dyn Store> {
        Arc::new(self.nodes[0].clone())
    }

    fn clock(&self) -> &ManualClock {
        &self.clock
    }

    fn entropy(&self) -> &dyn Entropy {
        &*self.entropy
    }

    fn restart(&mut self) {
        self.nodes.clear();
        self.nodes = vec![self.open(), self.open()];
    }

    fn engine(&self) -> &SqlStore {
        &self.nodes[0]
    }

    fn set_end_batch(&self, logins: u32) {
        for node in &self.nodes {
            node.set_end_batch(logins);
        }
    }
}

type World = contract::World<InTurn>;

/// Each step of a history is made on one node or the other, and so is each check.
#[test]
fn any_history_on_two_nodes_is_told_as_the_model_tells_it() {
    if InTurn::is_there() {
        contract::history::any_history_is_told_as_the_model_tells_it::<InTurn>(12);
    }
}

/// What each node says of somebody.
async fn told(world: &World, pool: PoolId, who: &SignedIn) -> Vec<Option<SessionStatus>> {
    let mut all = Vec::new();
    for node in &world.harness.nodes {
        let user = UserSelector::id(who.user);
        let check = node_status(node, pool, who.application, &user).await;
        all.push(check);
    }
    all
}

async fn node_status(
    node: &SqlStore,
    pool: PoolId,
    application: ApplicationId,
    user: &UserSelector,
) -> Option<SessionStatus> {
    let check = node_check(node, pool.root_key(), application, user);
    check.await.map(|check| check.status)
}

async fn node_check(
    node: &SqlStore,
    key: AccessKeyId,
    application: ApplicationId,
    user: &UserSelector,
) -> Option<SessionCheck> {
    use rollcall_core::ports::logins::Logins as _;
    let check = node.session_status(key, application, user);
    check.await.unwrap()
}

fn both(status: SessionStatus) -> Vec<Option<SessionStatus>> {
    vec![Some(status.clone()), Some(status)]
}

const YES: SessionStatus = SessionStatus::Known { active: true };
const NO: SessionStatus = SessionStatus::Known { active: false };

/// A world in which both nodes remember somebody; none without a server.
async fn remembered() -> Option<(World, SignedIn)> {
    if !InTurn::is_there() {
        return None;
    }
    let world = World::new().await;
    let who = world.someone_signed_in(world.pool).await;
    for _ in 0..2 {
        assert_eq!(told(&world, world.pool, &who).await, both(YES));
    }
    Some((world, who))
}

#[tokio::test]
async fn a_kick_on_one_node_is_known_to_the_other() {
    let Some((world, who)) = remembered().await else {
        return;
    };
    let user = UserSelector::id(who.user);
    let store = world.store();
    let kick = store.kick_user(world.pool, user, vec![who.application], world.origin());
    kick.await.unwrap();
    assert_eq!(told(&world, world.pool, &who).await, both(NO));
    let again = world.sign_in(world.pool, who.user, who.application).await;
    assert_eq!(told(&world, world.pool, &again).await, both(YES));
}

/// Nobody's end tells of it: what a key may do is part of each answer.
#[tokio::test]
async fn what_became_of_a_key_on_one_node_is_known_to_the_other() {
    let Some((world, who)) = remembered().await else {
        return;
    };
    let key = contract::access_keys::stored_key(&world, world.pool, Permissions::all()).await;
    let user = UserSelector::id(who.user);
    // Each asks twice, so that the second answer can be one that is remembered.
    let told = async || {
        let mut all = Vec::new();
        for node in world.harness.nodes.iter().chain(&world.harness.nodes) {
            let check = node_check(node, key.id, who.application, &user).await;
            all.push(check.map(|check| (check.key.enabled, check.key.permissions, check.status)));
        }
        all
    };
    let every = |answer: Option<(bool, Permissions, SessionStatus)>| vec![answer; 4];
    assert_eq!(told().await, every(Some((true, Permissions::all(), YES))));
    let change = async |enabled, permissions| {
        let change = KeyChange {
            enabled,
            permissions,
        };
        let store = world.store();
        let changed = store.update_access_key(world.pool, key.id, change, origin(world.pool));
        assert!(matches!(changed.await, Ok(KeyChanged::Changed(_))));
    };
    change(Some(false), None).await;
    assert_eq!(told().await, every(Some((false, Permissions::all(), YES))));
    change(Some(true), Some(Permissions::NONE)).await;
    assert_eq!(told().await, every(Some((true, Permissions::NONE, YES))));
    let store = world.store();
    let deleted = store.delete_access_key(world.pool, key.id, origin(world.pool));
    assert!(matches!(deleted.await, Ok(KeyChanged::Changed(_))));
    assert_eq!(told().await, every(None));
}

#[tokio::test]
async fn a_mass_end_is_known_before_it_is_recorded_and_after() {
    let Some((world, who)) = remembered().await else {
        return;
    };
    world.harness.set_end_batch(0);
    let store = world.store();
    let end = store.end_all_sessions(world.pool, EndScope::Pool, world.origin());
    end.await.unwrap();
    assert_eq!(told(&world, world.pool, &who).await, both(NO));
    world.settle(1).await;
    assert_eq!(told(&world, world.pool, &who).await, both(NO));
}

/// No event tells of it: who stays signed in does so under other limits.
#[tokio::test]
async fn a_shorter_policy_is_known_for_those_who_stay_signed_in() {
    let Some((world, who)) = remembered().await else {
        return;
    };
    world.set_policy(who.application, idle(60)).await;
    world.settle(10).await;
    assert_eq!(told(&world, world.pool, &who).await, both(YES));
    world.advance(Span::from_seconds(60));
    assert_eq!(told(&world, world.pool, &who).await, both(NO));
}

#[tokio::test]
async fn an_application_that_was_off_for_a_moment_has_nobody() {
    let Some((world, who)) = remembered().await else {
        return;
    };
    world.set_enabled(who.application, false).await;
    world.set_enabled(who.application, true).await;
    assert_eq!(told(&world, world.pool, &who).await, both(NO));
}

#[tokio::test]
async fn one_of_two_logins_that_is_left_counts() {
    let Some((world, who)) = remembered().await else {
        return;
    };
    let other = world.sign_in(world.pool, who.user, who.application).await;
    assert_eq!(told(&world, world.pool, &who).await, both(YES));
    for (login, expected) in [(who.login, YES), (other.login, NO)] {
        use rollcall_core::ports::logins::SessionKey;
        let end = world.store();
        let key = SessionKey::Login(login);
        let ended = end.end_session(world.pool, key, Reason::Kicked, world.origin());
        ended.await.unwrap();
        assert_eq!(told(&world, world.pool, &who).await, both(expected));
    }
}

/// Whether it is remembered at all cannot be seen but by a change that no node of ours
/// makes: a row that goes without a word.
fn lose_login(world: &World, who: &SignedIn) {
    let user = bytes(who.user);
    let lose = format!(
        "UPDATE logins SET ended_at = 1, end_reason = 'kicked',
        end_actor = 'system' WHERE \"user\" = {user}"
    );
    world.harness.database.sql(&lose);
}

fn bytes(user: UserId) -> String {
    let digits = user.as_bytes().iter().map(|byte| format!("{byte:02x}"));
    format!("'\\x{}'::bytea", digits.collect::<String>())
}

/// Events of ends of so many people, as another node writes them.
fn write_ends(world: &World, count: usize, user: &str) {
    let pool = literal(world.pool);
    world.harness.database.sql(&format!(
        "UPDATE pools SET revision = revision + 1 WHERE id = {pool};
        INSERT INTO events (pool, revision, idx, at, recorded_at, kind, reason, \"user\",
            application, session, login, actor, request_id)
        SELECT {pool}, (SELECT revision FROM pools WHERE id = {pool}), i, 1, 1, 'ended',
            'kicked', {user}, substr(decode(md5(i::text), 'hex'), 1, 12),
            decode(md5(i::text), 'hex'), decode(md5(i::text), 'hex'), 'system', ''
        FROM generate_series(1, {count}) i"
    ));
}

#[tokio::test]
async fn what_is_remembered_is_not_looked_up() {
    let Some((world, who)) = remembered().await else {
        return;
    };
    lose_login(&world, &who);
    assert_eq!(told(&world, world.pool, &who).await, both(YES));
    // Of somebody else, of whom the batch is told.
    write_ends(&world, 3, "substr(decode(md5(i::text), 'hex'), 1, 12)");
    assert_eq!(told(&world, world.pool, &who).await, both(YES));
}

#[tokio::test]
async fn of_more_ends_than_a_statement_tells_all_is_looked_up() {
    let Some((world, who)) = remembered().await else {
        return;
    };
    lose_login(&world, &who);
    write_ends(&world, 1_025, "substr(decode(md5(i::text), 'hex'), 1, 12)");
    assert_eq!(told(&world, world.pool, &who).await, both(NO));
}

#[tokio::test]
async fn after_more_commits_than_a_statement_looks_at_all_is_looked_up() {
    let Some((world, who)) = remembered().await else {
        return;
    };
    lose_login(&world, &who);
    let pool = literal(world.pool);
    for (commits, expected) in [(5_000, YES), (5_001, NO)] {
        world.harness.database.sql(&format!(
            "UPDATE pools SET revision = revision + {commits} WHERE id = {pool}"
        ));
        assert_eq!(told(&world, world.pool, &who).await, both(expected));
    }
}

/// As a copy of the database that somebody put in its place.
#[tokio::test]
async fn a_history_that_goes_back_vouches_for_nothing() {
    let Some((world, who)) = remembered().await else {
        return;
    };
    lose_login(&world, &who);
    let pool = literal(world.pool);
    let back = format!("UPDATE pools SET revision = revision - 1 WHERE id = {pool}");
    world.harness.database.sql(&back);
    assert_eq!(told(&world, world.pool, &who).await, both(NO));
    let forth = format!("UPDATE pools SET revision = revision + 1 WHERE id = {pool}");
    world.harness.database.sql(&forth);
}

/// The page is read before the next question is taken.
#[tokio::test]
async fn who_was_not_asked_about_is_remembered_as_well() {
    if !InTurn::is_there() {
        return;
    }
    let world = World::new().await;
    let somebody = world.someone_signed_in(world.pool).await;
    let other = world.sign_in(
        world.pool,
        world.new_user(world.pool).await,
        somebody.application,
    );
    let other = other.await;
    for _ in 0..2 {
        assert_eq!(told(&world, world.pool, &somebody).await, both(YES));
    }
    lose_login(&world, &other);
    assert_eq!(told(&world, world.pool, &other).await, both(YES));
}
