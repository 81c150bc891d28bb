//! Why the server or an offline command did not do what it was asked. The texts
//! are for whoever called it: what is wrong, where, and what to do.

use crate::config::ConfigError;
use crate::egress::EgressError;
use crate::passwords::HashingImpossible;
use crate::serve::BindError;
use crate::tls::TlsError;
use crate::tokens::LoadError;
use rollcall_core::ports::StoreError;
use rollcall_store::{CopyError, OpenError, TransferError};
use std::io;
use std::path::PathBuf;

/// It was not done.
#[derive(Debug, thiserror::Error)]
pub enum BootError {
    /// The settings cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// `init` makes a store only where there is none.
    #[error(
        "there is a store in {0} already; `--new-key` makes another access key of it, \
         `--new-pool NAME` another user pool, `--new-root-secret` another secret of a root key"
    )]
    StoreExists(String),
    /// There is nothing to make a key for.
    #[error("there is no store in {0}; `rollcall init` makes one")]
    NoStore(String),
    /// Nobody is meant.
    #[error("no user of {pools} has the id or identifier `{user}`")]
    UnknownUser {
        /// The text.
        user: String,
        /// Where nobody is meant.
        pools: &'static str,
    },
    /// No permission has this name.
    #[error("`{unknown}` is no permission; they are {known}")]
    UnknownPermission {
        /// What was asked for.
        unknown: String,
        /// All of them.
        known: String,
    },
    /// No pool has this id.
    #[error("the store has no user pool `{0}`")]
    UnknownPool(String),
    /// There are as many as there may be.
    #[error("there are {most} {what} already, and no more are made")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        most: u32,
    },
    /// A pool's name is too long, or nothing.
    #[error("a name has 1 to {0} characters, none of them a control character")]
    InvalidName(usize),
    /// An owner is known by an e-mail address.
    #[error("`{0}` is no e-mail address")]
    InvalidEmail(String),
    /// The data folder cannot be used.
    #[error("the data folder {} cannot be used: {source}; {}", path.display(), to_do(source))]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Another process has the lock.
    #[error(
        "the data folder {} is in use by another rollcall process; stop that first",
        .0.display()
    )]
    InUse(PathBuf),
    /// The master key cannot be read or written.
    #[error("the master key file {} cannot be used: {}", path.display(), key_file_explained(source))]
    MasterKeyFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The store is there, its key is not.
    #[error(
        "there is a store, but its master key {} is missing; put the file back, or name the key \
         with --master-key-file, ROLLCALL_MASTER_KEY_FILE or ROLLCALL_MASTER_KEY",
        .0.display()
    )]
    MasterKeyMissing(PathBuf),
    /// What was given is no master key.
    #[error(
        "{origin} holds no master key, which is 32 bytes: raw, or as hexadecimal or base64 text"
    )]
    MasterKeyInvalid {
        /// Where it came from.
        origin: String,
    },
    /// The store did not open.
    #[error("{place} does not open: {}", explained(source))]
    Open {
        /// The database.
        place: String,
        /// Why.
        source: OpenError,
    },
    /// A store was not moved.
    #[error("{0}")]
    Transfer(#[from] TransferError),
    /// A database has ways of its own.
    #[error(
        "a store in a database is backed up and restored with the database's own tools \
         (pg_dump, or base backups with archived logs)"
    )]
    NotOfAFile,
    /// A backup never takes another file's place.
    #[error("there is a file {} already; a backup is written to a new one", .0.display())]
    BackupExists(PathBuf),
    /// The backup's file cannot be used.
    #[error("the backup {} cannot be used: {source}", path.display())]
    BackupFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The store was not backed up.
    #[error("no backup {} was made: {}", path.display(), copy_explained(source))]
    Backup {
        /// What was to be made.
        path: PathBuf,
        /// Why it was not.
        source: CopyError,
    },
    /// A restore never takes another store's place.
    #[error(
        "there is a store in {} already; restore into another folder, or move that store away \
         with all its files",
        .0.display()
    )]
    RestoreOver(PathBuf),
    /// Part of a former store, which would become part of the restored one.
    #[error("there is {}, left from another store; move it away", .0.display())]
    LeftOver(PathBuf),
    /// The backup was not restored.
    #[error("the backup {} is not restored: {}", path.display(), copy_explained(source))]
    Restore {
        /// The backup.
        path: PathBuf,
        /// Why.
        source: CopyError,
    },
    /// The port is taken, or forbidden.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The certificate cannot be used.
    #[error("the listener's TLS cannot be set up: {0}")]
    Tls(#[from] TlsError),
    /// The store failed; it has logged the detail.
    #[error("{0}; the log says more")]
    Store(#[from] StoreError),
    /// The signing keys failed.
    #[error(transparent)]
    Tokens(#[from] LoadError),
    /// There is no memory for a single password hash.
    #[error(transparent)]
    Hashing(#[from] HashingImpossible),
    /// There is no TLS to reach other servers with.
    #[error("requests to other servers cannot be set up: {0}")]
    Egress(#[from] EgressError),
    /// The listener failed.
    #[error("the listener failed: {0}")]
    Listener(io::Error),
}

impl BootError {
    /// The exit code of the command: 2 if it was asked wrongly, 1 if it could
    /// not be done.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Transfer(TransferError::TargetExists | TransferError::NoSource)
            | Self::Config(_)
            | Self::StoreExists(_)
            | Self::NoStore(_)
            | Self::InvalidEmail(_)
            | Self::NotOfAFile
            | Self::BackupExists(_)
            | Self::RestoreOver(_)
            | Self::LeftOver(_)
            | Self::UnknownPermission { .. }
            | Self::UnknownPool(_)
            | Self::UnknownUser { .. }
            | Self::TooMany { .. }
            | Self::InvalidName(_) => 2,
            Self::Folder { .. }
            | Self::InUse(_)
            | Self::MasterKeyFile { .. }
            | Self::MasterKeyMissing(_)
            | Self::MasterKeyInvalid { .. }
            | Self::Open { .. }
            | Self::BackupFile { .. }
            | Self::Backup { .. }
            | Self::Restore { .. }
            | Self::Bind(_)
            | Self::Tls(_)
            | Self::Store(_)
            | Self::Transfer(_)
            | Self::Tokens(_)
            | Self::Hashing(_)
            | Self::Egress(_)
            | Self::Listener(_) => 1,
        }
    }
}

/// What to do about a data folder that cannot be used.
fn to_do(error: &io::Error) -> &'static str {
    if is_full(error) {
        return "make room there, and start again";
    }
    "it must be a folder that this user may write"
}

/// The operating system's text, and what to do where that is not in it.
fn key_file_explained(error: &io::Error) -> String {
    if is_full(error) {
        return format!("{error}; {}", to_do(error));
    }
    error.to_string()
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

/// The store's text, and what to do where that is not in it.
fn explained(error: &OpenError) -> String {
    let advice = match error {
        OpenError::NewerSchema { .. } => {
            "; a newer version of rollcall has used it: run that version or a later one"
        }
        OpenError::WrongMasterKey => {
            "; name the right one with --master-key-file, ROLLCALL_MASTER_KEY_FILE or \
             ROLLCALL_MASTER_KEY"
        }
        OpenError::ClockBehind { .. } => " (--accept-earlier-clock)",
        OpenError::Full(_) => {
            "; nothing was changed, and nothing is lost: make room there, and start again"
        }
        OpenError::Unfinished => {
            "; `rollcall migrate-store` with the same source and target goes on with it"
        }
        OpenError::OldServer { .. }
        | OpenError::NotWritable(_)
        | OpenError::Damaged(_)
        | OpenError::OlderSchema { .. }
        | OpenError::Io(_) => "",
    };
    format!("{error}{advice}")
}

/// The same for a copy of a store.
fn copy_explained(error: &CopyError) -> String {
    match error {
        CopyError::Source(error) => explained(error),
        CopyError::Empty
        | CopyError::Copy(_)
        | CopyError::NotWhole(_)
        | CopyError::NotTheSame(_) => error.to_string(),
    }
}
