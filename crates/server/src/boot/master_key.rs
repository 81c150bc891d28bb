//! The master key: given, or kept in the data folder.

use super::error::BootError;
use super::folder::{self, DataFolder};
use crate::config::MasterKeySource;
use rollcall_core::entropy::Entropy;
use rollcall_core::limits;
use rollcall_store::MasterKey;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use zeroize::Zeroizing;

/// Reads the key. Only where there is no store yet, and no key was given, does
/// it make one: a store whose key is lost must not look as if it had another.
pub(super) fn load(
    source: &MasterKeySource,
    folder: &DataFolder,
    store_exists: bool,
    entropy: &dyn Entropy,
) -> Result<MasterKey, BootError> {
    match source {
        MasterKeySource::Given(text) => {
            MasterKey::parse(text.as_bytes()).map_err(|_| BootError::MasterKeyInvalid {
                origin: "environment ROLLCALL_MASTER_KEY".to_owned(),
            })
        }
        MasterKeySource::File(path) => read(path),
        MasterKeySource::DataFolder => {
            let path = folder::master_key(folder.path());
            if path.exists() {
                read(&path)
            } else if store_exists {
                Err(BootError::MasterKeyMissing(path))
            } else {
                make(&path, folder.path(), entropy)
            }
        }
    }
}

fn read(path: &Path) -> Result<MasterKey, BootError> {
    let mut bytes = Zeroizing::new(Vec::new());
    let read = File::open(path).and_then(|file| {
        file.take(limits::MAX_KEY_FILE_BYTES)
            .read_to_end(&mut bytes)
    });
    read.and_then(|_| folder::warn_if_open_to_others(path))
        .map_err(|source| unusable(path, source))?;
    MasterKey::parse(&bytes).map_err(|_| BootError::MasterKeyInvalid {
        origin: path.display().to_string(),
    })
}

/// A new key, on disk before the first secret is encrypted under it.
fn make(path: &Path, folder: &Path, entropy: &dyn Entropy) -> Result<MasterKey, BootError> {
    let key = MasterKey::generate(entropy);
    let write = |mut file: File| -> io::Result<()> {
        file.write_all(key.reveal_hex().as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        File::open(folder)?.sync_all()
    };
    let file = folder::new_private_file(path).map_err(|source| unusable(path, source))?;
    if let Err(source) = write(file) {
        // Part of a key, on a full disk: the next start would take it for the key.
        let _ = fs::remove_file(path);
        return Err(unusable(path, source));
    }
    Ok(key)
}

fn unusable(path: &Path, source: io::Error) -> BootError {
    BootError::MasterKeyFile {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;
    use std::os::unix::fs::PermissionsExt as _;

    fn folder() -> (tempfile::TempDir, DataFolder) {
        let parent = tempfile::tempdir().unwrap();
        let folder = DataFolder::take(parent.path()).unwrap();
        (parent, folder)
    }

    #[test]
    fn a_new_store_gets_a_key_of_its_own_and_keeps_it() {
        let (_parent, folder) = folder();
        let entropy = SystemEntropy::new();
        let source = MasterKeySource::DataFolder;
        let first = load(&source, &folder, false, &entropy).unwrap();
        let path = folder::master_key(folder.path());
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, folder::FILE_MODE);
        let again = load(&source, &folder, true, &entropy).unwrap();
        assert_eq!(first.reveal_hex(), again.reveal_hex());
    }

    #[test]
    fn a_lost_key_is_never_replaced() {
        let (_parent, folder) = folder();
        let source = MasterKeySource::DataFolder;
        let error = load(&source, &folder, true, &SystemEntropy::new()).unwrap_err();
        assert!(matches!(error, BootError::MasterKeyMissing(_)), "{error}");
        assert!(!folder::master_key(folder.path()).exists());
    }

    #[test]
    fn a_wrong_key_is_named_by_origin_and_never_printed() {
        let (_parent, folder) = folder();
        let source = MasterKeySource::Given(Zeroizing::new("hunter2".to_owned()));
        let error = load(&source, &folder, false, &SystemEntropy::new()).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("ROLLCALL_MASTER_KEY"), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }
}
