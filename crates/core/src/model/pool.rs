//! User pools: the tenants.

use crate::ids::PoolId;
use crate::model::policy::{ConcurrencyLimit, SessionLimits};
use crate::secret::Secret;
use crate::time::Timestamp;

/// A user pool.
#[derive(Clone, Debug)]
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
}

/// A pool to be made, with its root key.
#[derive(Clone, Debug)]
pub struct NewPool {
    /// The pool.
    pub pool: Pool,
    /// The root key's secret.
    pub root_secret: Secret,
}

/// The country code of phones given without one, as the contract's default.
pub const DEFAULT_COUNTRY_CODE: &str = "+86";
