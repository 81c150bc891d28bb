//! `rollcall apps`

use super::shared::{Confirmation, Paging, ServerArguments};
use clap::{Args, Subcommand, ValueHint};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum AppsCommand {
    List(ListAppsArguments),
    Get(GetAppArguments),
    Create(CreateAppArguments),
    Update(UpdateAppArguments),
    Delete(DeleteAppsArguments),
    Secret(SecretArguments),
}

/// List applications, those made last first.
///
/// Needs an access key with the permission `apps:read`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall apps list
  rollcall apps list --all --json | jq -r '.list[].appId'

Exit codes:
  0  listed
  2  an error")]
pub(crate) struct ListAppsArguments {
    /// Only applications whose name contains this.
    #[arg(long, value_name = "TEXT")]
    pub(crate) keywords: Option<String>,
    #[command(flatten)]
    pub(crate) paging: Paging,
    /// All pages, one after the other.
    #[arg(long, conflicts_with_all = ["page", "limit"])]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object: totalCount and list, the applications as the API has
    /// them.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Show an application. Its secret is not shown.
///
/// Needs an access key with the permission `apps:read`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall apps get 6a0000000000000000000001
  rollcall apps get 6a0000000000000000000001 --json

Exit codes:
  0  there is such an application
  2  an error: no such application, wrong key, server not reached, and so on")]
pub(crate) struct GetAppArguments {
    /// The application's id.
    #[arg(value_name = "APP")]
    pub(crate) app: String,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object, the application as the API has it.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What an application can be given.
#[derive(Debug, Args)]
pub(crate) struct ChangedApp {
    /// `web`, `spa`, `native`, `mini-program` or `api`; a new one is `web` if not
    /// given.
    #[arg(long = "type", value_name = "TYPE", hide_possible_values = true,
        value_parser = ["web", "spa", "native", "mini-program", "api"])]
    pub(crate) app_type: Option<String>,
    /// Where people may come back to after signing in; may be repeated. Replaces the
    /// list.
    #[arg(long = "redirect-uri", value_name = "URI", value_hint = ValueHint::Url)]
    pub(crate) redirect_uris: Vec<String>,
    /// Where people may come back to after signing out; may be repeated. Replaces the
    /// list.
    #[arg(long = "logout-redirect-uri", value_name = "URI", value_hint = ValueHint::Url)]
    pub(crate) logout_redirect_uris: Vec<String>,
    /// A file with a JSON object of any members that the API's call has; `-` is
    /// standard input. The flags win over it.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) body: Option<PathBuf>,
}

/// Make an application.
///
/// Its secret is not printed: `rollcall apps secret` does that. Needs an access key
/// with the permission `apps:write`, from the environment: `ROLLCALL_ACCESS_KEY_ID`
/// and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall apps create Shop --redirect-uri https://shop.example.com/callback
  rollcall apps create Phone --type native --redirect-uri com.example.phone:/callback
  echo '{\"oidcConfig\":{\"access_token_expire\":600}}' | rollcall apps create Bank --body -

Exit codes:
  0  made
  2  an error. Without an answer of the server the application may have been made.")]
pub(crate) struct CreateAppArguments {
    /// The application's name for people.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) app: ChangedApp,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object, the application as the API has it.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Change an application. What is not given stays.
///
/// Needs an access key with the permission `apps:write`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall apps update 6a0000000000000000000001 --name Market
  rollcall apps update 6a0000000000000000000001 --enabled false

Exit codes:
  0  changed
  2  an error")]
pub(crate) struct UpdateAppArguments {
    /// The application's id.
    #[arg(value_name = "APP")]
    pub(crate) app: String,
    /// The application's name for people.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// Whether people can be signed in to it. Switching it off ends all its logins,
    /// and switching it on revives none.
    #[arg(long, value_name = "BOOL")]
    pub(crate) enabled: Option<bool>,
    #[command(flatten)]
    pub(crate) change: ChangedApp,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object, the application as the API has it.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Delete applications, and end all their logins. It cannot be undone.
///
/// Needs an access key with the permission `apps:write`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall apps delete 6a0000000000000000000001
  rollcall apps delete 6a0000000000000000000001 --yes

Exit codes:
  0  deleted
  2  an error, or not confirmed; the message says how many were deleted before")]
pub(crate) struct DeleteAppsArguments {
    /// The applications' ids.
    #[arg(value_name = "APP", required = true)]
    pub(crate) apps: Vec<String>,
    #[command(flatten)]
    pub(crate) confirmation: Confirmation,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
}

/// Print the secret of an application.
///
/// The secret and nothing else, on one line; asking leaves a row in the audit log.
/// Needs an access key with the permission `apps:secret`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  SECRET=$(rollcall apps secret 6a0000000000000000000001)
  rollcall apps secret 6a0000000000000000000001 --refresh

Exit codes:
  0  printed
  2  an error, or not confirmed")]
pub(crate) struct SecretArguments {
    /// The application's id.
    #[arg(value_name = "APP")]
    pub(crate) app: String,
    /// Make a new secret first. The former one is refused from then on, for good.
    #[arg(long)]
    pub(crate) refresh: bool,
    #[command(flatten)]
    pub(crate) confirmation: Confirmation,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object: {"secret":"SECRET"}.
    #[arg(long)]
    pub(crate) json: bool,
}
