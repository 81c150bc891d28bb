//! `rollcall restore`: a store from a backup, in a folder that has none. Offline: it
//! takes the folder's lock.

use super::backup::{BackupFacts, CopyStep, sync_folder};
use super::error::BootError;
use super::folder::{self, DataFolder};
use super::master_key;
use super::open::operator;
use crate::clock::SystemClock;
use crate::config::StoreConfig;
use crate::entropy::SystemEntropy;
use rollcall_core::entropy::Entropy;
use rollcall_core::ids::PoolId;
use rollcall_core::ports::logins::{EndScope, EndedAll, Logins as _};
use rollcall_core::ports::{Detail, StoreError};
use rollcall_store::{CopyError, MasterKey, OpenError, OpenOptions, SqlStore, backup};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Of a database: what lies beside it while it is used, or was killed.
const BESIDE: &[&str] = &["-wal", "-shm", "-journal"];

/// What to do with who was signed in when the backup was taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RestoredSessions {
    /// End all of them: who was signed out after the backup stays out.
    End,
    /// Keep them, those that were ended after the backup too.
    Keep,
}

/// Looks at a backup as `restore` does, and restores nothing.
pub fn check_backup(file: &Path) -> Result<BackupFacts, BootError> {
    file.metadata().map_err(|source| unreadable(file, source))?;
    let facts = backup::check(file).map_err(|source| failed(file, source))?;
    Ok(BackupFacts::from(&facts))
}

/// Puts a backup's store into the folder. Under its own name it appears once it is
/// whole, opened with its master key, of this version's schema and on disk.
pub async fn restore(
    config: &StoreConfig,
    file: &Path,
    sessions: RestoredSessions,
    told: &mut dyn FnMut(CopyStep),
) -> Result<BackupFacts, BootError> {
    if config.database.is_some() {
        return Err(BootError::NotOfAFile);
    }
    file.metadata().map_err(|source| unreadable(file, source))?;
    let folder = DataFolder::take(&config.data)?;
    let database = folder::database(&config.data);
    refuse_existing(&database, &config.data)?;
    let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy::new());
    // A key of its own would be no use: what is in the backup has one.
    let master_key = master_key::load(&config.master_key, &folder, true, &*entropy)?;
    let partial = with_suffix(&database, ".restoring");
    let in_folder = |source| BootError::Folder {
        path: config.data.clone(),
        source,
    };
    remove(&partial).map_err(in_folder)?;
    folder::new_private_file(&partial).map_err(in_folder)?;
    let made = make(
        config,
        file,
        &partial,
        sessions,
        (master_key, entropy),
        told,
    )
    .await;
    match made {
        Ok(facts) => {
            fs::rename(&partial, &database)
                .and_then(|()| sync_folder(&config.data))
                .map_err(in_folder)?;
            Ok(facts)
        }
        Err(error) => {
            // What is left is overwritten by the next attempt.
            let _ = remove(&partial);
            Err(error)
        }
    }
}

/// A write-ahead log that was left behind would be taken for the restored store's own.
fn refuse_existing(database: &Path, data: &Path) -> Result<(), BootError> {
    let mut names = BESIDE.iter().map(|suffix| with_suffix(database, suffix));
    let left = names.find(|path| path.exists());
    match left {
        None if !database.exists() => Ok(()),
        Some(left) if !database.exists() => Err(BootError::LeftOver(left)),
        _ => Err(BootError::RestoreOver(data.to_owned())),
    }
}

async fn make(
    config: &StoreConfig,
    file: &Path,
    partial: &Path,
    sessions: RestoredSessions,
    (master_key, entropy): (MasterKey, Arc<dyn Entropy>),
    told: &mut dyn FnMut(CopyStep),
) -> Result<BackupFacts, BootError> {
    let facts = backup::copy(file, partial, told).map_err(|source| failed(file, source))?;
    let options = OpenOptions {
        master_key,
        clock: Arc::new(SystemClock),
        entropy,
        accept_earlier_clock: config.accept_earlier_clock,
    };
    let opened = SqlStore::open(partial, options);
    let store = opened.map_err(|source| failed(file, CopyError::Source(source)))?;
    if sessions == RestoredSessions::End {
        end_all(&store, &facts.pools).await?;
    }
    // The last one to close moves the log into the file, and syncs that.
    drop(store);
    if with_suffix(partial, "-wal").exists() {
        let left = OpenError::Io("its log could not be moved into it".to_owned());
        return Err(failed(file, CopyError::Source(left)));
    }
    Ok(BackupFacts::from(&facts))
}

async fn end_all(store: &SqlStore, pools: &[PoolId]) -> Result<(), BootError> {
    for pool in pools {
        match store
            .end_all_sessions(*pool, EndScope::Pool, operator())
            .await?
        {
            EndedAll::Ended => {}
            EndedAll::ApplicationNotFound | EndedAll::UserNotFound | EndedAll::AmbiguousUser(_) => {
                let detail = Detail("a pool was taken for something in it".to_owned());
                return Err(BootError::Store(StoreError::Fault(detail)));
            }
        }
    }
    Ok(())
}

fn remove(database: &Path) -> io::Result<()> {
    let beside = BESIDE.iter().map(|suffix| with_suffix(database, suffix));
    for path in beside.chain([database.to_owned()]) {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

fn failed(file: &Path, source: CopyError) -> BootError {
    BootError::Restore {
        path: file.to_owned(),
        source,
    }
}

fn unreadable(file: &Path, source: io::Error) -> BootError {
    BootError::BackupFile {
        path: file.to_owned(),
        source,
    }
}
