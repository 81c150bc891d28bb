//! Many logins, by a bulk path: the rows that one real sign-in left are written again
//! for as many other people as are wanted, and the real binary serves the result.
//!
//! What a sign-in leaves is read from the store, not known here: every row that names
//! the person, the session, the login or the grant, in whatever table, is written
//! again with other ids, another place in the pool's history and another username.
//! Indexes are taken down for the time, which is most of the speed. Left out are the
//! rows of the management log: that people were made is not what is measured.

mod sqlite;
mod template;

use anyhow::{Context as _, Result};
use std::path::Path;
use std::time::{Duration, Instant};
pub use template::Ids;

/// How often the loader says how far it is.
const PROGRESS_EVERY: Duration = Duration::from_secs(5);

/// What is to be loaded.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// The id of the person who is signed in already, once: 24 hexadecimal digits.
    pub user: &'a str,
    /// How many are to be signed in as that person is, counting that one.
    pub logins: u64,
    /// When all of their logins run out, in milliseconds since 1970; without it they
    /// run out as the first one does.
    pub expire_at: Option<i64>,
}

/// What was loaded.
#[derive(Clone, Copy, Debug)]
pub struct Loaded {
    /// Whose ids are whose.
    pub ids: Ids,
    /// How long it took.
    pub took: Duration,
}

/// Loads logins into the embedded store of a data folder that nobody serves.
pub fn load(database: &Path, plan: &Plan<'_>) -> Result<Loaded> {
    let began = Instant::now();
    let ids =
        sqlite::load(database, plan).with_context(|| format!("loading {}", database.display()))?;
    let took = began.elapsed();
    Ok(Loaded { ids, took })
}

/// Says how far a long step is.
struct Progress {
    what: String,
    whole: u64,
    began: Instant,
    said: Instant,
}

impl Progress {
    fn new(what: impl Into<String>, whole: u64) -> Self {
        let now = Instant::now();
        Self {
            what: what.into(),
            whole,
            began: now,
            said: now,
        }
    }

    /// Says it, if it was not said lately.
    fn at(&mut self, done: u64) {
        if self.said.elapsed() < PROGRESS_EVERY {
            return;
        }
        self.said = Instant::now();
        println!(
            "  {}: {:.0} % after {:.0} s",
            self.what,
            crate::numbers::real(done) * 100.0 / crate::numbers::real(self.whole.max(1)),
            self.began.elapsed().as_secs_f64()
        );
    }
}
