//! Limits of the console.

use super::MAX_USER_POOLS;
use crate::time::Span;

/// How long an administrator's link may be used: a day, so that one that is sent in
/// the evening is good in the morning.
pub const INVITATION_LIFETIME: Span = Span::from_days(1);

/// Without activity an administrator is signed out after this (NIST SP 800-63B-4,
/// AAL2): who may kick everybody does not leave an open door.
pub const CONSOLE_IDLE_TIMEOUT: Span = Span::from_seconds(3600);

/// With activity, after this: a working day.
pub const CONSOLE_MAX_LIFETIME: Span = Span::from_seconds(12 * 3600);

/// Roles that one administrator may have: one in each pool, at most this many.
pub const MAX_ROLES: u32 = MAX_USER_POOLS;

/// Administrators of one pool. The list has no pages.
pub const MAX_ADMINISTRATORS_PER_POOL: u32 = 200;

/// People on one page of who is online.
pub const ONLINE_ROWS: u32 = 25;

/// Logins that are looked at for one such page: those that have ended and are not
/// recorded yet take no place on it, and a page that found only such goes on.
pub const ONLINE_LOGINS_VISITED: u32 = 500;

/// Users on one page of them.
pub const USERS_SHOWN: u32 = 25;

/// Devices that are shown of one person in a list.
pub const DEVICES_SHOWN: u32 = 5;

/// Sessions, and logins of each, on a user's page.
pub const SESSIONS_SHOWN: u32 = 50;

/// Entries of a user's history on one page.
pub const HISTORY_ROWS: u32 = 50;

/// Deliveries that are counted before "or more" is said.
pub const DELIVERIES_COUNTED: u32 = 1_000;

/// Applications that the console lists to choose from.
pub const APPLICATIONS_SHOWN: u32 = 200;

/// Rows of an exported audit log: what a spreadsheet opens, and a bound for memory.
pub const MAX_EXPORTED_ROWS: u32 = 10_000;

/// Events that are counted in one commit: a few milliseconds of it.
pub const TALLY_BATCH: u32 = 1_000;

/// How long hourly figures are kept: the last day is shown.
pub const TALLY_RETENTION: Span = Span::from_days(8);

/// Browsers that watch who is online at once. Each holds a connection and asks the
/// store for the pool's revision once a second.
pub const MAX_LIVE_VIEWS: usize = 64;
