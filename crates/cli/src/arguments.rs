//! The command line, as `--help` tells it.

mod apps;
mod backup;
mod keys;
mod sessions;
mod shared;
mod users;
mod webhooks;

use crate::flags::{Flags, OfServer, OfStore};
use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::Shell;
use std::net::SocketAddr;
use std::path::PathBuf;

pub(crate) use apps::{
    AppsCommand, ChangedApp, CreateAppArguments, DeleteAppsArguments, GetAppArguments,
    ListAppsArguments, SecretArguments, UpdateAppArguments,
};
pub(crate) use backup::{BackupArguments, RestoreArguments};
pub(crate) use keys::{
    CreateKeyArguments, CreatePoolArguments, DeleteKeysArguments, KeysCommand, ListKeysArguments,
    PoolsCommand, RotateKeyArguments, UpdateKeyArguments,
};
pub(crate) use sessions::{
    EndAllArguments, HistoryArguments, KickArguments, ListSessionsArguments, SessionsCommand,
};
use shared::USER_ID_TYPES;

pub(crate) use shared::ServerArguments;
pub(crate) use users::{
    ChangedUser, CreateUserArguments, DeleteUsersArguments, GetUserArguments, ImportFormat,
    ImportUsersArguments, ListUsersArguments, ResignUsersArguments, UpdateUserArguments,
    UsersCommand,
};
pub(crate) use webhooks::{
    ChangedWebhook, CreateWebhookArguments, DeleteWebhooksArguments, GetWebhookArguments,
    ListWebhooksArguments, TriggerWebhookArguments, UpdateWebhookArguments, WebhookLogsArguments,
    WebhooksCommand,
};

/// A self-hosted session authority: is this user signed in to this application, right now?
///
/// It keeps users, applications and sign-ins in one folder, speaks the V3 API of
/// existing SDKs and OpenID Connect, and answers check-session-status from what is
/// true at that moment: an end that was answered is never forgotten.
#[derive(Debug, Parser)]
#[command(
    name = "rollcall",
    version,
    propagate_version = false,
    after_long_help = "\
Examples:
  rollcall demo                         See the whole of it work, narrated
  rollcall init --data ./data           Make a store; prints its access key once
  rollcall serve --data ./data          Serve it on http://127.0.0.1:7250
  rollcall check --app APP --user USER  Ask the running server
  rollcall users list                   Look at what it keeps

Exit codes:
  0  done (check: signed in)
  1  it could not be done (check: not signed in)
  2  it was asked wrongly: usage, configuration, a store that exists already
     (commands that call a running server: any error)"
)]
pub(crate) struct Rollcall {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Init(InitArguments),
    Serve(ServeArguments),
    MigrateStore(MigrateStoreArguments),
    Backup(BackupArguments),
    Restore(RestoreArguments),
    Check(CheckArguments),
    /// Users: who can be signed in.
    #[command(subcommand)]
    Users(UsersCommand),
    /// Applications: what people sign in to.
    #[command(subcommand)]
    Apps(AppsCommand),
    /// Who is signed in where.
    #[command(subcommand)]
    Sessions(SessionsCommand),
    /// Access keys: who may call the management API, and for what.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// User pools: the tenants of the server.
    #[command(subcommand)]
    Pools(PoolsCommand),
    /// Who is told of what happens.
    #[command(subcommand)]
    Webhooks(WebhooksCommand),
    Doctor(DoctorArguments),
    Demo(DemoArguments),
    /// The keys that sign tokens.
    #[command(subcommand)]
    SigningKeys(SigningKeysCommand),
    /// Look at the configuration.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print a script that completes commands in a shell.
    #[command(after_long_help = "\
Example:
  rollcall completions bash > ~/.local/share/bash-completion/completions/rollcall")]
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Write the manual's pages.
    ///
    /// With a folder, one page for each command: rollcall.1, rollcall-users.1 and so
    /// on. Without, the first of them, to standard output.
    #[command(after_long_help = "\
Examples:
  rollcall man | man -l -
  rollcall man /usr/local/share/man/man1")]
    Man {
        /// The folder, which must exist.
        #[arg(value_hint = ValueHint::DirPath)]
        dir: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Explain every setting: its value, where that came from, what it means.
    ///
    /// Takes the flags of `serve`. Secrets are only said to be set.
    #[command(after_long_help = "\
Examples:
  rollcall config check
  rollcall config check --config /etc/rollcall.toml
  ROLLCALL_LISTEN=0.0.0.0:80 rollcall config check --public-url https://id.example.com

Exit codes:
  0  serve would accept these settings
  2  it would not; the message names the key and where its value came from")]
    Check(Flags<OfServer>),
}

/// Make a store with a user pool and its root access key, or another key, pool or
/// root secret.
///
/// Prints the key's secret, this once: it is stored encrypted and never shown
/// again. Works on the data folder itself, so not while a server serves it.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("of_a_pool").args(["new_key", "new_root_secret"]))]
#[command(after_long_help = "\
Examples:
  rollcall init --data ./data
  rollcall init --data ./data --json
  rollcall init --data ./data --new-key --permissions check
  rollcall init --data ./data --new-pool Staff
  rollcall init --data ./data --new-root-secret
  rollcall init --data ./data --owner ann@example.com

Permissions:
  check, sessions:read, sessions:end, users:read, users:write, apps:read,
  apps:write, apps:secret, keys, settings, audit

Exit codes:
  0  made
  1  the folder cannot be written, is being served, or its store does not open
  2  usage or configuration, or a store is there already")]
pub(crate) struct InitArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<OfStore>,
    /// Print one JSON object: accessKeyId, accessKeySecret, userPoolId.
    #[arg(long)]
    pub(crate) json: bool,
    /// The name of the first user pool.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["new_key", "new_pool", "new_root_secret"])]
    pub(crate) name: Option<String>,
    /// Make another access key in a store that exists.
    #[arg(long)]
    pub(crate) new_key: bool,
    /// What the new key may do; everything if not given.
    #[arg(long, value_name = "LIST", value_delimiter = ',', requires = "new_key")]
    pub(crate) permissions: Vec<String>,
    /// The user pool of the new key or secret; the first one if not given.
    #[arg(long, value_name = "ID", requires = "of_a_pool")]
    pub(crate) pool: Option<String>,
    /// Make another user pool in a store that exists.
    #[arg(long, value_name = "NAME", conflicts_with = "new_key")]
    pub(crate) new_pool: Option<String>,
    /// Make another secret of a user pool's root key, where the former one leaked, was
    /// lost or was never shown. The former one is refused from then on, and so are
    /// tokens that were made with it.
    #[arg(long, conflicts_with_all = ["new_key", "new_pool"])]
    pub(crate) new_root_secret: bool,
    /// Make an owner of the whole server in the console, and a store where there is
    /// none. Prints a link with which they choose a password: once, within a day.
    #[arg(long, value_name = "EMAIL", conflicts_with_all = ["new_key", "new_pool", "new_root_secret", "name"])]
    pub(crate) owner: Option<String>,
}

