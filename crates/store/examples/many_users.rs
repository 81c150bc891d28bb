//! What lists of users cost in a pool of a million: fills a store by the port that
//! `create_user` is, commits and audit rows included, reads pages of it, and
//! removes it. `bench/README.md` has what it printed.
//!
//! Two arguments, both with a default: how many users (1,000,000), and after how many
//! seconds to go on with those that are there by then (600). The store is in the
//! folder for temporary files and has some 750 bytes for each user.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it measures, and prints its figures"
)]

use rollcall_core::entropy::Entropy;
use rollcall_core::ids::{PoolId, UserId};
use rollcall_core::model::event::Origin;
use rollcall_core::model::policy::{ConcurrencyLimit, SessionLimits};
use rollcall_core::model::pool::{DEFAULT_COUNTRY_CODE, NewPool, Pool};
use rollcall_core::model::user::{
    Gender, Password, Phone, Profile, SignInStatistics, Unproven, User, UserFilter,
    UserFilterField, UserFilterTest, UserSort, UserSortField, UserSource, UserStatus,
};
use rollcall_core::page::PageRequest;
use rollcall_core::ports::pools::Pools as _;
use rollcall_core::ports::users::{Saved, Users as _};
use rollcall_core::secret::Secret;
use rollcall_core::time::{Clock, Timestamp};
use rollcall_store::{MasterKey, OpenOptions, SqlStore};
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Instant;
use tokio::task::JoinSet;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Users that are on their way into the store at once: they share commits.
const AT_ONCE: u64 = 1_024;
/// Each list is read this many times.
const READS: u32 = 20;
/// 2026-01-01T00:00:00Z; each user is made a millisecond after the one before.
const START: i64 = 1_767_225_600_000;

#[derive(Debug)]
struct Moments(AtomicI64);

