//! A disk for tests of what SQLite stores: its power can be cut at any moment, and it
//! can be full.
//!
//! SQLite's calls go to the real files, and what changes these is recorded. A cut at a
//! point of the recording is rebuilt into another folder: what was synced before it is
//! there; of what was not, a seeded part is, in whichever order, and the last of it may be
//! torn between two sectors. That is what a drive with a volatile cache may leave behind,
//! and more than most do.
//!
//! A program has one such disk beneath all its connections ([`Disk::of`] puts it there),
//! so tests that use it are a binary of their own.

mod rebuild;
mod recording;
mod vfs;

pub use recording::Disk;

/// SQLite would not take the disk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotInstalled;
