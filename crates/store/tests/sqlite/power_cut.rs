//! Power cuts at any moment, on a disk that keeps what was synced and anything of what was
//! not. Each answer that was given before holds afterwards; what was ended never returns.

use crate::contract::{ManualClock, SeededEntropy, SignedIn};
use crate::{Sqlite, World};
use rollcall_core::entropy::Entropy as _;
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::limits;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::ports::grants::{Grants as _, RefreshRequest, Refreshed};
use rollcall_core::ports::logins::{Begun, EndScope, EndedAll, Kicked, Logins as _};
use rollcall_core::ports::maintenance::Maintenance as _;
use rollcall_core::ports::pools::Pools as _;
use rollcall_core::ports::{StoreError, StoreResult};
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::Span;
use rollcall_power_cut::Disk;
use rollcall_store::{OpenError, SqlStore};
use rusqlite::Connection;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

/// From the point of the recording at which something was asked to that at which it was
/// answered.
#[derive(Clone, Copy, Debug)]
struct Call {
    asked: usize,
    answered: usize,
}

impl Call {
    fn is_done_at(self, cut: usize) -> bool {
        self.answered <= cut
    }

    fn is_begun_at(self, cut: usize) -> bool {
        self.asked < cut
    }
}

/// What somebody was told of a login.
#[derive(Debug)]
struct Told {
    who: SignedIn,
    signed_in: Call,
    /// Each with the token that took the former one's place.
    refreshes: Vec<(Call, TokenDigest)>,
    end: Option<Call>,
}

/// A client of a pool of its own. It waits for each answer, so that it knows in which
/// order its calls were made; others work beside it.
struct Client<'a> {
    world: &'a World,
    disk: &'a Disk,
    pool: PoolId,
    users: Vec<UserId>,
    applications: Vec<ApplicationId>,
    told: Vec<Told>,
    /// How many calls were refused, and so not done.
    refused: usize,
}

impl<'a> Client<'a> {
    async fn new(world: &'a World, disk: &'a Disk) -> Self {
        let pool = world.new_pool().await;
        let mut client = Self {
            world,
            disk,
            pool,
            users: Vec::new(),
            applications: Vec::new(),
            told: Vec::new(),
            refused: 0,
        };
        for _ in 0..3 {
            client.users.push(world.new_user(pool).await);
            client.applications.push(world.new_application(pool).await);
        }
        client
    }

    fn number(&self, below: usize) -> usize {
        let mut bytes = [0; 8];
        self.world.harness.entropy.fill(&mut bytes);
        usize::from(u16::from_le_bytes([bytes[0], bytes[1]])) % below
    }

    /// What was asked, and from when to when it was; none if it was refused.
    async fn call<T>(&mut self, asked: impl Future<Output = StoreResult<T>>) -> Option<(T, Call)> {
        let before = self.disk.now();
        match asked.await {
            Ok(answer) => {
                let answered = self.disk.now();
                let call = Call {
                    asked: before,
                    answered,
                };
                Some((answer, call))
            }
            Err(StoreError::Unavailable(_)) => {
                self.refused += 1;
                None
            }
            Err(error) => panic!("{error:?}"),
        }
    }

    async fn work(&mut self, calls: usize) {
        for _ in 0..calls {
            match self.number(12) {
                0..=4 => self.sign_in().await,
                5..=8 => self.refresh().await,
                9 => self.kick().await,
                10 => self.end_all_of_user().await,
                _ => self.end_all_of_many().await,
            }
        }
    }

    async fn sign_in(&mut self) {
        let user = self.users[self.number(self.users.len())];
        let application = self.applications[self.number(self.applications.len())];
        let new = self.world.new_login(user, application);
        let who = SignedIn {
            user,
            application,
            session: new.session,
            login: new.login,
            grant: new.grant,
            refresh_token: new.refresh_token.unwrap().0,
        };
        let (store, pool, origin) = (self.store(), self.pool, self.world.origin());
        let Some((begun, call)) = self.call(store.begin_login(pool, new, origin)).await else {
            return;
        };
        assert!(matches!(begun, Begun::Begun(_)), "{begun:?}");
        self.told.push(Told {
            who,
            signed_in: call,
            refreshes: Vec::new(),
            end: None,
        });
    }

