//! Who is signed in to an application, by parts.

use super::standing::seen_with;
use crate::records::columns::Columns;
use crate::records::lifecycle::{LoginState, PoolRules};
use crate::records::logins::has_application;
use crate::records::statements as sql;
use crate::records::users;
use crate::sql::{Connection, Result, Row, params};
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::limits;
use rollcall_core::ports::console_reads::{OnlinePage, OnlineUser, SeenLogin};
use rollcall_core::time::Timestamp;

/// Before every user: ids begin with the time.
const FIRST: UserId = UserId::from_bytes([0; 12]);

/// Part of those who are signed in. What has ended and is not recorded yet takes no
/// place; after so many of those the part may be short, and its successor goes on.
pub(super) fn online(
    conn: &Connection,
    pool: PoolId,
    application: ApplicationId,
    after: Option<UserId>,
    limit: u32,
    now: Timestamp,
) -> Result<Option<OnlinePage>> {
    if !has_application(conn, pool, application)? {
        return Ok(None);
    }
    let rules = PoolRules::of(conn, pool)?;
    let mut found = Found::new(limit);
    // One more tells that there are more; most people have one login.
    let batch = limit.saturating_add(1);
    let mut from = (after.unwrap_or(FIRST), i64::MAX);
    let mut visited = 0;
    while visited < limits::ONLINE_LOGINS_VISITED {
        let mut select = conn.prepare_cached(sql::SEEN_IN_APPLICATION)?;
        let mut rows = select.query(params![
            pool.as_bytes(),
            application.as_bytes(),
            from.0.as_bytes(),
            from.1,
            batch,
        ])?;
        let mut read = 0;
        while let Some(row) = rows.next()? {
            read += 1;
            let state = LoginState::read(&row)?;
            from = (state.login.user, state.place());
            if !found.takes(&state, &rules, now, &row)? {
                return found.page(conn, pool, now).map(Some);
            }
        }
        if read < batch {
            return found.page(conn, pool, now).map(Some);
        }
        visited += read;
    }
    found.is_cut = true;
    found.page(conn, pool, now).map(Some)
}

struct Found {
    limit: usize,
    users: Vec<(UserId, Vec<SeenLogin>, bool)>,
    /// The last user of whom a login was looked at.
    looked_at: Option<UserId>,
    /// There may be more.
    is_cut: bool,
}

impl Found {
    fn new(limit: u32) -> Self {
        Self {
            limit: usize::try_from(limit.max(1)).unwrap_or(usize::MAX),
            users: Vec::new(),
            looked_at: None,
            is_cut: false,
        }
    }

    /// Looks at a login; false: it is of the first person who has no place any more.
    fn takes(
        &mut self,
        state: &LoginState,
        rules: &PoolRules,
        now: Timestamp,
        row: &Row<'_>,
    ) -> Result<bool> {
        let user = state.login.user;
        if self.is_full_before(user) {
            return Ok(false);
        }
        self.looked_at = Some(user);
        if rules.standing(state, now).is_live() {
            let mut details = Columns::from(row, LoginState::COLUMNS);
            self.add(user, || seen_with(rules, state, now, &mut details))?;
        }
        Ok(true)
    }

    fn is_full_before(&mut self, user: UserId) -> bool {
        let is_new = self.users.last().is_none_or(|(last, ..)| *last != user);
        let is_full = is_new && self.users.len() >= self.limit;
        self.is_cut |= is_full;
        is_full
    }

    fn add(&mut self, user: UserId, seen: impl FnOnce() -> Result<SeenLogin>) -> Result<()> {
        if self.users.last().is_none_or(|(last, ..)| *last != user) {
            self.users.push((user, Vec::new(), false));
        }
        let Some((_, logins, has_more)) = self.users.last_mut() else {
            return Ok(());
        };
        if logins.len() < usize::try_from(limits::DEVICES_SHOWN).unwrap_or(usize::MAX) {
            logins.push(seen()?);
        } else {
            *has_more = true;
        }
        Ok(())
    }

    /// After the last user who was looked at, so that a person with hundreds of logins
    /// is shown once.
    fn page(self, conn: &Connection, pool: PoolId, now: Timestamp) -> Result<OnlinePage> {
        let next = self.looked_at.filter(|_| self.is_cut);
        let mut users = Vec::with_capacity(self.users.len());
        for (id, logins, has_more) in self.users {
            let user = users::by_ids(conn, pool, &[id])?.pop();
            users.extend(user.map(|user| OnlineUser {
                user,
                logins,
                has_more,
            }));
        }
        Ok(OnlinePage { users, next, now })
    }
}
