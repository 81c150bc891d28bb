//! Logins: one session's sign-in state in one application.

use crate::ids::{ApplicationId, LoginId, SessionId, UserId};
use crate::model::event::{End, Position};
use crate::time::Timestamp;
use std::net::IpAddr;

/// A login as stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Login {
    /// `sid` on the wire.
    pub id: LoginId,
    /// The session it belongs to.
    pub session: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// The application it is for.
    pub application: ApplicationId,
    /// Its place in the pool's history.
    pub begun: Position,
    /// When it began.
    pub begun_at: Timestamp,
    /// Its own last activity; never moved by another login.
    pub last_seen: Timestamp,
    /// Set while none of its authorization codes was redeemed: when the last of
    /// them expires, and it with it.
    pub redeem_by: Option<Timestamp>,
    /// Set once it has ended and that is recorded.
    pub end: Option<End>,
}

/// Where a login was made, kept for the login history.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LoginDevice {
    /// The address the person came from.
    pub address: Option<IpAddr>,
    /// The user agent, cut at its limit.
    pub user_agent: Option<String>,
}

/// One row of the login history: a login that began.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoginHistoryRow {
    /// The application signed in to.
    pub application: ApplicationId,
    /// Its name, logo and login page; empty once it is deleted.
    pub application_name: String,
    /// Its logo; empty once it is deleted.
    pub application_logo: String,
    /// Where people sign in to it; empty once it is deleted.
    pub application_login_url: String,
    /// Where the person came from.
    pub device: LoginDevice,
    /// When.
    pub at: Timestamp,
}