    async fn refresh(&mut self) {
        let live: Vec<_> = (0..self.told.len())
            .filter(|place| self.told[*place].end.is_none())
            .collect();
        if live.is_empty() {
            return;
        }
        let place = live[self.number(live.len())];
        let request = present(&self.told[place], self.world.digest());
        let successor = request.successor;
        let (store, pool, origin) = (self.store(), self.pool, self.world.origin());
        let Some((refreshed, call)) = self.call(store.refresh(pool, request, origin)).await else {
            return;
        };
        assert!(
            matches!(refreshed, Refreshed::Refreshed(_)),
            "{refreshed:?}"
        );
        self.told[place].refreshes.push((call, successor));
    }

    async fn kick(&mut self) {
        let user = self.users[self.number(self.users.len())];
        let application = self.applications[self.number(self.applications.len())];
        let (store, pool, origin) = (self.store(), self.pool, self.world.origin());
        let kicked = store.kick_user(pool, UserSelector::id(user), vec![application], origin);
        let Some((kicked, call)) = self.call(kicked).await else {
            return;
        };
        assert_eq!(kicked, Kicked::Kicked);
        self.ended(call, |who| {
            who.user == user && who.application == application
        });
    }

    async fn end_all_of_user(&mut self) {
        let user = self.users[self.number(self.users.len())];
        let scope = EndScope::User(UserSelector::id(user));
        self.end_all(scope, |who| who.user == user).await;
    }

    async fn end_all_of_many(&mut self) {
        let application = self.applications[self.number(self.applications.len())];
        if self.number(3) == 0 {
            self.end_all(EndScope::Pool, |_| true).await;
        } else {
            let scope = EndScope::Application(application);
            self.end_all(scope, |who| who.application == application)
                .await;
        }
    }

    async fn end_all(&mut self, scope: EndScope, is_meant: impl Fn(&SignedIn) -> bool) {
        let (store, pool, origin) = (self.store(), self.pool, self.world.origin());
        let Some((ended, call)) = self.call(store.end_all_sessions(pool, scope, origin)).await
        else {
            return;
        };
        assert_eq!(ended, EndedAll::Ended);
        self.ended(call, is_meant);
    }

    fn ended(&mut self, call: Call, is_meant: impl Fn(&SignedIn) -> bool) {
        let live = self.told.iter_mut().filter(|told| told.end.is_none());
        for told in live.filter(|told| is_meant(&told.who)) {
            told.end = Some(call);
        }
    }

    fn store(&self) -> SqlStore {
        self.world.harness.store.clone().unwrap()
    }
}

/// The newest token of a login, and what is to take its place.
fn present(told: &Told, successor: TokenDigest) -> RefreshRequest {
    let newest = told.refreshes.last().map(|(_, token)| *token);
    request(
        &told.who,
        newest.unwrap_or(told.who.refresh_token),
        successor,
    )
}

fn request(who: &SignedIn, presented: TokenDigest, successor: TokenDigest) -> RefreshRequest {
    RefreshRequest {
        application: who.application,
        presented,
        successor,
        lifetime: limits::DEFAULT_REFRESH_TOKEN_LIFETIME,
        retry_window: Span::ZERO,
    }
}

/// A store on a disk whose power can be cut, from its making on.
async fn recorded() -> (Disk, World) {
    let mut harness = Sqlite {
        folder: tempfile::tempdir().unwrap(),
        clock: Arc::new(ManualClock::default()),
        entropy: Arc::new(SeededEntropy::default()),
        store: None,
    };
    let disk = Disk::of(harness.folder.path()).unwrap();
    harness.store = Some(harness.open(false).unwrap());
    let mut world = World {
        harness,
        pool: PoolId::from_bytes([0; 12]),
        other_pool: PoolId::from_bytes([0; 12]),
    };
    world.pool = world.new_pool().await;
    (disk, world)
}

