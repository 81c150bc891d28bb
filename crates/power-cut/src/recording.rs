//! What was done to the files of a folder, in order.

use crate::{NotInstalled, rebuild, vfs};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

/// One change of a file.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// It was there, with this, when it was first opened.
    Found(Vec<u8>),
    /// It was made.
    Made,
    /// Bytes were written.
    Written {
        /// From here.
        at: u64,
        /// These.
        bytes: Vec<u8>,
    },
    /// It was cut, or made longer, to this length.
    Cut(u64),
    /// What was done to the file until this place of the recording is on the disk for good.
    Synced(usize),
    /// The same of the names in the folder.
    FolderSynced(usize),
    /// It was deleted; for good, if its folder was synced with it.
    Deleted {
        /// Whether it was.
        for_good: bool,
    },
}

/// A folder whose changes are recorded.
pub(crate) struct Recording {
    folder: PathBuf,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    changes: Vec<(String, Change)>,
    lengths: BTreeMap<String, u64>,
    /// How long all files together may be; any length if nothing is said.
    room: Option<u64>,
}

/// Recordings that are going on.
static RECORDINGS: Mutex<Vec<Weak<Recording>>> = Mutex::new(Vec::new());

impl Recording {
    /// The recording that a file belongs to, and the file's name in it.
    pub(crate) fn of(path: &Path) -> Option<(Arc<Self>, String)> {
        let folder = path.parent()?;
        let name = path.file_name()?.to_str()?.to_owned();
        let recordings = RECORDINGS.lock();
        let mut going_on = recordings.iter().filter_map(Weak::upgrade);
        let recording = going_on.find(|recording| recording.folder == folder)?;
        Some((recording, name))
    }

    /// How many changes there are.
    pub(crate) fn position(&self) -> usize {
        self.log.lock().changes.len()
    }

    /// A file is opened that was there before or not.
    pub(crate) fn opened(&self, name: &str, was_there: bool) {
        let mut log = self.log.lock();
        let known = log.lengths.contains_key(name);
        match (was_there, known) {
            (true, true) => {}
            (true, false) => {
                let bytes = fs::read(self.folder.join(name)).unwrap_or_default();
                log.add(name, Change::Found(bytes));
            }
            (false, _) => log.add(name, Change::Made),
        }
    }

    /// Adds a change that was made.
    pub(crate) fn add(&self, name: &str, change: Change) {
        self.log.lock().add(name, change);
    }

    /// How many of these bytes there is room for.
    pub(crate) fn fitting(&self, name: &str, at: u64, bytes: usize) -> usize {
        let log = self.log.lock();
        let Some(room) = log.room else { return bytes };
        let length = log.lengths.get(name).copied().unwrap_or_default();
        let used: u64 = log.lengths.values().sum();
        let free = room.saturating_sub(used);
        let may_end_at = length.max(at) + free;
        let fitting = may_end_at.saturating_sub(at);
        bytes.min(usize::try_from(fitting).unwrap_or(usize::MAX))
    }

    /// Whether the index of a database's log may be this long. It is nothing that a power
    /// cut leaves, so it is no part of the recording; what it needs more than it has needs
    /// room all the same.
    pub(crate) fn has_room_for_index(&self, database: &str, bytes: u64) -> bool {
        let index = self.folder.join(format!("{database}-shm"));
        let length = fs::metadata(index).map_or(0, |found| found.len());
        let log = self.log.lock();
        let used: u64 = log.lengths.values().sum();
        bytes <= length || log.room.is_none_or(|room| used + bytes - length <= room)
    }
}

impl Log {
    fn add(&mut self, name: &str, change: Change) {
        let length = self.lengths.entry(name.to_owned()).or_default();
        match &change {
            Change::Found(bytes) => *length = bytes.len() as u64,
            Change::Made => *length = 0,
            Change::Written { at, bytes } => *length = (*length).max(at + bytes.len() as u64),
            Change::Cut(to) => *length = *to,
            Change::Synced(_) | Change::FolderSynced(_) => {}
            Change::Deleted { .. } => {
                self.lengths.remove(name);
            }
        }
        self.changes.push((name.to_owned(), change));
    }
}

/// The disk beneath one folder.
pub struct Disk(Arc<Recording>);

impl std::fmt::Debug for Disk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Disk").field(&self.0.folder).finish()
    }
}

impl Disk {
    /// Records what SQLite does to the files of this folder from now on.
    pub fn of(folder: &Path) -> Result<Self, NotInstalled> {
        vfs::install()?;
        let recording = Arc::new(Recording {
            // As SQLite names files: without symbolic links.
            folder: folder.canonicalize().map_err(|_| NotInstalled)?,
            log: Mutex::default(),
        });
        let mut recordings = RECORDINGS.lock();
        recordings.retain(|recording| recording.strong_count() > 0);
        recordings.push(Arc::downgrade(&recording));
        Ok(Self(recording))
    }

    /// The present point of the recording. Whatever was answered before was done by
    /// changes before this point.
    pub fn now(&self) -> usize {
        self.0.position()
    }

    /// How long all files are together.
    pub fn used_bytes(&self) -> u64 {
        self.0.log.lock().lengths.values().sum()
    }

    /// Lets all files together be this long and no longer; what is longer already stays.
    pub fn limit_to(&self, bytes: u64) {
        self.0.log.lock().room = Some(bytes);
    }

    /// Lifts the limit.
    pub fn unlimit(&self) {
        self.0.log.lock().room = None;
    }

    /// Writes into another folder what a power cut at this point may have left. The same
    /// seed leaves the same.
    pub fn cut(&self, at: usize, seed: u64, into: &Path) -> io::Result<()> {
        let log = self.0.log.lock();
        let changes = log.changes.get(..at).unwrap_or(&log.changes);
        rebuild::write(changes, seed, into)
    }
}
