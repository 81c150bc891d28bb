//! `rollcall migrate-store`: a store moves from a data folder to a database, or back.
//! Offline: of a data folder it takes the lock.

use super::error::BootError;
use super::folder::{self, DataFolder};
use rollcall_store::{DatabaseClock, Pooler, PostgresOptions, StoreAt, described, transfer};
pub use rollcall_store::{TransferProgress, Transferred};
use std::path::PathBuf;

/// One side of the move.
#[derive(Clone, Debug)]
pub enum StorePlace {
    /// A data folder.
    Folder(PathBuf),
    /// A database, and whose certificates it may have.
    Database {
        /// Its URL.
        url: String,
        /// The authorities; the machine's where none are named.
        ca_file: Option<PathBuf>,
    },
}

impl StorePlace {
    /// A place as it is typed: a URL of PostgreSQL, or a folder.
    pub fn parse(text: &str, ca_file: Option<PathBuf>) -> Self {
        let is_url = text.starts_with("postgres://") || text.starts_with("postgresql://");
        if is_url {
            let url = text.to_owned();
            Self::Database { url, ca_file }
        } else {
            Self::Folder(text.into())
        }
    }

    /// As messages name it, without a password.
    pub fn described(&self) -> String {
        match self {
            Self::Folder(path) => format!("the data folder {}", path.display()),
            Self::Database { url, .. } => described(url),
        }
    }

    fn store(&self) -> StoreAt {
        match self {
            Self::Folder(path) => StoreAt::File(folder::database(path)),
            Self::Database { url, ca_file } => StoreAt::Server(PostgresOptions {
                url: url.clone(),
                ca_file: ca_file.clone(),
                pooler: Pooler::Session,
                clock: DatabaseClock::Followed,
            }),
        }
    }

    fn lock(&self) -> Result<Option<DataFolder>, BootError> {
        match self {
            Self::Folder(path) => DataFolder::take(path).map(Some),
            Self::Database { .. } => Ok(None),
        }
    }
}

/// Moves all of a store. Nothing is overwritten, and the source stays as it is. Blocks.
pub fn migrate_store(
    from: &StorePlace,
    to: &StorePlace,
    tell: impl FnMut(TransferProgress<'_>),
) -> Result<Transferred, BootError> {
    // Before the lock makes the folder.
    if let StorePlace::Folder(path) = from
        && !folder::database(path).exists()
    {
        return Err(BootError::NoStore(from.described()));
    }
    let _source = from.lock()?;
    let target = to.lock()?;
    let target_exists = matches!(to, StorePlace::Folder(path) if folder::database(path).exists());
    if let Some(target) = &target
        && !target_exists
    {
        target.make_database_private()?;
    }
    Ok(transfer(&from.store(), &to.store(), tell)?)
}
