//! `rollcall webhooks`

use super::shared::{Confirmation, Paging, ServerArguments};
use clap::{Args, Subcommand, ValueHint};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum WebhooksCommand {
    List(ListWebhooksArguments),
    Get(GetWebhookArguments),
    Create(CreateWebhookArguments),
    Update(UpdateWebhookArguments),
    Delete(DeleteWebhooksArguments),
    Trigger(TriggerWebhookArguments),
    Logs(WebhookLogsArguments),
}

/// List webhooks, those made last first.
///
/// Needs an access key with the permission `settings`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall webhooks list --json

Exit codes:
  0  listed
  2  an error")]
pub(crate) struct ListWebhooksArguments {
    #[command(flatten)]
    pub(crate) paging: Paging,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object: totalCount and list, the webhooks as the API has them.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Show a webhook.
///
/// Needs an access key with the permission `settings`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall webhooks get 6a0000000000000000000001

Exit codes:
  0  there is such a webhook
  2  an error")]
pub(crate) struct GetWebhookArguments {
    /// The webhook's id.
    #[arg(value_name = "WEBHOOK")]
    pub(crate) webhook: String,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object, the webhook as the API has it.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What happens here, and can be told; `test` comes by `trigger` alone.
const EVENTS: [&str; 19] = [
    "register",
    "login",
    "login:ended",
    "kick",
    "user:created",
    "user:password-changed",
    "user:updated",
    "user:archived",
    "user:unarchived",
    "user:blocked",
    "user:unblocked",
    "user:deleted",
    "user:link-account",
    "user-pool:updated",
    "user-pool:secret-refreshed",
    "application:created",
    "application:updated",
    "application:deleted",
    "application:secret-refreshed",
];

/// What a webhook can be given.
#[derive(Debug, Args)]
pub(crate) struct ChangedWebhook {
    /// Where it is told.
    #[arg(long = "to", value_name = "URL", value_hint = ValueHint::Url)]
    pub(crate) to: Option<String>,
    /// Of what it is told; may be repeated.
    #[arg(long = "event", value_name = "EVENT", value_parser = EVENTS)]
    pub(crate) events: Vec<String>,
    /// How: `application/json` or `application/x-www-form-urlencoded`.
    #[arg(long, value_name = "TYPE", hide_possible_values = true,
        value_parser = ["application/json", "application/x-www-form-urlencoded"])]
    pub(crate) content_type: Option<String>,
    /// Whether it is told of anything.
    #[arg(long, value_name = "BOOL")]
    pub(crate) enabled: Option<bool>,
    /// Read what calls are signed with from standard input, up to its end or first
    /// line break. There is no flag with the secret: other people on this machine
    /// could see it.
    #[arg(long)]
    pub(crate) secret_stdin: bool,
}

/// Make a webhook. It is told in JSON unless --content-type says otherwise.
///
/// Needs an access key with the permission `settings`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall webhooks create Audit --to https://audit.example.com/hook --event login
  rollcall webhooks create Audit --to https://audit.example.com/hook \\
      --event login --event kick --secret-stdin < secret.txt

Exit codes:
  0  made
  2  an error. Without an answer of the server the webhook may have been made.")]
pub(crate) struct CreateWebhookArguments {
    /// The webhook's name for people.
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) webhook: ChangedWebhook,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object, the webhook as the API has it.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Change a webhook. What is not given stays.
///
/// Needs an access key with the permission `settings`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall webhooks update 6a0000000000000000000001 --enabled false

Exit codes:
  0  changed
  2  an error")]
pub(crate) struct UpdateWebhookArguments {
    /// The webhook's id.
    #[arg(value_name = "WEBHOOK")]
    pub(crate) webhook: String,
    /// The webhook's name for people.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) change: ChangedWebhook,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object, the webhook as the API has it.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Delete webhooks with their logs, 1 to 50: all or none. It cannot be undone.
///
/// Needs an access key with the permission `settings`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall webhooks delete 6a0000000000000000000001 --yes

Exit codes:
  0  deleted
  2  an error, or not confirmed; nothing was deleted")]
pub(crate) struct DeleteWebhooksArguments {
    /// The webhooks' ids.
    #[arg(value_name = "WEBHOOK", required = true)]
    pub(crate) webhooks: Vec<String>,
    #[command(flatten)]
    pub(crate) confirmation: Confirmation,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
}

/// Call a webhook now, to try it, and print what it answered as JSON.
///
/// Needs an access key with the permission `settings`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall webhooks trigger 6a0000000000000000000001
  echo '{\"hello\":1}' | rollcall webhooks trigger 6a0000000000000000000001 --body -

Exit codes:
  0  it answered well
  2  an error: it was not reached, or answered with an error")]
pub(crate) struct TriggerWebhookArguments {
    /// The webhook's id.
    #[arg(value_name = "WEBHOOK")]
    pub(crate) webhook: String,
    /// A file with the JSON object to send; `-` is standard input. One that says that
    /// it is a test if not given.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) body: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
}

/// Show how a webhook was called, the last call first.
///
/// Needs an access key with the permission `settings`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall webhooks logs 6a0000000000000000000001 --limit 10

Exit codes:
  0  shown
  2  an error")]
pub(crate) struct WebhookLogsArguments {
    /// The webhook's id.
    #[arg(value_name = "WEBHOOK")]
    pub(crate) webhook: String,
    #[command(flatten)]
    pub(crate) paging: Paging,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object: totalCount and list, the calls as the API has them.
    #[arg(long)]
    pub(crate) json: bool,
}
