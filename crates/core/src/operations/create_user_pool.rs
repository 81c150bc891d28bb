//! `create-user-pool` (ours, V3 style): another tenant. The command line and the
//! first start of a server make their pools with it too.

use super::Authority;
use super::user_input::is_name;
use crate::entropy::Entropy;
use crate::ids::PoolId;
use crate::model::access_key::ManagementCaller;
use crate::model::event::Origin;
use crate::model::policy::{ConcurrencyLimit, SessionLimits};
use crate::model::pool::{DEFAULT_COUNTRY_CODE, NewPool, Pool};
use crate::ports::pools::PoolCreated;
use crate::ports::{Store, StoreResult};
use crate::refusal::{Refusal, Rule};
use crate::secret::Secret;
use crate::time::Timestamp;

/// A pool that was made, and the secret of its root key, which is told this once.
#[derive(Clone, Debug)]
pub struct MadePool {
    /// The pool's id, which is its root key's too.
    pub id: PoolId,
    /// Its name.
    pub name: String,
    /// The root key's secret.
    pub root_secret: Secret,
}

/// Makes a pool, for the root key of the server's first one.
pub async fn create_user_pool(
    authority: &Authority,
    caller: &ManagementCaller,
    name: String,
    origin: Origin,
) -> Result<MadePool, Refusal> {
    authority.require_server_root(caller).await?;
    if !is_pool_name(&name) {
        return Err(Refusal::invalid("name"));
    }
    let (store, entropy) = (authority.store.as_ref(), authority.entropy.as_ref());
    let made = make_user_pool(store, entropy, name, origin).await?;
    made.ok_or(Refusal::Rule(Rule::TooMany("userPools")))
}

/// Whether a pool may have this name.
pub fn is_pool_name(name: &str) -> bool {
    is_name(name)
}

/// Makes a pool of a good name, for whoever runs the server. None: there are
/// `limits::MAX_USER_POOLS`.
pub async fn make_user_pool(
    store: &dyn Store,
    entropy: &dyn Entropy,
    name: String,
    origin: Origin,
) -> StoreResult<Option<MadePool>> {
    let now = store.now();
    let id = PoolId::generate(now, entropy);
    let root_secret = Secret::generate(entropy);
    let new = NewPool {
        pool: blank_pool(id, name.clone(), now),
        root_secret: root_secret.clone(),
    };
    Ok(match store.create_pool(new, origin).await? {
        PoolCreated::Created => Some(MadePool {
            id,
            name,
            root_secret,
        }),
        PoolCreated::TooMany => None,
    })
}

/// A pool with the default settings.
pub(super) fn blank_pool(id: PoolId, name: String, now: Timestamp) -> Pool {
    Pool {
        id,
        name,
        created_at: now,
        session_limits: SessionLimits::default(),
        session_limit: ConcurrencyLimit::default(),
        cookie_ends_with_browser: false,
        default_country_code: DEFAULT_COUNTRY_CODE.to_owned(),
        registration_open: false,
    }
}
