//! Why a file does not open, in the words of whoever has to do something about it.
//!
//! `SQLite` has few words for it: a folder that is full, one that only lets read and a file
//! that is somebody else's may each be a "disk I/O error" or "unable to open database file".
//! The operating system is asked again for the same, and says which.

use crate::records::OpenError;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

/// As much as `SQLite` asks for before anything else: the first part of a log's index
/// (sqlite.org/walformat.html, "The WAL-Index File Format").
const ROOM_BYTES: usize = 32 * 1024;

/// What an answer of the operating system means.
pub(super) fn of(error: &io::Error) -> OpenError {
    let text = error.to_string();
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => OpenError::NotWritable(text),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => OpenError::Full(text),
        _ => OpenError::Io(text),
    }
}

/// The same error, or a clearer one.
pub(super) fn explained(path: &Path, error: OpenError) -> OpenError {
    let OpenError::Io(text) = error else {
        return error;
    };
    if path.is_dir() {
        return OpenError::Io("it is a folder, where a file has to be".to_owned());
    }
    let Err(asked) = ask_again(path) else {
        return OpenError::Io(text);
    };
    match of(&asked) {
        OpenError::Io(_) => OpenError::Io(text),
        clearer => clearer,
    }
}

/// Opens the file as `SQLite` does, and writes as much beside it.
fn ask_again(path: &Path) -> io::Result<()> {
    fs::OpenOptions::new().read(true).write(true).open(path)?;
    let mut beside = path.as_os_str().to_owned();
    beside.push("-room");
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(&beside)?;
    let written = file
        .write_all(&vec![0xa5; ROOM_BYTES])
        .and_then(|()| file.sync_all());
    // What is left of it has no meaning for anybody; the next time takes it again.
    let _ = fs::remove_file(&beside);
    written
}
