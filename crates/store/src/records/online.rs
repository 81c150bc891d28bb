//! Who is signed in to an application now: pages of users, and how many there are.
//!
//! The total is kept (`counters`), less those whom a limit has ended and no commit has
//! recorded. A page is cut from the index of what is not recorded as ended, which is in
//! the order of users: from the front. So it
//! does not look at all logins, but while a mass end of the pool is being recorded, when
//! each login has to be decided to be counted.

use super::lifecycle::{LoginState, PoolRules};
use super::statements as sql;
use super::{counters, logins, users};
use crate::sql::{Connection, Result, params};
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::model::user::User;
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_core::time::Timestamp;
use std::collections::BTreeSet;

/// So many due logins are decided one by one; where there are more, so many people's
/// limits struck at once that looking at each login costs less.
const DUE_DECIDED: i64 = 1_000;

/// Logins of one look at the index, when all of them are counted.
const BATCH: u32 = 1_000;

/// A page by its number.
pub(super) fn page(
    conn: &Connection,
    pool: PoolId,
    application: ApplicationId,
    page: PageRequest,
    now: Timestamp,
) -> Result<Option<PageOf<User>>> {
    let Some(place) = Place::find(conn, pool, application, now)? else {
        return Ok(None);
    };
    let total_count = place.total()?;
    let mut ids = Vec::new();
    if page.offset() < total_count {
        let beyond = page.offset() + u64::from(page.limit());
        let mut walk = Walk::of(&place, None, batch_for(beyond));
        let mut passed = 0;
        while passed < beyond
            && let Some(user) = walk.next()?
        {
            if passed >= page.offset() {
                ids.push(user);
            }
            passed += 1;
        }
    }
    let list = users::by_ids(conn, pool, &ids)?;
    Ok(Some(PageOf { total_count, list }))
}

/// How many logins to read at once for so many users: most have one.
fn batch_for(users: u64) -> u32 {
    u32::try_from(users).map_or(BATCH, |users| users.saturating_add(1).min(BATCH))
}

/// An application, and what decides there.
struct Place<'a> {
    conn: &'a Connection,
    pool: PoolId,
    application: ApplicationId,
    rules: PoolRules,
    now: Timestamp,
}

impl<'a> Place<'a> {
    fn find(
        conn: &'a Connection,
        pool: PoolId,
        application: ApplicationId,
        now: Timestamp,
    ) -> Result<Option<Self>> {
        if !logins::has_application(conn, pool, application)? {
            return Ok(None);
        }
        Ok(Some(Self {
            conn,
            pool,
            application,
            rules: PoolRules::of(conn, pool)?,
            now,
        }))
    }

    fn total(&self) -> Result<u64> {
        if self.rules.has_mass_ends() {
            return self.counted();
        }
        let Some(gone) = self.gone()? else {
            return self.counted();
        };
        let kept = counters::users_signed_in(self.conn, self.pool, self.application)?;
        Ok(kept.saturating_sub(gone))
    }

    /// Users all of whose logins here have expired, unrecorded; none: there are so many
    /// that counting is cheaper.
    fn gone(&self) -> Result<Option<u64>> {
        let mut expired = BTreeSet::new();
        let mut select = self.conn.prepare_cached(sql::STATES_DUE)?;
        let mut rows = select.query(params![self.now.as_millis(), DUE_DECIDED + 1])?;
        let mut due = 0;
        while let Some(row) = rows.next()? {
            due += 1;
            let state = LoginState::read(&row)?;
            if (state.pool, state.login.application) == (self.pool, self.application)
                && !self.rules.standing(&state, self.now).is_live()
            {
                expired.insert(state.login.user);
            }
        }
        if due > DUE_DECIDED {
            return Ok(None);
        }
        let mut gone = 0;
        for user in expired {
            let (conn, pool, application) = (self.conn, self.pool, self.application);
            let verdict = logins::verdict(conn, pool, user, application, self.now)?;
            gone += u64::from(!verdict.is_live());
        }
        Ok(Some(gone))
    }

    /// Looks at each login.
    fn counted(&self) -> Result<u64> {
        let mut walk = Walk::of(self, None, BATCH);
        let mut total = 0;
        while walk.next()?.is_some() {
            total += 1;
        }
        Ok(total)
    }
}

/// Live users in the order of their ids, each once.
struct Walk<'a> {
    place: &'a Place<'a>,
    batch: u32,
    /// The last login that was read: its user, and its place among that one's.
    user: Vec<u8>,
    seq: i64,
    read: std::vec::IntoIter<LoginState>,
    is_last: bool,
    told: Option<UserId>,
}

impl<'a> Walk<'a> {
    fn of(place: &'a Place<'a>, after: Option<UserId>, batch: u32) -> Self {
        Self {
            place,
            batch,
            user: after.map_or_else(Vec::new, |user| user.as_bytes().to_vec()),
            seq: i64::MAX,
            read: Vec::new().into_iter(),
            is_last: false,
            told: None,
        }
    }

    fn next(&mut self) -> Result<Option<UserId>> {
        loop {
            for state in self.read.by_ref() {
                let user = state.login.user;
                let is_live = || self.place.rules.standing(&state, self.place.now).is_live();
                if self.told != Some(user) && is_live() {
                    self.told = Some(user);
                    return Ok(Some(user));
                }
            }
            if self.is_last {
                return Ok(None);
            }
            self.read_on()?;
        }
    }

    fn read_on(&mut self) -> Result<()> {
        let place = self.place;
        let no_user: Option<[u8; 12]> = None;
        let values = params![
            place.pool.as_bytes(),
            no_user,
            place.application.as_bytes(),
            self.user.clone(),
            Vec::<u8>::new(),
            self.seq,
            self.batch,
        ];
        let read = LoginState::all(place.conn, sql::BATCH_OF_APPLICATION, values)?;
        self.is_last = read.len() < self.batch as usize;
        if let Some(last) = read.last() {
            self.user = last.login.user.as_bytes().to_vec();
            self.seq = last.place();
        }
        self.read = read.into_iter();
        Ok(())
    }
}