/// Move a store from a data folder to a PostgreSQL database, or back.
///
/// While nobody serves either side. Copies every row as it is, goes on where it was
/// interrupted, and compares both sides by counts and hashes before the target can be
/// served. Nothing is overwritten, and the source stays as it is.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall migrate-store --from ./data --to @/run/secrets/database-url
  rollcall migrate-store --from postgres://rollcall@localhost/rollcall --to ./back

A place is a data folder, a URL (postgres://USER:PASSWORD@HOST:PORT/NAME), or `@` and
a file that holds one: others on the machine can see a password on a command line. The master key is not moved: the target is served with that of the source.

Exit codes:
  0  moved, and the same on both sides
  1  a side does not open, is being served, or was changed meanwhile
  2  usage, no store in the source, or a store in the target already")]
pub(crate) struct MigrateStoreArguments {
    /// A data folder, the URL of a PostgreSQL database, or @FILE: what is read.
    #[arg(long, value_name = "PLACE")]
    pub(crate) from: String,
    /// A data folder, the URL of a PostgreSQL database, or @FILE: what is written, and
    /// has no store yet.
    #[arg(long, value_name = "PLACE")]
    pub(crate) to: String,
    /// Authorities that the databases' certificates may come from, in PEM; those that
    /// this machine believes if not given.
    #[arg(long, value_name = "FILE")]
    pub(crate) database_ca_file: Option<PathBuf>,
    /// Print one JSON object: tables, with table, rows and sha256 of each.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Serve a data folder.
///
/// An empty or missing folder needs no configuration: the store is made there.
/// Prints one line, `listening on URL`, to standard output once it answers; logs
/// go to standard error. SIGTERM and SIGINT let requests in flight finish for
/// `--shutdown-grace` seconds; a second signal stops at once.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall serve --data ./data
  rollcall serve --data /var/lib/rollcall --listen 0.0.0.0:7250 \\
      --public-url https://id.example.com --trusted-proxy 10.0.0.0/8
  rollcall serve --config /etc/rollcall.toml

Exit codes:
  0  stopped by a signal
  1  folder, database, master key, clock or port cannot be used; the message
     says which and why
  2  usage or configuration")]
pub(crate) struct ServeArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<OfServer>,
}

/// Ask a running server whether a user is signed in to an application.
///
/// Prints `active` or `inactive`. Needs an access key with the permission `check`,
/// from the environment: ROLLCALL_ACCESS_KEY_ID and ROLLCALL_ACCESS_KEY_SECRET.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall check --app 6a0000000000000000000001 --user alice@example.com
  rollcall check --app 6a0000000000000000000001 --user alice --user-type username
  if rollcall check --app \"$APP\" --user \"$USER_ID\" > /dev/null; then echo in; fi

Exit codes:
  0  active
  1  inactive
  2  an error: unknown user or application, wrong key, server not reached, and so on
     The message on standard error names statusCode, apiCode and requestId.")]
pub(crate) struct CheckArguments {
    /// The application's id.
    #[arg(long, value_name = "APP")]
    pub(crate) app: String,
    /// The user: any identifier, unless --user-type says which.
    #[arg(long, value_name = "USER")]
    pub(crate) user: String,
    /// What kind of identifier --user is: `user_id`, `external_id`, `phone`, `email`,
    /// `username` or `identity`.
    #[arg(long, value_name = "TYPE", value_parser = USER_ID_TYPES, hide_possible_values = true)]
    pub(crate) user_type: Option<String>,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object: {"active":true} or {"active":false}.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SigningKeysCommand {
    Rotate(RotateArguments),
}

/// Make the keys that sign next, on a running server.
///
/// A new key for each algorithm in use, and for management tokens. It is published
/// at once and signs ten minutes later, when every application has read it; the
/// former one stays published until the last token that it signed has expired, a
/// day after that. Nobody is signed out. While next keys wait no others are made,
/// so the command may be repeated.
///
/// Prints the keys whose tokens are believed. Needs the root key of the server's
/// first user pool, the one that `init` printed, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall signing-keys rotate
  rollcall signing-keys rotate --url https://id.example.com --json

Exit codes:
  0  the next keys are published
  2  an error: wrong key, another key than that root key, server not reached, and so on
     The message on standard error names statusCode, apiCode and requestId.")]
pub(crate) struct RotateArguments {
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON list of keys: kid, alg, state (next, active, retired),
    /// activeFrom, createdAt.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Look whether what is stored agrees with itself, or explain one user.
///
/// Compares sessions, logins, events, tokens, counters, indexes and outboxes, on one
/// snapshot of the database of a data folder. Changes nothing, and works beside the
/// server. With --user it tells where that user is signed in and until when, or since
/// when not and why.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall doctor --data /var/lib/rollcall
  rollcall doctor --data /var/lib/rollcall --json
  rollcall doctor --data /var/lib/rollcall --user alice@example.com

Exit codes:
  0  everything agrees (--user: the user was found)
  1  there is drift; what and where is printed
  2  it could not be looked at: usage, configuration, no store, nobody meant")]
pub(crate) struct DoctorArguments {
    #[command(flatten)]
    pub(crate) settings: Flags<OfStore>,
    /// Explain this user: an id, e-mail, username, phone or external id.
    #[arg(long, value_name = "USER")]
    pub(crate) user: Option<String>,
    /// The user pool of --user; all of them if not given.
    #[arg(long, value_name = "ID", requires = "user")]
    pub(crate) pool: Option<String>,
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Show the main job from end to end, narrated, on a server of its own.
///
/// Starts the real server on a free port of this machine, then calls it over HTTP:
/// a user signs in to two applications, is kicked from one, and signs in again,
/// and after each step check-session-status tells what is true. Every answer is
/// printed as it was received.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall demo          Leaves the server running, to try things; Ctrl-C ends it
  rollcall demo --exit   Ends after the last step

Exit codes:
  0  every answer was as expected
  1  one was not")]
pub(crate) struct DemoArguments {
    /// End after the last step.
    #[arg(long)]
    pub(crate) exit: bool,
    /// Where to listen, on a loopback address; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    /// Keep the store in this folder; a temporary one if not given.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;
    use rollcall_server::config::Setting;

    #[test]
    fn the_command_line_is_well_formed() {
        Rollcall::command().debug_assert();
    }

    /// Every command, not those that only group others.
    fn leaves(command: &clap::Command, into: &mut Vec<clap::Command>) {
        let mut below = command.get_subcommands().peekable();
        if below.peek().is_none() {
            into.push(command.clone());
        }
        for command in below {
            leaves(command, into);
        }
    }

    #[test]
    fn every_command_explains_itself_with_examples() {
        let mut commands = Vec::new();
        leaves(&Rollcall::command(), &mut commands);
        assert!(commands.len() > 30, "{}", commands.len());
        for command in commands {
            let name = command.get_name();
            assert!(command.get_about().is_some(), "{name}");
            let after = command.get_after_long_help().map(ToString::to_string);
            let after = after.unwrap_or_default();
            assert!(after.contains("rollcall "), "{name}: {after}");
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{name} {argument}");
            }
        }
    }

    #[test]
    fn serve_has_the_flag_of_each_setting() {
        let command = Rollcall::command();
        let serve = command.find_subcommand("serve").unwrap();
        let flags: Vec<_> = serve.get_arguments().filter_map(|a| a.get_long()).collect();
        for flag in Setting::ALL.iter().filter_map(|s| s.facts().flag) {
            assert!(flags.contains(&flag.trim_start_matches("--")), "{flag}");
        }
    }

    #[test]
    fn a_switch_needs_no_value_and_a_list_is_given_by_repetition() {
        let parsed = Rollcall::try_parse_from([
            "rollcall",
            "serve",
            "--accept-earlier-clock",
            "--trusted-proxy",
            "10.0.0.0/8",
            "--trusted-proxy",
            "::1",
        ]);
        assert!(parsed.is_ok(), "{parsed:?}");
    }
}
