//! SQLite's way to files (sqlite.org/c3ref/vfs.html), with a recording beside it.
//!
//! It is a copy of the operating system's own, in which opening and deleting are ours.
//! An opened file keeps its own object; only its table of methods is exchanged for a copy
//! in which writing, cutting, syncing and closing are ours, and asking for the index in
//! shared memory, for which there may be no room. All of ours call what they replace. So
//! memory, locks and that index are what they always are.

#![allow(
    unsafe_code,
    reason = "the interface is one of C; each block has its proof"
)]

use crate::NotInstalled;
use crate::recording::{Change, Recording};
use parking_lot::Mutex;
use rusqlite::ffi::{
    SQLITE_CANTOPEN, SQLITE_FULL, SQLITE_IOERR, SQLITE_IOERR_SHMSIZE, SQLITE_OK,
    SQLITE_OPEN_CREATE, SQLITE_OPEN_MAIN_JOURNAL, SQLITE_OPEN_SUPER_JOURNAL, SQLITE_OPEN_WAL,
    sqlite3_file, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs, sqlite3_vfs_find,
    sqlite3_vfs_register,
};
use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::PathBuf;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

const NAME: &CStr = c"power-cut";

/// The operating system's own, and a table for each of its tables of methods.
struct Real {
    vfs: sqlite3_vfs,
    tables: Mutex<HashMap<usize, &'static Tables>>,
    files: Mutex<HashMap<usize, File>>,
}

// SAFETY: `sqlite3_vfs` is not `Send` only for its pointers. They lead to constants of
// SQLite (its name, its functions, its finder of methods) or are not followed by us
// (`pNext`), and its functions may be called from any thread (SQLite is built with
// SQLITE_THREADSAFE=1).
unsafe impl Send for Real {}
// SAFETY: as above; nothing behind the pointers is changed, and the maps have a lock.
unsafe impl Sync for Real {}

/// A table of methods and the one that it replaces.
struct Tables {
    real: sqlite3_io_methods,
    ours: sqlite3_io_methods,
}

/// An open file that is recorded or not.
#[derive(Clone)]
struct File {
    tables: &'static Tables,
    recorded: Option<(Arc<Recording>, String)>,
    /// Whether its next sync syncs the names in its folder too.
    syncs_folder: Arc<AtomicBool>,
}

/// Files whose making is synced with their first bytes: the operating system's way to
/// files does so for journals and logs that it may make (os_unix.c, UNIXFILE_DIRSYNC).
const SYNCED_WITH_FOLDER: c_int =
    SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL;

static REAL: OnceLock<Option<Real>> = OnceLock::new();

/// Makes it the one that connections take, once in a process.
pub(crate) fn install() -> Result<(), NotInstalled> {
    REAL.get_or_init(register)
        .as_ref()
        .map(|_| ())
        .ok_or(NotInstalled)
}

fn register() -> Option<Real> {
    // SAFETY: null asks for the default one; SQLite initialises itself.
    let found = unsafe { sqlite3_vfs_find(ptr::null()) };
    // SAFETY: SQLite answers null or a pointer to an object that is valid for good, since
    // nobody in this process takes away the default one.
    let real = *unsafe { found.as_ref() }?;
    let ours = Box::leak(Box::new(sqlite3_vfs {
        pNext: ptr::null_mut(),
        zName: NAME.as_ptr(),
        xOpen: Some(open),
        xDelete: Some(delete),
        ..real
    }));
    // SAFETY: the object lives as long as the process and is changed by SQLite alone. Its
    // other functions are those of the original, which use of the object that they are
    // given nothing but what was copied (`pAppData`, `mxPathname`).
    let registered = unsafe { sqlite3_vfs_register(ours, 1) };
    (registered == SQLITE_OK).then(|| Real {
        vfs: real,
        tables: Mutex::default(),
        files: Mutex::default(),
    })
}

