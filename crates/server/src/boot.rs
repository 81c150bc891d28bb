//! Wiring: from settings to a running server, and the offline commands on its
//! data folder. The one place of the server that names the store.

mod background;
mod error;
mod folder;
mod init;
mod master_key;
mod node;
mod open;

pub use error::BootError;
pub use init::{InitTask, IssuedKey, OwnerMade, init, init_owner};
pub use node::{Ready, serve};
