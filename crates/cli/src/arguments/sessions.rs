//! `rollcall sessions`

use super::shared::{Confirmation, Paging, ServerArguments, USER_ID_TYPES};
use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum SessionsCommand {
    List(ListSessionsArguments),
    Kick(KickArguments),
    History(HistoryArguments),
    EndAll(EndAllArguments),
}

/// List who is signed in to an application now, or where a user is.
///
/// Needs an access key with the permission `sessions:read`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall sessions list --app 6a0000000000000000000001
  rollcall sessions list --app 6a0000000000000000000001 --all --json
  rollcall sessions list --user alice --user-type username

Exit codes:
  0  listed, also if nobody is signed in
  2  an error")]
#[command(group = clap::ArgGroup::new("of").required(true).args(["app", "user"]))]
pub(crate) struct ListSessionsArguments {
    /// The application's id.
    #[arg(long, value_name = "APP")]
    pub(crate) app: Option<String>,
    /// The user.
    #[arg(long, value_name = "USER", conflicts_with_all = ["page", "limit", "all"])]
    pub(crate) user: Option<String>,
    /// What --user is: `user_id`, `external_id`, `phone`, `email`, `username` or
    /// `identity`; `user_id` if not given.
    #[arg(long, value_name = "TYPE", value_parser = USER_ID_TYPES, hide_possible_values = true, requires = "user")]
    pub(crate) user_type: Option<String>,
    #[command(flatten)]
    pub(crate) paging: Paging,
    /// All pages, one after the other.
    #[arg(long, conflicts_with_all = ["page", "limit"])]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object: totalCount and list of users; with --user one list of
    /// applications.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Sign a user out of applications.
///
/// When it has returned, no check says yes any more. Needs an access key with the
/// permission `sessions:end`, from the environment: `ROLLCALL_ACCESS_KEY_ID` and
/// `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall sessions kick --user 6a0000000000000000000001 --app 6a0000000000000000000002
  rollcall sessions kick --user alice --user-type username --app APP1 --app APP2

Exit codes:
  0  signed out of all of them, also if the user was not signed in
  2  an error; nothing was ended")]
pub(crate) struct KickArguments {
    /// The user.
    #[arg(long, value_name = "USER")]
    pub(crate) user: String,
    /// What --user is: `user_id`, `external_id`, `phone`, `email`, `username` or
    /// `identity`; `user_id` if not given.
    #[arg(long, value_name = "TYPE", value_parser = USER_ID_TYPES, hide_possible_values = true)]
    pub(crate) user_type: Option<String>,
    /// The applications' ids, 1 to 50; may be repeated.
    #[arg(long = "app", value_name = "APP", required = true)]
    pub(crate) apps: Vec<String>,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
}

/// Show when and where a user signed in, the newest first.
///
/// Needs an access key with the permission `sessions:read`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall sessions history --user 6a0000000000000000000001
  rollcall sessions history --user alice --user-type username --page 2 --json
  rollcall sessions history --user alice --user-type username --all

Exit codes:
  0  shown
  2  an error")]
pub(crate) struct HistoryArguments {
    /// The user.
    #[arg(long, value_name = "USER")]
    pub(crate) user: String,
    /// What --user is: `user_id`, `external_id`, `phone`, `email`, `username` or
    /// `identity`; `user_id` if not given.
    #[arg(long, value_name = "TYPE", value_parser = USER_ID_TYPES, hide_possible_values = true)]
    pub(crate) user_type: Option<String>,
    /// Only logins to this application.
    #[arg(long, value_name = "APP")]
    pub(crate) app: Option<String>,
    #[command(flatten)]
    pub(crate) paging: Paging,
    /// All pages, one after the other.
    #[arg(long, conflicts_with_all = ["page", "limit"])]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object: totalCount and list, the logins as the API has them.
    #[arg(long)]
    pub(crate) json: bool,
}

/// End all sessions of a user or of the pool, or all logins in an application.
///
/// When it has returned, no check says yes any more, however many there were. Needs an
/// access key with the permission `sessions:end`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall sessions end-all --user alice --user-type username
  rollcall sessions end-all --app 6a0000000000000000000001 --yes
  rollcall sessions end-all --pool

Exit codes:
  0  ended
  2  an error, or not confirmed; nothing was ended")]
#[command(group = clap::ArgGroup::new("whose").required(true).args(["app", "user", "pool"]))]
pub(crate) struct EndAllArguments {
    /// The user.
    #[arg(long, value_name = "USER")]
    pub(crate) user: Option<String>,
    /// What --user is: `user_id`, `external_id`, `phone`, `email`, `username` or
    /// `identity`; `user_id` if not given.
    #[arg(long, value_name = "TYPE", value_parser = USER_ID_TYPES, hide_possible_values = true, requires = "user")]
    pub(crate) user_type: Option<String>,
    /// The application's id.
    #[arg(long, value_name = "APP")]
    pub(crate) app: Option<String>,
    /// Everybody in the user pool of the access key.
    #[arg(long)]
    pub(crate) pool: bool,
    #[command(flatten)]
    pub(crate) confirmation: Confirmation,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
}
