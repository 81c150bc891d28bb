//! Where it is kept: all SQL of the product.
//!
//! The records (`records`) are written once, over two engines: a `SQLite` file
//! (`sqlite`) and a PostgreSQL server (`postgres`). What every engine promises is
//! written at the ports of `rollcall-core`; the contract suite in `tests/contract`
//! holds each engine to it.

mod postgres;
mod records;
mod remembered;
pub mod sealed;
mod sql;
mod sqlite;
mod transfer;

pub use postgres::{DatabaseClock, Pooler, PostgresOptions, described};
pub use records::{Doctor, Examination, Explanation, Finding, LoginExplained, Mark, Subject};
pub use records::{OpenError, OpenOptions, SqlStore};
pub use sealed::MasterKey;
pub use sqlite::backup;
pub use sqlite::backup::CopyError;
pub use transfer::{StoreAt, TransferError, TransferProgress, Transferred, transfer};

use std::path::Path;

impl SqlStore {
    /// Opens the store in this file, or makes it. One process at a time: the
    /// caller holds the lock of the data folder.
    pub fn open(path: &Path, options: OpenOptions) -> Result<Self, OpenError> {
        sqlite::open(path, options)
    }

    /// Whether there is a file to open.
    pub fn exists(path: &Path) -> bool {
        path.exists()
    }

    /// Whether there is a store in this database. Blocks.
    pub fn exists_in(server: &PostgresOptions) -> Result<bool, OpenError> {
        postgres::exists(server)
    }

    /// Opens the store in this database, or makes it. Any number of nodes may.
    /// Blocks: call it where blocking is allowed.
    pub fn connect(server: &PostgresOptions, options: OpenOptions) -> Result<Self, OpenError> {
        postgres::open(server, options)
    }
}
