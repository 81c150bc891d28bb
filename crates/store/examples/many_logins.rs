//! What kicks and lists of who is online cost by the number of logins: fills a store by
//! writing the rows of one sign-in again for as many people, and removes it.
//! `bench/README.md` has what it printed.
//!
//! A kick is looked at by what it does to the files, which holds on a busy machine: the
//! kernel counts what this process reads and writes. Arguments: numbers of logins. The
//! store is in the folder for temporary files, some 2 KiB for each login.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it measures, and prints its figures"
)]

use rollcall_core::entropy::Entropy;
use rollcall_core::ids::{ApplicationId, GrantId, LoginId, PoolId, SessionId, UserId};
use rollcall_core::limits;
use rollcall_core::model::application::{
    Application, ApplicationType, ApplicationWithSecret, OauthSettings,
};
use rollcall_core::model::event::Origin;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::login::LoginDevice;
use rollcall_core::model::policy::{ConcurrencyLimit, SessionLimits, SessionPolicy};
use rollcall_core::model::pool::{DEFAULT_COUNTRY_CODE, NewPool, Pool};
use rollcall_core::model::user::{
    Gender, Password, Profile, SignInStatistics, Unproven, User, UserSource, UserStatus,
};
use rollcall_core::page::PageRequest;
use rollcall_core::ports::applications::Applications as _;
use rollcall_core::ports::census::Censuses as _;
use rollcall_core::ports::console_reads::ConsoleReads as _;
use rollcall_core::ports::logins::{Begun, Kicked, Logins as _, NewLogin};
use rollcall_core::ports::pools::Pools as _;
use rollcall_core::ports::users::Users as _;
use rollcall_core::secret::{PasswordHash, Secret, TokenDigest};
use rollcall_core::time::{Clock, Timestamp};
use rollcall_store::{MasterKey, OpenOptions, SqlStore};
use rusqlite::Connection;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::task::JoinSet;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Kicks of one kind.
const KICKS: usize = 1_024;
/// Each list is read this many times.
const READS: u32 = 20;
const PAGE: i64 = 4_096;

#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        // 2026-01-01T00:00:00Z
        Timestamp::from_millis(1_767_225_600_000)
    }
}

/// Numbers that look random and repeat with each run (splitmix64).
#[derive(Debug)]
struct Chance(AtomicU64);