fn real() -> Option<&'static Real> {
    // While `register` runs nobody has our table yet, so this is never the first call.
    REAL.get().and_then(Option::as_ref)
}

impl Real {
    /// Our table for one of theirs.
    fn tables(&self, theirs: &sqlite3_io_methods) -> &'static Tables {
        let mut tables = self.tables.lock();
        let known = tables.entry(ptr::from_ref(theirs) as usize);
        known.or_insert_with(|| {
            let real = *theirs;
            let ours = sqlite3_io_methods {
                xClose: Some(close),
                xWrite: Some(write),
                xTruncate: Some(truncate),
                xSync: Some(sync),
                xShmMap: real.xShmMap.and(Some(shm_map)),
                ..real
            };
            Box::leak(Box::new(Tables { real, ours }))
        })
    }

    fn file(&self, file: *mut sqlite3_file) -> Option<File> {
        self.files.lock().get(&(file as usize)).cloned()
    }
}

/// The path of a file; none for one without a name, which is temporary.
fn path(name: *const c_char) -> Option<PathBuf> {
    if name.is_null() {
        return None;
    }
    // SAFETY: SQLite gives null or a text that ends with a null byte and is valid during
    // the call.
    let name = unsafe { CStr::from_ptr(name) };
    name.to_str().ok().map(PathBuf::from)
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    let Some((real, open)) = real().and_then(|real| Some((real, real.vfs.xOpen?))) else {
        return SQLITE_CANTOPEN;
    };
    let path = path(name);
    let was_there = path.as_ref().is_some_and(|path| path.exists());
    // SAFETY: these are SQLite's own arguments of this call; the object has `szOsFile`
    // bytes, which we copied.
    let code = unsafe { open(vfs, name, file, flags, out_flags) };
    if code != SQLITE_OK {
        // Its methods, if any, are the original ones, and nothing of ours is left.
        return code;
    }
    // SAFETY: `file` was filled by the call that succeeded, and nobody else has it yet.
    let object = unsafe { &mut *file };
    // SAFETY: a file that was opened has a table of methods, which is a constant.
    let Some(theirs) = (unsafe { object.pMethods.as_ref() }) else {
        return SQLITE_CANTOPEN;
    };
    let tables = real.tables(theirs);
    let recorded = path.and_then(|path| Recording::of(&path));
    if let Some((recording, name)) = &recorded {
        recording.opened(name, was_there);
    }
    let syncs_folder = flags & SQLITE_OPEN_CREATE != 0 && flags & SYNCED_WITH_FOLDER != 0;
    let opened = File {
        tables,
        recorded,
        syncs_folder: Arc::new(AtomicBool::new(syncs_folder)),
    };
    real.files.lock().insert(file as usize, opened);
    // The original finds nothing by this pointer: each of its functions is one for the
    // kind of file that it was made for.
    object.pMethods = &raw const tables.ours;
    SQLITE_OK
}