impl Clock for Moments {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// Numbers that look random and repeat with each run (splitmix64).
#[derive(Debug)]
struct Chance(AtomicU64);

impl Entropy for Chance {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let step = 0x9e37_79b9_7f4a_7c15;
            let mut z = self.0.fetch_add(step, Ordering::Relaxed);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^= z >> 31;
            chunk.copy_from_slice(&z.to_le_bytes()[..chunk.len()]);
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let wanted: u64 = arguments.next().map_or(Ok(1_000_000), |n| n.parse())?;
    let seconds: u64 = arguments.next().map_or(Ok(600), |n| n.parse())?;
    let folder = tempfile::tempdir()?;
    let clock = Arc::new(Moments(AtomicI64::new(START)));
    let entropy = Arc::new(Chance(AtomicU64::new(1)));
    let options = OpenOptions {
        master_key: MasterKey::parse(&[7; 32])?,
        clock: clock.clone(),
        entropy: entropy.clone(),
        accept_earlier_clock: false,
    };
    let path = folder.path().join("rollcall.db");
    let store = Arc::new(SqlStore::open(&path, options)?);
    let pool = make_pool(&store, &entropy).await?;
    let began = Instant::now();
    let made = fill(&store, &clock, pool, wanted, seconds).await?;
    let bytes = std::fs::metadata(&path)?.len();
    println!(
        "{made} users in {:.0} s, {:.0} s of CPU; {} MiB",
        began.elapsed().as_secs_f64(),
        cpu_micros()? / 1e6,
        bytes >> 20
    );
    for (name, filter, page) in lists(made) {
        measure(&store, pool, &name, filter, page).await?;
    }
    Ok(())
}

async fn make_pool(store: &SqlStore, entropy: &Chance) -> Outcome<PoolId> {
    let now = Timestamp::from_millis(START);
    let id = PoolId::generate(now, entropy);
    let new = NewPool {
        pool: Pool {
            id,
            name: "Many".to_owned(),
            created_at: now,
            session_limits: SessionLimits::default(),
            session_limit: ConcurrencyLimit::default(),
            cookie_ends_with_browser: false,
            default_country_code: DEFAULT_COUNTRY_CODE.to_owned(),
            registration_open: false,
        },
        root_secret: Secret::generate(entropy),
    };
    store.create_pool(new, Origin::system()).await?;
    Ok(id)
}

/// Makes users until there are as many, or the time is up; answers how many.
async fn fill(
    store: &Arc<SqlStore>,
    clock: &Arc<Moments>,
    pool: PoolId,
    wanted: u64,
    seconds: u64,
) -> Outcome<u64> {
    let entropy = Chance(AtomicU64::new(2));
    let began = Instant::now();
    let mut made = 0;
    while made < wanted && began.elapsed().as_secs() < seconds {
        let mut on_their_way = JoinSet::new();
        for number in made..wanted.min(made + AT_ONCE) {
            clock.0.fetch_add(1, Ordering::Relaxed);
            let user = user(pool, number, clock.now(), &entropy);
            let store = Arc::clone(store);
            on_their_way
                .spawn(async move { store.create_user(user, Vec::new(), Origin::system()).await });
        }
        while let Some(saved) = on_their_way.join_next().await {
            if !matches!(saved??, Saved::Saved(_)) {
                return Err("a user clashes with another".into());
            }
            made += 1;
        }
    }
    Ok(made)
}

/// One of many. Of a hundred, one is suspended.
fn user(pool: PoolId, number: u64, now: Timestamp, entropy: &Chance) -> User {
    let status = if number % 100 == 7 {
        UserStatus::Suspended
    } else {
        UserStatus::Activated
    };
    User {
        id: UserId::generate(now, entropy),
        pool,
        status,
        status_changed_at: now,
        created_at: now,
        updated_at: now,
        username: Some(format!("person{number}")),
        email: Some(format!("person{number}@example.com")),
        email_verified: true,
        phone: Some(Phone {
            given: format!("1{:010}", 3_000_000_000 + number),
            country_code: "+86".to_owned(),
            e164: format!("+861{:010}", 3_000_000_000 + number),
        }),
        phone_verified: false,
        unproven: Unproven::default(),
        external_id: Some(format!("external-{number}")),
        gender: Gender::Unknown,
        profile: Profile::default(),
        custom_data: None,
        source: UserSource::AdminCreated,
        password: Password::default(),
        sign_ins: SignInStatistics::default(),
    }
}

/// What is read: a name, a filter, a page of 50.
fn lists(made: u64) -> Vec<(String, UserFilter, i64)> {
    let last = i64::try_from(made.div_ceil(50)).unwrap_or(1).max(1);
    let sorted = |field, descending| UserFilter {
        sort: vec![UserSort { field, descending }],
        ..UserFilter::default()
    };
    let tested = |field, test| UserFilter {
        tests: vec![(UserFilterField::Column(field), test)],
        ..UserFilter::default()
    };
    let suspended = UserFilter {
        status: Some(UserStatus::Suspended),
        ..UserFilter::default()
    };
    let email = UserFilterField::Column(UserSortField::Email);
    let words = UserFilter {
        keywords: Some("person777777@".to_owned()),
        search_in: vec![email],
        ..UserFilter::default()
    };
    let by_name = UserFilterTest::Equal("person5000".to_owned());
    let everybody = UserFilter::default;
    vec![
        ("first page".to_owned(), everybody(), 1),
        (format!("page {}", last / 10), everybody(), last / 10),
        (format!("page {last}, the last"), everybody(), last),
        (
            "oldest first".to_owned(),
            sorted(UserSortField::CreatedAt, false),
            1,
        ),
        (
            "last changed first".to_owned(),
            sorted(UserSortField::UpdatedAt, true),
            1,
        ),
        (
            "by username".to_owned(),
            sorted(UserSortField::Username, false),
            1,
        ),
        ("suspended, first page".to_owned(), suspended.clone(), 1),
        (
            "suspended, last page".to_owned(),
            suspended,
            (last / 100).max(1),
        ),
        (
            "one username".to_owned(),
            tested(UserSortField::Username, by_name),
            1,
        ),
        ("part of an e-mail".to_owned(), words, 1),
    ]
}

async fn measure(
    store: &SqlStore,
    pool: PoolId,
    name: &str,
    filter: UserFilter,
    page: i64,
) -> Outcome<()> {
    let asked = PageRequest::new(Some(page), Some(50)).map_err(|refusal| format!("{refusal:?}"))?;
    let before = cpu_micros()?;
    let began = Instant::now();
    let mut found = (0, 0);
    for _ in 0..READS {
        let page = store.list_users(pool, filter.clone(), asked).await?;
        found = (page.total_count, page.list.len());
    }
    let reads = f64::from(READS);
    println!(
        "{name}: {:.2} ms of CPU, {:.2} ms; {} of {}",
        (cpu_micros()? - before) / reads / 1e3,
        began.elapsed().as_secs_f64() * 1e3 / reads,
        found.1,
        found.0
    );
    Ok(())
}

/// CPU time of this process so far (proc(5), `/proc/pid/schedstat`: nanoseconds on
/// the CPU, for each thread; the store's threads live as long as it).
#[allow(clippy::cast_precision_loss, reason = "figures stay far below 2^52")]
fn cpu_micros() -> Outcome<f64> {
    let mut nanos = 0_u64;
    for task in std::fs::read_dir("/proc/self/task")? {
        let text = std::fs::read_to_string(task?.path().join("schedstat"))?;
        nanos += text.split(' ').next().unwrap_or("0").parse::<u64>()?;
    }
    Ok(nanos as f64 / 1e3)
}
