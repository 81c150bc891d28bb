//! `rollcall keys` and `rollcall pools`

use super::shared::{Confirmation, PERMISSIONS, ServerArguments};
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    List(ListKeysArguments),
    Create(CreateKeyArguments),
    Update(UpdateKeyArguments),
    Rotate(RotateKeyArguments),
    Delete(DeleteKeysArguments),
}

/// List access keys. Secrets are masked.
///
/// Needs an access key with the permission `keys`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall keys list
  rollcall keys list --json

Exit codes:
  0  listed
  2  an error")]
pub(crate) struct ListKeysArguments {
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON list, the keys as the API has them.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Make an access key. Its secret is printed, this once.
///
/// Needs an access key with the permission `keys`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`. The new key may do no
/// more than that one.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall keys create --permissions check
  rollcall keys create --permissions users:read,sessions:read --json

Permissions:
  check, sessions:read, sessions:end, users:read, users:write, apps:read,
  apps:write, apps:secret, keys, settings, audit

Exit codes:
  0  made
  2  an error. Without an answer of the server the key may have been made: delete
     it, since its secret is lost.")]
pub(crate) struct CreateKeyArguments {
    /// What the key may do; all that the caller may if not given.
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = PERMISSIONS,
        hide_possible_values = true)]
    pub(crate) permissions: Vec<String>,
    /// A word for what kind of key it is, for people.
    #[arg(long = "type", value_name = "TYPE", default_value = "access-key")]
    pub(crate) key_type: String,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object, the key as the API has it, with its secret.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Switch an access key on or off, and say what it may do.
///
/// Off acts at once, also for tokens that were made with the key. Needs an access key
/// with the permission `keys`, from the environment: `ROLLCALL_ACCESS_KEY_ID` and
/// `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall keys update 6a0000000000000000000001 --enable false
  rollcall keys update 6a0000000000000000000001 --enable true --permissions check

Permissions:
  check, sessions:read, sessions:end, users:read, users:write, apps:read,
  apps:write, apps:secret, keys, settings, audit

Exit codes:
  0  changed
  2  an error")]
pub(crate) struct UpdateKeyArguments {
    /// The key's id.
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    /// Whether the key may be used.
    #[arg(long, value_name = "BOOL", action = clap::ArgAction::Set)]
    pub(crate) enable: bool,
    /// What the key may do; as before if not given.
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = PERMISSIONS,
        hide_possible_values = true)]
    pub(crate) permissions: Vec<String>,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
}

/// Replace the secret of an access key. The new one is printed, this once.
///
/// The former secret, and tokens that were made with it, are refused from then on.
/// Needs an access key with the permission `keys` and all that the key may do, from the
/// environment: `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`. A user
/// pool's root key is rotated by itself alone; if its secret is lost, by
/// `rollcall init --new-root-secret`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall keys rotate 6a0000000000000000000001
  rollcall keys rotate \"$ROLLCALL_ACCESS_KEY_ID\" --yes --json

Exit codes:
  0  replaced
  2  an error, or not confirmed. Without an answer of the server the secret may have
     been replaced: rotate it again, by another key.")]
pub(crate) struct RotateKeyArguments {
    /// The key's id.
    #[arg(value_name = "KEY")]
    pub(crate) key: String,
    #[command(flatten)]
    pub(crate) confirmation: Confirmation,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object, the key as the API has it, with its secret.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Delete access keys. It cannot be undone.
///
/// Needs an access key with the permission `keys`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall keys delete 6a0000000000000000000001 --yes

Exit codes:
  0  deleted
  2  an error, or not confirmed; the message says how many were deleted before")]
pub(crate) struct DeleteKeysArguments {
    /// The keys' ids.
    #[arg(value_name = "KEY", required = true)]
    pub(crate) keys: Vec<String>,
    #[command(flatten)]
    pub(crate) confirmation: Confirmation,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PoolsCommand {
    Create(CreatePoolArguments),
}

/// Make a user pool. The secret of its root key is printed, this once.
///
/// Needs the root key of the server's first user pool, the one that `init` printed,
/// from the environment: `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall pools create Staff
  rollcall pools create Staff --json

Exit codes:
  0  made
  2  an error. Without an answer of the server the pool may have been made.")]
pub(crate) struct CreatePoolArguments {
    /// The pool's name for people.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object: userPoolId, name, rootKey with its secret.
    #[arg(long)]
    pub(crate) json: bool,
}