impl Chance {
    fn next(&self) -> u64 {
        let step = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.0.fetch_add(step, Ordering::Relaxed);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Entropy for Chance {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}

/// The one who really signed in.
struct First {
    pool: PoolId,
    application: ApplicationId,
    user: UserId,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    for logins in std::env::args().skip(1) {
        look_at(logins.parse()?).await?;
    }
    Ok(())
}

async fn look_at(logins: u64) -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("rollcall.db");
    let entropy = Arc::new(Chance(AtomicU64::new(1)));
    let store = open(&path, &entropy)?;
    let first = sign_in(&store, &entropy).await?;
    drop(store);
    fill(&path, logins)?;
    let store = Arc::new(open(&path, &entropy)?);
    println!(
        "{logins} logins, {} MiB",
        std::fs::metadata(&path)?.len() >> 20
    );
    lists(&store, &first, logins).await?;
    // Whoever is kicked was signed in: no number is kicked twice.
    let mut people: Vec<u64> = (1..logins).collect();
    let neighbours: Vec<u64> = people.drain(..KICKS).collect();
    for place in 0..3 * KICKS {
        let other = place + usize::try_from(entropy.next() >> 1)? % (people.len() - place);
        people.swap(place, other);
    }
    let mut anywhere = people.chunks(KICKS);
    kicks(
        &store,
        &first,
        "warm up",
        anywhere.next().unwrap_or_default(),
        1,
    )
    .await?;
    kicks(&store, &first, "neighbours, 64 at once", &neighbours, 64).await?;
    for (name, at_once) in [("anybody, one by one", 1), ("anybody, 64 at once", 64)] {
        kicks(
            &store,
            &first,
            name,
            anywhere.next().unwrap_or_default(),
            at_once,
        )
        .await?;
    }
    Ok(())
}

fn open(path: &Path, entropy: &Arc<Chance>) -> Outcome<SqlStore> {
    let options = OpenOptions {
        master_key: MasterKey::parse(&[7; 32])?,
        clock: Arc::new(Still),
        entropy: entropy.clone(),
        accept_earlier_clock: false,
    };
    Ok(SqlStore::open(path, options)?)
}

async fn sign_in(store: &SqlStore, entropy: &Chance) -> Outcome<First> {
    let now = Still.now();
    let pool = PoolId::generate(now, entropy);
    let new = NewPool {
        pool: Pool {
            id: pool,
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
    let new = ApplicationWithSecret {
        application: application(pool, entropy),
        secret: Secret::generate(entropy),
    };
    let application = new.application.id;
    store.create_application(new, Origin::system()).await?;
    let user = user(pool, entropy);
    let first = First {
        pool,
        application,
        user: user.id,
    };
    store
        .create_user(user, Vec::new(), Origin::system())
        .await?;
    let new = NewLogin {
        user: first.user,
        password_version: 1,
        rehashed: None,
        application,
        secret_version: 1,
        session: SessionId::generate(now, entropy),
        login: LoginId::generate(now, entropy),
        grant: GrantId::generate(now, entropy),
        scope: "openid offline_access".to_owned(),
        authentication_methods: vec!["pwd".to_owned()],
        refresh_token: Some((
            TokenDigest::from_bytes([1; 32]),
            limits::DEFAULT_REFRESH_TOKEN_LIFETIME,
        )),
        device: LoginDevice {
            address: Some([203, 0, 113, 7].into()),
            user_agent: Some("A browser".to_owned()),
        },
        failure_key: TokenDigest::from_bytes([2; 32]),
    };
    let begun = store.begin_login(pool, new, Origin::system()).await?;
    match begun {
        Begun::Begun(_) => Ok(first),
        refused => Err(format!("{refused:?}").into()),
    }
}

fn application(pool: PoolId, entropy: &Chance) -> Application {
    Application {
        id: ApplicationId::generate(Still.now(), entropy),
        pool,
        identifier: "app".to_owned(),
        name: "Application".to_owned(),
        logo: String::new(),
        description: None,
        kind: ApplicationType::Web,
        enabled: true,
        redirect_uris: vec!["https://example.com/callback".to_owned()],
        logout_redirect_uris: Vec::new(),
        init_login_uri: String::new(),
        sso_enabled_at: None,
        api_sign_in: true,
        password_methods: Vec::new(),
        oauth: OauthSettings::default(),
        session_policy: SessionPolicy::default(),
        session_limit: ConcurrencyLimit::default(),
        secret_version: 1,
        created_at: Still.now(),
        updated_at: Still.now(),
    }
}

fn user(pool: PoolId, entropy: &Chance) -> User {
    let now = Still.now();
    User {
        id: UserId::generate(now, entropy),
        pool,
        status: UserStatus::Activated,
        status_changed_at: now,
        created_at: now,
        updated_at: now,
        username: Some("person".to_owned()),
        email: None,
        email_verified: false,
        phone: None,
        phone_verified: false,
        unproven: Unproven::default(),
        external_id: None,
        gender: Gender::Unknown,
        profile: Profile::default(),
        custom_data: None,
        source: UserSource::AdminCreated,
        password: Password {
            hash: Some(PasswordHash::from_phc("$argon2id$first")),
            version: 1,
            last_set_at: Some(now),
            ..Password::default()
        },
        sign_ins: SignInStatistics::default(),
    }
}

/// Everybody has the id of the first one with their number in its last four bytes.
fn fill(path: &Path, logins: u64) -> Outcome<()> {
    let conn = Connection::open(path)?;
    conn.pragma_update(None, "synchronous", "OFF")?;
    conn.pragma_update(None, "cache_size", -1_048_576)?;
    conn.execute_batch("BEGIN")?;
    for table in ["users", "sessions", "logins", "grants", "refresh_tokens"] {
        let mut info = conn.prepare("SELECT name FROM pragma_table_info(?1)")?;
        let columns: Vec<String> = info
            .query_map([table], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let columns: Vec<&str> = columns
            .iter()
            .map(String::as_str)
            .filter(|column| *column != "seq")
            .collect();
        let values: Vec<String> = columns.iter().map(|column| value(column)).collect();
        let insert = format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {logins})
             INSERT INTO {table} ({}) SELECT {} FROM n, (SELECT * FROM {table} LIMIT 1) t",
            columns.join(", "),
            values.join(", "),
        );
        conn.execute(&insert, [])?;
    }
    conn.execute_batch(
        "DELETE FROM counted_logins; DELETE FROM counted_users;
        INSERT INTO counted_logins (pool, application, logins, users)
            SELECT pool, application, count(*), count(DISTINCT user) FROM logins
            WHERE ended_at IS NULL GROUP BY pool, application;
        INSERT INTO counted_users (pool, status, users)
            SELECT pool, status, count(*) FROM users GROUP BY pool, status;
        COMMIT",
    )?;
    conn.pragma_update_and_check(None, "wal_checkpoint", "TRUNCATE", |_| Ok(()))?;
    Ok(())
}

fn value(column: &str) -> String {
    let number = "unhex(printf('%08x', i))";
    match column {
        "id" | "user" | "session" | "login" | "grant_id" | "digest" => {
            format!("CAST(substr(t.{column}, 1, length(t.{column}) - 4) || {number} AS BLOB)")
        }
        "username" | "username_key" => format!("t.{column} || i"),
        other => format!("t.{other}"),
    }
}

fn person(first: &First, number: u64) -> Outcome<UserId> {
    let mut id = *first.user.as_bytes();
    id[8..].copy_from_slice(&u32::try_from(number)?.to_be_bytes());
    Ok(UserId::from_bytes(id))
}

async fn kicks(
    store: &Arc<SqlStore>,
    first: &First,
    name: &str,
    people: &[u64],
    at_once: usize,
) -> Outcome<()> {
    let (io, cpu) = (Io::now()?, cpu_micros()?);
    for group in people.chunks(at_once) {
        let mut on_their_way = JoinSet::new();
        for number in group {
            let user = UserSelector::id(person(first, *number)?);
            let (store, pool, application) = (store.clone(), first.pool, first.application);
            on_their_way.spawn(async move {
                let origin = Origin::system();
                store.kick_user(pool, user, vec![application], origin).await
            });
        }
        while let Some(kicked) = on_their_way.join_next().await {
            if kicked?? != Kicked::Kicked {
                return Err("somebody was not kicked".into());
            }
        }
    }
    let count = i64::try_from(people.len())?;
    let io = Io::now()?.since(&io);
    println!(
        "  kick {name}: {:.1} µs of CPU; {:.2} reads of {:.2} pages, {:.2} writes of {:.2} pages",
        (cpu_micros()? - cpu) / ratio(count, 1),
        ratio(io.reads, count),
        ratio(io.read, count * PAGE),
        ratio(io.writes, count),
        ratio(io.written, count * PAGE),
    );
    Ok(())
}

async fn lists(store: &SqlStore, first: &First, logins: u64) -> Outcome<()> {
    let (pool, application) = (first.pool, first.application);
    let page = PageRequest::new(Some(1), Some(50)).map_err(|refusal| format!("{refusal:?}"))?;
    let behind = person(first, logins.saturating_sub(100))?;
    for what in [
        "page by number",
        "page by cursor",
        "page by cursor, far behind",
        "metrics",
    ] {
        let before = cpu_micros()?;
        for _ in 0..READS {
            let found = match what {
                "page by number" => {
                    let page = store.active_users(pool, application, page).await?;
                    page.map(|page| page.total_count)
                }
                "metrics" => Some(store.census(1).await?.applications[0].logins),
                cursor => {
                    let after = cursor.ends_with("behind").then_some(behind);
                    let page = store.online_users(pool, application, after, 50).await?;
                    let is_full = page.is_some_and(|page| page.users.len() == 50);
                    is_full.then_some(logins)
                }
            };
            if found != Some(logins) {
                return Err(format!("{what}: {found:?}").into());
            }
        }
        let cost = (cpu_micros()? - before) / f64::from(READS);
        println!("  {what}: {cost:.0} µs of CPU");
    }
    Ok(())
}

#[allow(clippy::cast_precision_loss, reason = "figures stay far below 2^52")]
fn ratio(of: i64, to: i64) -> f64 {
    of as f64 / to as f64
}

/// What this process has read and written (proc(5), `/proc/pid/io`).
struct Io {
    read: i64,
    written: i64,
    reads: i64,
    writes: i64,
}

impl Io {
    fn now() -> Outcome<Self> {
        let text = std::fs::read_to_string("/proc/self/io")?;
        let of = |name: &str| -> Outcome<i64> {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            Ok(line.unwrap_or("0").trim().parse()?)
        };
        Ok(Self {
            read: of("rchar:")?,
            written: of("wchar:")?,
            reads: of("syscr:")?,
            writes: of("syscw:")?,
        })
    }

    fn since(&self, before: &Self) -> Self {
        Self {
            read: self.read - before.read,
            written: self.written - before.written,
            reads: self.reads - before.reads,
            writes: self.writes - before.writes,
        }
    }
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
