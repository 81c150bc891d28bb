//! `rollcall backup` and `rollcall restore`, as `--help` tells them.

use crate::flags::{Flags, OfStore};
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// Copy the store of a data folder to one file, while it is served or not.
///
/// The copy is the store as it was at one instant. It is verified (SQLite's integrity
/// check, the schema's version, the rows of each table), on disk, and readable for its
/// owner alone before it appears under its name; a file that is there already is never
/// overwritten. The server is not stopped and goes on answering.
///
/// The master key is not in it, and without that key the secrets in it cannot be read:
/// keep a copy of the key, apart from the backups.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall backup --data /var/lib/rollcall /backup/rollcall-2026-11-26.db
  rollcall backup --data /var/lib/rollcall \"/backup/$(date +%F).db\" --json

Exit codes:
  0  the backup is there and was verified
  1  it could not be made; nothing is left under its name
  2  usage or configuration, no store there, or a file of that name")]
pub(crate) struct BackupArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<OfStore>,
    /// The backup to write.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// Print one JSON object: file, bytes, schemaVersion, takenAt, userPools,
    /// accessKeys, applications, users, sessions, logins.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Make the store of a data folder from a backup.
///
/// The folder must hold no store. The backup is verified again, opened with its master
/// key (`master.key` in the folder, or one that is named), brought to this version's
/// schema, and appears in the folder once it is whole and on disk.
///
/// What happened after the backup was taken is undone by this: who was signed out since
/// then would be signed in again, and a refresh token that was used would be good again.
/// So all sessions in it are ended, unless --keep-sessions is given. Nothing else is
/// done: users who were suspended or deleted since then, passwords and secrets that were
/// changed and access keys that were taken away are as they were.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("of_sessions").args(["end_all_sessions", "keep_sessions", "check"]))]
#[command(after_long_help = "\
Examples:
  rollcall restore --check /backup/rollcall-2026-11-26.db
  rollcall restore --data /var/lib/rollcall /backup/rollcall-2026-11-26.db
  rollcall restore --data ./data --master-key-file /safe/master.key backup.db --json

Exit codes:
  0  restored (with --check: it is whole)
  1  it could not be: the backup is damaged, the master key is not the one that it was
     made with, the folder is being served or cannot be written; no store is left there
  2  usage or configuration, or a store is there already")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct RestoreArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<OfStore>,
    /// The backup.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// End all sessions of the backup, so that nobody is signed in who was signed out
    /// after it was taken. This is what is done if nothing else is said.
    #[arg(long)]
    pub(crate) end_all_sessions: bool,
    /// Keep who was signed in when the backup was taken, although some of them may have
    /// been signed out since then.
    #[arg(long)]
    pub(crate) keep_sessions: bool,
    /// Read the backup whole, tell what is in it, and restore nothing.
    #[arg(long)]
    pub(crate) check: bool,
    /// Print one JSON object: that of `backup`, and allSessionsEnded unless --check is
    /// given.
    #[arg(long)]
    pub(crate) json: bool,
}
