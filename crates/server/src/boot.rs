//! Wiring: from settings to a running server, and the offline commands on its
//! data folder. The one place of the server that names the store.

mod background;
mod backup;
mod error;
mod folder;
mod init;
mod master_key;
mod node;
mod open;
mod restore;

pub use backup::{BackupFacts, CopyStep, backup};
pub use error::BootError;
pub use init::{InitTask, IssuedKey, init};
pub use node::{Ready, serve};
pub use restore::{RestoredSessions, check_backup, restore};
