//! Who is signed in to an application, by parts.

use super::standing::seen;
use crate::records::lifecycle::{LoginState, PoolRules};
use crate::records::logins::has_application;
use crate::records::users;
use crate::sql::{Connection, Result, params};
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::limits;
use rollcall_core::ports::console_reads::{OnlinePage, OnlineUser};
use rollcall_core::time::Timestamp;

/// The next logins in an application whose end is not recorded, by user.
pub(crate) const NEXT: &str = "SELECT user, id FROM logins
    WHERE pool = ?1 AND application = ?2 AND ended_at IS NULL AND user > ?3
    ORDER BY user, seq LIMIT ?4";

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
    let mut select = conn.prepare_cached(NEXT)?;
    let most = limits::ONLINE_LOGINS_VISITED;
    let mut rows = select.query(params![
        pool.as_bytes(),
        application.as_bytes(),
        after.unwrap_or(FIRST).as_bytes(),
        most,
    ])?;
    let mut visited = 0;
    while let Some(row) = rows.next()? {
        visited += 1;
        let user = UserId::from_bytes(row.get(0)?);
        if found.is_full_before(user) {
            break;
        }
        let login = rollcall_core::ids::LoginId::from_bytes(row.get(1)?);
        let Some(state) = LoginState::of_login(conn, pool, login)? else {
            continue;
        };
        let standing = rules.standing(&state, now);
        found.looked_at = Some(user);
        if standing.is_live() {
            found.add(user, &state, |state| seen(conn, &rules, state, now))?;
        }
    }
    found.is_cut |= visited == most;
    found.page(conn, pool, now).map(Some)
}

struct Found {
    limit: usize,
    users: Vec<(
        UserId,
        Vec<rollcall_core::ports::console_reads::SeenLogin>,
        bool,
    )>,
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

    fn is_full_before(&mut self, user: UserId) -> bool {
        let is_new = self.users.last().is_none_or(|(last, ..)| *last != user);
        let is_full = is_new && self.users.len() >= self.limit;
        self.is_cut |= is_full;
        is_full
    }

    fn add(
        &mut self,
        user: UserId,
        state: &LoginState,
        seen: impl FnOnce(&LoginState) -> Result<rollcall_core::ports::console_reads::SeenLogin>,
    ) -> Result<()> {
        if self.users.last().is_none_or(|(last, ..)| *last != user) {
            self.users.push((user, Vec::new(), false));
        }
        let Some((_, logins, has_more)) = self.users.last_mut() else {
            return Ok(());
        };
        if logins.len() < usize::try_from(limits::DEVICES_SHOWN).unwrap_or(usize::MAX) {
            logins.push(seen(state)?);
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
            let known = users::by_ids(conn, pool, &[id])?.into_iter();
            users.extend(known.map(|user| OnlineUser {
                user,
                logins: logins.clone(),
                has_more,
            }));
        }
        Ok(OnlinePage { users, next, now })
    }
}
