//! `rollcall backup`: a verified copy of the store in one file, beside a server or not.

use super::error::BootError;
use super::folder;
use super::place::Place;
use crate::config::StoreConfig;
use rollcall_core::time::Timestamp;
use rollcall_store::SqlStore;
use rollcall_store::backup::{self, CopyFacts};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

pub use rollcall_store::backup::CopyStep;

/// What is in a backup.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BackupFacts {
    /// Its size.
    pub bytes: u64,
    /// The version of its schema.
    pub schema_version: i32,
    /// The last instant that the store had told. What came later is not in it.
    pub taken_at: Timestamp,
    /// How much of what.
    pub user_pools: u64,
    /// Access keys of all pools.
    pub access_keys: u64,
    /// Applications of all pools.
    pub applications: u64,
    /// Users of all pools.
    pub users: u64,
    /// Sessions, those that have ended and are kept for the history among them.
    pub sessions: u64,
    /// Logins, in the same way.
    pub logins: u64,
}

impl From<&CopyFacts> for BackupFacts {
    fn from(facts: &CopyFacts) -> Self {
        Self {
            bytes: facts.bytes,
            schema_version: facts.schema_version,
            taken_at: facts.taken_at.unwrap_or_default(),
            user_pools: facts.rows("pools"),
            access_keys: facts.rows("access_keys"),
            applications: facts.rows("applications"),
            users: facts.rows("users"),
            sessions: facts.rows("sessions"),
            logins: facts.rows("logins"),
        }
    }
}

/// Copies the folder's store to a file that is not there yet. It appears once it is
/// whole, verified and on disk; until then it has another name beside that one.
pub fn backup(
    config: &StoreConfig,
    target: &Path,
    told: &mut dyn FnMut(CopyStep),
) -> Result<BackupFacts, BootError> {
    let database = folder::database(&config.data);
    if config.database.is_some() {
        return Err(BootError::NotOfAFile);
    }
    if !SqlStore::exists(&database) {
        return Err(BootError::NoStore(Place::of(config).described()));
    }
    if target.try_exists().unwrap_or(true) {
        return Err(BootError::BackupExists(target.to_owned()));
    }
    let parent = parent_of(target);
    let unwritable = |source: io::Error| BootError::BackupFile {
        path: target.to_owned(),
        source,
    };
    // Made for its owner's eyes alone, and gone if it is not kept.
    let partial = tempfile::Builder::new()
        .prefix(".rollcall-backup-")
        .tempfile_in(&parent)
        .map_err(unwritable)?;
    let facts = backup::copy(&database, partial.path(), told);
    let facts = facts.map_err(|source| BootError::Backup {
        path: target.to_owned(),
        source,
    })?;
    partial
        .persist_noclobber(target)
        .map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => BootError::BackupExists(target.to_owned()),
            _ => unwritable(error.error),
        })?;
    sync_folder(&parent).map_err(unwritable)?;
    Ok(BackupFacts::from(&facts))
}

pub(super) fn parent_of(path: &Path) -> PathBuf {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new(".")).to_owned()
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
