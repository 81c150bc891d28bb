//! Opening the store of a data folder.

use super::error::BootError;
use super::folder::DataFolder;
use super::master_key;
use crate::clock::SystemClock;
use crate::config::StoreConfig;
use crate::entropy::SystemEntropy;
use rollcall_core::entropy::Entropy;
use rollcall_core::ids::PoolId;
use rollcall_core::limits;
use rollcall_core::model::event::{Actor, Origin};
use rollcall_core::model::policy::{ConcurrencyLimit, SessionLimits};
use rollcall_core::model::pool::{DEFAULT_COUNTRY_CODE, NewPool, Pool};
use rollcall_core::ports::Store;
use rollcall_core::secret::Secret;
use rollcall_store::{OpenOptions, SqliteStore};
use std::sync::Arc;

/// The name of a pool that nobody named.
pub(super) const DEFAULT_POOL_NAME: &str = "Rollcall";

/// A store and the randomness that it was opened with. The folder's lock is let
/// go only after the store.
pub(super) struct OpenStore {
    pub(super) store: Arc<dyn Store>,
    pub(super) entropy: Arc<dyn Entropy>,
    _folder: DataFolder,
}

/// Opens the store of the folder, or makes it.
pub(super) fn open(folder: DataFolder, config: &StoreConfig) -> Result<OpenStore, BootError> {
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy::new());
    let path = folder.database();
    let exists = SqliteStore::exists(&path);
    let master_key = master_key::load(&config.master_key, &folder, exists, &*entropy)?;
    folder.make_database_private()?;
    let options = OpenOptions {
        master_key,
        clock: Arc::new(SystemClock),
        entropy: entropy.clone(),
        accept_earlier_clock: config.accept_earlier_clock,
    };
    let store = SqliteStore::open(&path, options);
    let store = store.map_err(|source| BootError::Open { path, source })?;
    Ok(OpenStore {
        store: Arc::new(store),
        entropy,
        _folder: folder,
    })
}

/// Refuses a name that no pool may have.
pub(super) fn check_pool_name(name: &str) -> Result<(), BootError> {
    let chars = name.chars().count();
    if chars == 0 || chars > limits::MAX_NAME_CHARS || name.contains('\0') {
        return Err(BootError::InvalidName(limits::MAX_NAME_CHARS));
    }
    Ok(())
}

impl OpenStore {
    /// Makes a pool of a name that was checked; answers it with the secret of its
    /// root key.
    pub(super) async fn make_pool(&self, name: &str) -> Result<(PoolId, Secret), BootError> {
        let now = self.store.now();
        let id = PoolId::generate(now, &*self.entropy);
        let root_secret = Secret::generate(&*self.entropy);
        let pool = Pool {
            id,
            name: name.to_owned(),
            created_at: now,
            session_limits: SessionLimits::default(),
            session_limit: ConcurrencyLimit::default(),
            cookie_ends_with_browser: false,
            default_country_code: DEFAULT_COUNTRY_CODE.to_owned(),
            registration_open: false,
        };
        let new = NewPool {
            pool,
            root_secret: root_secret.clone(),
        };
        self.store.create_pool(new, operator()).await?;
        Ok((id, root_secret))
    }
}

/// Whoever runs a command on the folder itself.
pub(super) fn operator() -> Origin {
    Origin {
        actor: Actor::Operator,
        request_id: String::new(),
        address: None,
        user_agent: None,
    }
}
