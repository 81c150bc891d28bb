//! Opening a store.

use super::error::BootError;
use super::folder::DataFolder;
use super::master_key;
use super::place::Place;
use crate::clock::SystemClock;
use crate::config::StoreConfig;
use crate::entropy::SystemEntropy;
use rollcall_core::entropy::Entropy;
use rollcall_core::limits;
use rollcall_core::model::event::{Actor, Origin};
use rollcall_core::operations::create_user_pool::{MadePool, is_pool_name, make_user_pool};
use rollcall_core::ports::Store;
use rollcall_store::OpenOptions;
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

/// Opens the store, or makes it.
pub(super) async fn open(
    folder: DataFolder,
    place: &Place,
    config: &StoreConfig,
) -> Result<OpenStore, BootError> {
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy::new());
    let exists = place.exists().await?;
    let master_key = master_key::load(&config.master_key, &folder, exists, &*entropy)?;
    if matches!(place, Place::File(_)) {
        folder.make_database_private()?;
    }
    let options = OpenOptions {
        master_key,
        clock: Arc::new(SystemClock),
        entropy: entropy.clone(),
        accept_earlier_clock: config.accept_earlier_clock,
    };
    Ok(OpenStore {
        store: Arc::new(place.open(options).await?),
        entropy,
        _folder: folder,
    })
}

/// Refuses a name that no pool may have, before anything is made.
pub(super) fn check_pool_name(name: &str) -> Result<(), BootError> {
    if is_pool_name(name) {
        Ok(())
    } else {
        Err(BootError::InvalidName(limits::MAX_NAME_CHARS))
    }
}

impl OpenStore {
    /// Makes a pool of a name that was checked.
    pub(super) async fn make_pool(&self, name: &str) -> Result<MadePool, BootError> {
        let (store, entropy) = (self.store.as_ref(), self.entropy.as_ref());
        let made = make_user_pool(store, entropy, name.to_owned(), operator()).await?;
        made.ok_or(BootError::TooMany {
            what: "user pools",
            most: limits::MAX_USER_POOLS,
        })
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
