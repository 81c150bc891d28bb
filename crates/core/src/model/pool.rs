//! User pools: the tenants.

use crate::ids::PoolId;
use crate::model::policy::{ConcurrencyChange, ConcurrencyLimit, SessionLimits};
use crate::secret::Secret;
use crate::time::{Span, Timestamp};

/// A user pool.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pool {
    /// The pool's id, which is also its root key's id.
    pub id: PoolId,
    /// The pool's name.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Limits of its sessions.
    pub session_limits: SessionLimits,
    /// How many live sessions one user may have.
    pub session_limit: ConcurrencyLimit,
    /// Whether the session's cookie ends with the browser (V3
    /// `cookieExpiresOnBrowserSession`).
    pub cookie_ends_with_browser: bool,
    /// The country code of phones given without one, with its `+`.
    pub default_country_code: String,
    /// Whether people may register by themselves (V3 `registerDisabled`, negated).
    pub registration_open: bool,
}

/// A pool to be made, with its root key.
#[derive(Clone, Debug)]
pub struct NewPool {
    /// The pool.
    pub pool: Pool,
    /// The root key's secret.
    pub root_secret: Secret,
}

/// A change to a pool's settings: absent members stay.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PoolChange {
    /// New idle timeout of sessions.
    pub idle_timeout: Option<Span>,
    /// New maximum lifetime of sessions.
    pub max_lifetime: Option<Span>,
    /// What changes of the number of sessions.
    pub session_limit: ConcurrencyChange,
    /// Whether the session's cookie ends with the browser.
    pub cookie_ends_with_browser: Option<bool>,
    /// Whether people may register by themselves.
    pub registration_open: Option<bool>,
}

impl Pool {
    /// The pool after a change.
    #[must_use]
    pub fn changed_by(mut self, change: PoolChange) -> Self {
        let limits = &mut self.session_limits;
        limits.idle_timeout = change.idle_timeout.unwrap_or(limits.idle_timeout);
        limits.max_lifetime = change.max_lifetime.unwrap_or(limits.max_lifetime);
        self.session_limit = self.session_limit.changed_by(change.session_limit);
        let ends = change.cookie_ends_with_browser;
        self.cookie_ends_with_browser = ends.unwrap_or(self.cookie_ends_with_browser);
        let open = change.registration_open;
        self.registration_open = open.unwrap_or(self.registration_open);
        self
    }
}

/// The country code of phones given without one, as the contract's default.
pub const DEFAULT_COUNTRY_CODE: &str = "+86";
