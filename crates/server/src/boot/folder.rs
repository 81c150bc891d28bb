//! The data folder and its lock.

use super::error::BootError;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

const DATABASE: &str = "rollcall.db";
const MASTER_KEY: &str = "master.key";
const LOCK: &str = "lock";

/// Only the server's own user reads what is in the folder.
pub(super) const FOLDER_MODE: u32 = 0o700;
pub(super) const FILE_MODE: u32 = 0o600;

/// What the group and others may do with a file or folder.
const OF_OTHERS: u32 = 0o077;

/// The database of a data folder.
pub(super) fn database(data: &Path) -> PathBuf {
    data.join(DATABASE)
}

/// The master key of a data folder, where no other is given.
pub(super) fn master_key(data: &Path) -> PathBuf {
    data.join(MASTER_KEY)
}

/// The data folder, held by this process alone until it is dropped.
#[derive(Debug)]
pub(super) struct DataFolder {
    path: PathBuf,
    /// The kernel lets go of the lock with the file, however the process ends. None
    /// where nothing in the folder is changed while it is used.
    _lock: Option<File>,
}

impl DataFolder {
    /// Makes the folder if it is not there, and takes its lock.
    pub(super) fn take(path: &Path) -> Result<Self, BootError> {
        let unusable = |source| BootError::Folder {
            path: path.to_owned(),
            source,
        };
        make(path).map_err(unusable)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(FILE_MODE)
            .open(path.join(LOCK))
            .map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                _lock: Some(lock),
            }),
            Err(TryLockError::WouldBlock) => Err(BootError::InUse(path.to_owned())),
            Err(TryLockError::Error(source)) => Err(unusable(source)),
        }
    }

    /// Makes the folder if it is not there, for this process and others.
    pub(super) fn share(path: &Path) -> Result<Self, BootError> {
        make(path).map_err(|source| BootError::Folder {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            path: path.to_owned(),
            _lock: None,
        })
    }

    /// Its path.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes the database's file, so that it is private from its first byte.
    pub(super) fn make_database_private(&self) -> Result<(), BootError> {
        match new_private_file(&database(&self.path)) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            Err(source) => Err(BootError::Folder {
                path: self.path.clone(),
                source,
            }),
        }
    }
}

fn make(path: &Path) -> io::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(FOLDER_MODE)
        .create(path)?;
    warn_if_open_to_others(path)
}

/// A new file that only this user reads.
pub(super) fn new_private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(FILE_MODE)
        .open(path)
}

/// Says so when others than this user may read what is secret. It may be meant,
/// so it is no reason not to start.
pub(super) fn warn_if_open_to_others(path: &Path) -> io::Result<()> {
    let mode = path.metadata()?.permissions().mode();
    if mode & OF_OTHERS != 0 {
        let mode = format!("{:o}", mode & 0o777);
        let path = path.display();
        tracing::warn!(%path, mode, "the group or others have access; only this user should");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn the_folder_is_private_and_held_by_one_at_a_time() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a/b");
        let folder = DataFolder::take(&path).unwrap();
        assert_eq!(mode(&path), FOLDER_MODE);
        assert_eq!(mode(&path.join(LOCK)), FILE_MODE);
        assert!(matches!(DataFolder::take(&path), Err(BootError::InUse(_))));
        drop(folder);
        assert!(DataFolder::take(&path).is_ok());
    }

    #[test]
    fn a_file_in_the_folders_place_is_no_folder() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = DataFolder::take(file.path()).unwrap_err();
        assert!(matches!(error, BootError::Folder { .. }), "{error}");
    }

    #[test]
    fn the_database_is_private_from_its_first_byte() {
        let parent = tempfile::tempdir().unwrap();
        let folder = DataFolder::take(parent.path()).unwrap();
        folder.make_database_private().unwrap();
        folder.make_database_private().unwrap();
        assert_eq!(mode(&database(folder.path())), FILE_MODE);
    }
}
