//! Sessions: one signed-in browser or device of one user.

use crate::ids::{SessionId, UserId};
use crate::model::event::{End, Position};
use crate::time::Timestamp;

/// A session as stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// The public id: `deviceId` in V3.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// Its place in the pool's history, which a re-login does not move.
    pub begun: Position,
    /// When it began, or when its limits were restarted by a re-login.
    pub begun_at: Timestamp,
    /// The last interactive authentication: what `auth_time` says.
    pub authenticated: Position,
    /// Its instant.
    pub authenticated_at: Timestamp,
    /// The last activity of any of its logins.
    pub last_seen: Timestamp,
    /// Set once it has ended and that is recorded.
    pub end: Option<End>,
}