/// What the background does meanwhile, and a checkpoint now and then.
async fn background(world: &World, rounds: usize) {
    let store = world.harness.store.clone().unwrap();
    for _ in 0..rounds {
        for done in [
            store.record_mass_ends(5).await.map(|_| ()),
            store.record_expired(5).await.map(|_| ()),
            store.mark_clock().await,
        ] {
            assert!(matches!(done, Ok(()) | Err(StoreError::Unavailable(_))));
        }
        tokio::task::yield_now().await;
    }
}

/// What was told before a cut, asked of the store that came up after it.
async fn judge(world: &World, clients: &[&Client<'_>], survivor: &SqlStore, cut: usize) {
    for client in clients {
        for told in &client.told {
            if told.signed_in.is_done_at(cut) {
                judge_login(world, client.pool, told, survivor, cut).await;
            }
        }
    }
}

async fn judge_login(world: &World, pool: PoolId, told: &Told, survivor: &SqlStore, cut: usize) {
    let view = survivor.login(pool, told.who.login, None).await.unwrap();
    let view = view.unwrap_or_else(|| panic!("{cut}: {told:?} is lost"));
    let is_live = view.standing.is_live();
    let present = async |token| {
        let request = request(&told.who, token, world.digest());
        survivor
            .refresh(pool, request, world.origin())
            .await
            .unwrap()
    };
    let first = told.who.refresh_token;
    match told.end {
        Some(end) if end.is_done_at(cut) => assert!(!is_live, "{cut}: {told:?} returned"),
        Some(end) if end.is_begun_at(cut) => return,
        Some(_) | None => assert!(is_live, "{cut}: {told:?} was not ended"),
    }
    let done = told
        .refreshes
        .iter()
        .filter(|(call, _)| call.is_done_at(cut));
    let mut tokens = vec![first];
    tokens.extend(done.map(|(_, token)| *token));
    let newest = tokens.pop().unwrap();
    let under_way = told
        .refreshes
        .iter()
        .any(|(call, _)| call.is_begun_at(cut) && !call.is_done_at(cut));
    if is_live && !under_way {
        let refreshed = present(newest).await;
        let is_good = matches!(refreshed, Refreshed::Refreshed(_));
        assert!(
            is_good,
            "{cut}: {refreshed:?} of the newest token of {told:?}"
        );
    }
    if let Some(used) = tokens.last() {
        let refreshed = present(*used).await;
        let is_refused = matches!(refreshed, Refreshed::Reused | Refreshed::Invalid);
        assert!(is_refused, "{cut}: a used token of {told:?} is good again");
    }
}

fn check_integrity(file: &Path, what: &str) {
    let conn = Connection::open(file).unwrap();
    let found: String = conn
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(found, "ok", "{what}");
}

/// Cuts the power, and judges what comes up.
async fn cut(world: &World, disk: &Disk, clients: &[&Client<'_>], at: usize, seed: u64) {
    let folder = tempfile::tempdir().unwrap();
    disk.cut(at, seed, folder.path()).unwrap();
    let file = folder.path().join("rollcall.db");
    if !file.exists() {
        // Made, and its name synced, before SQLite hears of it.
        File::create(&file).unwrap();
    }
    check_integrity(&file, &format!("cut {at}, seed {seed}"));
    let survivor = world.harness.open_file(&file, false);
    let survivor = survivor.unwrap_or_else(|error| panic!("cut {at}, seed {seed}: {error}"));
    judge(world, clients, &survivor, at).await;
    drop(survivor);
    check_integrity(&file, &format!("after cut {at}, seed {seed}"));
}

#[tokio::test]
async fn what_was_answered_survives_a_power_cut_at_any_moment() {
    let (disk, world) = recorded().await;
    let begun = disk.now();
    let mut one = Client::new(&world, &disk).await;
    let mut two = Client::new(&world, &disk).await;
    let mut three = Client::new(&world, &disk).await;
    tokio::join!(
        one.work(110),
        two.work(110),
        three.work(110),
        background(&world, 60)
    );
    let clients = [&one, &two, &three];
    let ended = disk.now();
    assert!(clients.iter().all(|client| client.refused == 0));
    // While the store was made, any time later, and at the end.
    let mut places = vec![0, begun / 3, begun / 2, begun, ended];
    let number = |seed: u64| usize::try_from(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33);
    places.extend((1..=35).map(|seed| number(seed).unwrap() % ended));
    for (seed, at) in (0..).zip(places) {
        cut(&world, &disk, &clients, at, seed).await;
    }
}

#[tokio::test]
async fn a_start_on_a_full_disk_says_so_and_changes_nothing() {
    let (disk, mut world) = recorded().await;
    let mut client = Client::new(&world, &disk).await;
    client.work(20).await;
    let told = std::mem::take(&mut client.told);
    let (pool, file) = (client.pool, world.harness.path());
    drop(client);
    // Closed, and as a crash leaves it: with a log, and without its index.
    let crashed = tempfile::tempdir().unwrap();
    let crashed_disk = Disk::of(crashed.path()).unwrap();
    let copy = crashed.path().join("rollcall.db");
    let (log, log_copy) = (file.with_extension("db-wal"), copy.with_extension("db-wal"));
    fs::copy(&file, &copy).unwrap();
    fs::copy(log, log_copy).unwrap();
    world.harness.store = None;
    for (disk, file) in [(&disk, &file), (&crashed_disk, &copy)] {
        let before = fs::read(file).unwrap();
        disk.limit_to(disk.used_bytes());
        let refused = world.harness.open_file(file, false).unwrap_err();
        assert!(matches!(refused, OpenError::Full(_)), "{refused:?}");
        assert_eq!(fs::read(file).unwrap(), before);
        disk.unlimit();
        let store = world.harness.open_file(file, false).unwrap();
        for told in &told {
            let view = store.login(pool, told.who.login, None).await;
            let is_live = view.unwrap().unwrap().standing.is_live();
            assert_eq!(is_live, told.end.is_none(), "{told:?}");
        }
    }
}

#[tokio::test]
async fn a_store_is_not_half_made_on_a_full_disk() {
    let harness = Sqlite {
        folder: tempfile::tempdir().unwrap(),
        clock: Arc::new(ManualClock::default()),
        entropy: Arc::new(SeededEntropy::default()),
        store: None,
    };
    let disk = Disk::of(harness.folder.path()).unwrap();
    // From none to nearly enough, which is half a megabyte.
    for kilobytes in [0, 3, 40, 150, 400] {
        disk.limit_to(kilobytes * 1024);
        let refused = harness.open(false).unwrap_err();
        assert!(matches!(refused, OpenError::Full(_)), "{refused:?}");
    }
    disk.unlimit();
    let store = harness.open(false).unwrap();
    assert!(store.first_pool().await.unwrap().is_none());
}

#[tokio::test]
async fn a_full_disk_refuses_what_it_cannot_keep_and_keeps_the_rest() {
    let (disk, world) = recorded().await;
    let mut client = Client::new(&world, &disk).await;
    client.work(20).await;
    // Room for a few commits, and at last for none.
    disk.limit_to(disk.used_bytes() + 200 * 1024);
    tokio::join!(client.work(150), background(&world, 10));
    assert!(client.refused > 10, "{} were refused", client.refused);
    // A refusal says that nothing was changed: it counts as if it had not been asked.
    for told in &client.told {
        let view = client
            .store()
            .login(client.pool, told.who.login, None)
            .await;
        let is_live = view.unwrap().unwrap().standing.is_live();
        assert_eq!(is_live, told.end.is_none(), "{told:?}");
    }
    let full = disk.now();
    client.refused = 0;
    for seed in 0..4 {
        cut(&world, &disk, &[&client], full, seed).await;
    }
    disk.unlimit();
    client.work(20).await;
    assert_eq!(client.refused, 0, "with room again it goes on");
    check_integrity(&world.harness.path(), "after it was full");
}