unsafe extern "C" fn delete(vfs: *mut sqlite3_vfs, name: *const c_char, sync_dir: c_int) -> c_int {
    let Some(delete) = real().and_then(|real| real.vfs.xDelete) else {
        return SQLITE_IOERR;
    };
    // SAFETY: SQLite's own arguments of this call.
    let code = unsafe { delete(vfs, name, sync_dir) };
    if code == SQLITE_OK
        && let Some((recording, name)) = path(name).and_then(|path| Recording::of(&path))
    {
        let for_good = sync_dir != 0;
        recording.add(&name, Change::Deleted { for_good });
    }
    code
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    let closed = real().and_then(|real| real.files.lock().remove(&(file as usize)));
    let Some((closed, close)) = closed.and_then(|f| Some((f.tables, f.tables.real.xClose?))) else {
        return SQLITE_IOERR;
    };
    // SAFETY: SQLite closes a file that it opened, once, and nobody else has it.
    let object = unsafe { &mut *file };
    object.pMethods = &raw const closed.real;
    // SAFETY: the file's own method for the file.
    unsafe { close(file) }
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    bytes: *const c_void,
    count: c_int,
    at: sqlite3_int64,
) -> c_int {
    let open = real().and_then(|real| real.file(file));
    let Some((open, write)) = open.and_then(|f| f.tables.real.xWrite.map(|write| (f, write)))
    else {
        return SQLITE_IOERR;
    };
    let Some((recording, name)) = open.recorded else {
        // SAFETY: the file's own method with SQLite's own arguments.
        return unsafe { write(file, bytes, count, at) };
    };
    let (Ok(length), Ok(place)) = (usize::try_from(count), u64::try_from(at)) else {
        return SQLITE_IOERR;
    };
    let fitting = recording.fitting(&name, place, length);
    let code = match c_int::try_from(fitting) {
        Ok(0) => SQLITE_OK,
        // SAFETY: the file's own method; it reads no more than SQLite gave.
        Ok(fitting) => unsafe { write(file, bytes, fitting, at) },
        Err(_) => SQLITE_IOERR,
    };
    if code != SQLITE_OK {
        return code;
    }
    // SAFETY: SQLite gives `count` bytes that are valid during the call.
    let bytes = unsafe { std::slice::from_raw_parts(bytes.cast::<u8>(), fitting) };
    let bytes = bytes.to_vec();
    recording.add(&name, Change::Written { at: place, bytes });
    if fitting < length {
        SQLITE_FULL
    } else {
        SQLITE_OK
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    let open = real().and_then(|real| real.file(file));
    let Some((open, truncate)) = open.and_then(|f| f.tables.real.xTruncate.map(|t| (f, t))) else {
        return SQLITE_IOERR;
    };
    // SAFETY: the file's own method with SQLite's own arguments.
    let code = unsafe { truncate(file, size) };
    if code == SQLITE_OK
        && let Some((recording, name)) = open.recorded
        && let Ok(size) = u64::try_from(size)
    {
        recording.add(&name, Change::Cut(size));
    }
    code
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    let open = real().and_then(|real| real.file(file));
    let Some((open, sync)) = open.and_then(|f| f.tables.real.xSync.map(|sync| (f, sync))) else {
        return SQLITE_IOERR;
    };
    // What comes while it goes on is not promised by it.
    let before = open
        .recorded
        .as_ref()
        .map(|(recording, _)| recording.position());
    // SAFETY: the file's own method with SQLite's own arguments.
    let code = unsafe { sync(file, flags) };
    if code == SQLITE_OK
        && let Some((recording, name)) = open.recorded
        && let Some(before) = before
    {
        recording.add(&name, Change::Synced(before));
        if open.syncs_folder.swap(false, Ordering::SeqCst) {
            recording.add(&name, Change::FolderSynced(before));
        }
    }
    code
}

/// A part of the index of a log, for which the file of the index is made longer if it has
/// to be. Without room the operating system's own answers what is answered here
/// (os_unix.c, `unixShmMap`).
unsafe extern "C" fn shm_map(
    file: *mut sqlite3_file,
    part: c_int,
    part_bytes: c_int,
    extend: c_int,
    found: *mut *mut c_void,
) -> c_int {
    let open = real().and_then(|real| real.file(file));
    let Some((open, shm_map)) = open.and_then(|f| f.tables.real.xShmMap.map(|map| (f, map))) else {
        return SQLITE_IOERR;
    };
    if extend != 0
        && let Some((recording, name)) = open.recorded
        && let (Ok(part), Ok(bytes)) = (u64::try_from(part), u64::try_from(part_bytes))
        && !recording.has_room_for_index(&name, (part + 1) * bytes)
    {
        return SQLITE_IOERR_SHMSIZE;
    }
    // SAFETY: the file's own method with SQLite's own arguments.
    unsafe { shm_map(file, part, part_bytes, extend, found) }
}
