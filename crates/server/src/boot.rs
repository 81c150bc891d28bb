//! Wiring: from settings to a running server, and the offline commands on its
//! data folder. The one place of the server that names the store.

mod background;
mod backup;
pub mod doctor;
mod error;
mod folder;
mod init;
mod master_key;
mod migrate_store;
mod node;
mod open;
mod others;
mod place;
mod restore;
mod warming;

pub use backup::{BackupFacts, CopyStep, backup};
pub use error::BootError;
pub use init::{InitTask, IssuedKey, OwnerMade, init, init_owner};
pub use migrate_store::{StorePlace, TransferProgress, Transferred, migrate_store};
pub use node::{Ready, serve};
pub use restore::{RestoredSessions, check_backup, restore};
