//! `rollcall users`

use super::shared::{Confirmation, Paging, ServerArguments, WhichUser, WhichUsers};
use clap::{Args, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum UsersCommand {
    List(ListUsersArguments),
    Get(GetUserArguments),
    Create(CreateUserArguments),
    Update(UpdateUserArguments),
    Delete(DeleteUsersArguments),
    Resign(ResignUsersArguments),
    Import(ImportUsersArguments),
}

/// List users, those made last first.
///
/// Needs an access key with the permission `users:read`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall users list
  rollcall users list --keywords alice
  rollcall users list --all --json | jq -r '.list[].email'

Exit codes:
  0  listed
  2  an error")]
pub(crate) struct ListUsersArguments {
    /// Only users of whom a name, e-mail address or phone number contains this.
    #[arg(long, value_name = "TEXT")]
    pub(crate) keywords: Option<String>,
    #[command(flatten)]
    pub(crate) paging: Paging,
    /// All pages, one after the other.
    #[arg(long, conflicts_with_all = ["page", "limit"])]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object: totalCount and list, the users as the API has them.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Show a user.
///
/// Needs an access key with the permission `users:read`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall users get 6a0000000000000000000001
  rollcall users get alice --user-type username --json

Exit codes:
  0  there is such a user
  2  an error: no such user, wrong key, server not reached, and so on")]
pub(crate) struct GetUserArguments {
    #[command(flatten)]
    pub(crate) which: WhichUser,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object, the user as the API has it, with customData and
    /// identities.
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a user can be given.
#[derive(Debug, Args)]
pub(crate) struct ChangedUser {
    /// Username.
    #[arg(long, value_name = "NAME")]
    pub(crate) username: Option<String>,
    /// E-mail address.
    #[arg(long, value_name = "ADDRESS", value_hint = ValueHint::EmailAddress)]
    pub(crate) email: Option<String>,
    /// Phone number.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) phone: Option<String>,
    /// Country code of the phone number, such as +86.
    #[arg(long, value_name = "CODE")]
    pub(crate) phone_country_code: Option<String>,
    /// Your own id of the user.
    #[arg(long, value_name = "ID")]
    pub(crate) external_id: Option<String>,
    /// Full name.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// `Activated`, `Suspended`, `Deactivated`, `Resigned` or `Archived`. Any but
    /// `Activated` ends all logins.
    #[arg(long, value_name = "STATUS", hide_possible_values = true,
        value_parser = ["Activated", "Suspended", "Deactivated", "Resigned", "Archived"])]
    pub(crate) status: Option<String>,
    /// Read the password from standard input, up to its end or first line break. There
    /// is no flag with the password: other people on this machine could see it.
    #[arg(long)]
    pub(crate) password_stdin: bool,
    /// A file with a JSON object of any members that the API's call has; `-` is
    /// standard input. The flags win over it.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) body: Option<PathBuf>,
}

/// Make a user, with at least one of username, e-mail address and phone number.
///
/// Needs an access key with the permission `users:write`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall users create --username alice --email alice@example.com
  rollcall users create --username alice --password-stdin < password.txt
  echo '{\"customData\":{\"room\":7}}' | rollcall users create --username alice --body -

Exit codes:
  0  made
  2  an error. Without an answer of the server the user may have been made.")]
pub(crate) struct CreateUserArguments {
    #[command(flatten)]
    pub(crate) user: ChangedUser,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object, the user as the API has it.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Change a user. What is not given stays.
///
/// Needs an access key with the permission `users:write`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall users update alice --user-type username --name 'Alice Liddell'
  rollcall users update 6a0000000000000000000001 --status Suspended

Exit codes:
  0  changed
  2  an error")]
pub(crate) struct UpdateUserArguments {
    #[command(flatten)]
    pub(crate) which: WhichUser,
    #[command(flatten)]
    pub(crate) change: ChangedUser,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object, the user as the API has it.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Delete users, and end all their logins. It cannot be undone.
///
/// Up to 50 are deleted together, all or none; more go in several calls. Needs an
/// access key with the permission `users:write`, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall users delete 6a0000000000000000000001
  rollcall users delete alice bob --user-type username --yes

Exit codes:
  0  deleted
  2  an error, or not confirmed; the message says how many were deleted before")]
pub(crate) struct DeleteUsersArguments {
    #[command(flatten)]
    pub(crate) which: WhichUsers,
    #[command(flatten)]
    pub(crate) confirmation: Confirmation,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
}

/// Resign users: their records stay, nobody signs in with them, all their logins end.
///
/// Up to 1,000 go in one call, each that can be. Needs an access key with the
/// permission `users:write`, from the environment: `ROLLCALL_ACCESS_KEY_ID` and
/// `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall users resign 6a0000000000000000000001
  rollcall users resign alice bob --user-type username --yes

Exit codes:
  0  resigned
  2  an error, or not confirmed")]
pub(crate) struct ResignUsersArguments {
    #[command(flatten)]
    pub(crate) which: WhichUsers,
    #[command(flatten)]
    pub(crate) confirmation: Confirmation,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
}

/// How a file of users is written.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ImportFormat {
    /// One JSON object a line, with the members of create-user.
    Jsonl,
    /// A head with names of such members, then one user a line.
    Csv,
}

/// Make many users from a file.
///
/// Every row is read before anything is sent. Then batches go to the server, and what
/// became of each row is added to a report. To go on after an interruption, or after
/// rows were put right in their lines, run the same command again: rows that the report
/// says were made are skipped. After a batch that was not answered, a row whose user is
/// there, with each username, email, phone and externalId of the row, counts as found.
///
/// In a CSV, emailVerified and phoneVerified are true or false, customData and
/// identities are JSON, and an empty cell says nothing. Needs an access key with the
/// permission `users:write`, and `users:read` to find users, from the environment:
/// `ROLLCALL_ACCESS_KEY_ID` and `ROLLCALL_ACCESS_KEY_SECRET`.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  rollcall users import users.csv
  rollcall users import users.jsonl --batch 1000 --report done.jsonl --json

The report has one JSON object a line: {\"rows\":N}, then for each row line,
statusCode, and userId or message; found is true for a user who was there already.
{\"sending\":[FIRST,LAST]} goes before each batch.

Exit codes:
  0  every row's user is there, made now or before
  2  some were not; the report says which and why. Or another error.")]
pub(crate) struct ImportUsersArguments {
    /// The file.
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
    /// How it is written; by the end of its name if not given.
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<ImportFormat>,
    /// The report; FILE.report.jsonl if not given.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) report: Option<PathBuf>,
    /// How many go in one call, 1 to 1,000. Each password takes the server some 25 ms.
    #[arg(long, value_name = "NUMBER", default_value_t = 200,
        value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1000))]
    pub(crate) batch: usize,
    #[command(flatten)]
    pub(crate) server: ServerArguments,
    /// Print one JSON object: created, found, failed, skipped, report.
    #[arg(long)]
    pub(crate) json: bool,
}
