//! `rollcall users`: a client of the server, never of its store.

use super::import;
use super::remote::{Remote, show, told, user_type};
use crate::arguments::{
    ChangedUser, CreateUserArguments, DeleteUsersArguments, GetUserArguments, ListUsersArguments,
    ResignUsersArguments, UpdateUserArguments, UsersCommand,
};
use crate::failure::Failure;
use crate::input::{Body, confirm, secret_from_stdin};
use crate::table::{Table, facts, or_empty};
use rollcall_client::UserIdType;
use rollcall_client::types::{
    DeleteUsersBatchDto, GetUserQuery, ListUsersOptionsDto, ListUsersRequestDto, PaginationDto,
    ResignUserBatchReqDto, UserDto, UserPagingDto, Whole,
};
use std::path::Path;
use std::process::ExitCode;

/// How many the API deletes in one call.
const AT_ONCE: usize = 50;

pub(crate) async fn run(command: UsersCommand) -> Result<ExitCode, Failure> {
    match command {
        UsersCommand::List(arguments) => list(arguments).await,
        UsersCommand::Get(arguments) => get(arguments).await,
        UsersCommand::Create(arguments) => create(arguments).await,
        UsersCommand::Update(arguments) => update(arguments).await,
        UsersCommand::Delete(arguments) => delete(arguments).await,
        UsersCommand::Resign(arguments) => resign(arguments).await,
        UsersCommand::Import(arguments) => import::run(arguments).await,
    }
}

async fn list(arguments: ListUsersArguments) -> Result<ExitCode, Failure> {
    let remote = Remote::new(arguments.server)?;
    let request = ListUsersRequestDto {
        keywords: arguments.keywords,
        options: Some(ListUsersOptionsDto {
            pagination: Some(PaginationDto {
                page: Some(arguments.paging.page.into()),
                limit: Some(arguments.paging.limit.into()),
            }),
            ..ListUsersOptionsDto::default()
        }),
        ..ListUsersRequestDto::default()
    };
    let paging = if arguments.all {
        let list = remote
            .all(remote.client.all_users(request), "users")
            .await?;
        UserPagingDto {
            total_count: Whole::try_from(list.len() as u64).unwrap_or_default(),
            list,
        }
    } else {
        remote.answered(remote.client.list_users(&request).await)?
    };
    show(arguments.json, &paging, |paging| table(&paging.list))
}

/// Users, one a line.
pub(super) fn table(users: &[UserDto]) -> String {
    let mut table = Table::new(["USER ID", "USERNAME", "EMAIL", "PHONE", "NAME", "STATUS"]);
    for user in users {
        table.row([
            user.user_id.clone(),
            or_empty(user.username.as_ref()),
            or_empty(user.email.as_ref()),
            or_empty(user.phone.as_ref()),
            or_empty(user.name.as_ref()),
            user.status.to_string(),
        ]);
    }
    table.for_output()
}

async fn get(arguments: GetUserArguments) -> Result<ExitCode, Failure> {
    let user_id_type = user_type(arguments.which.user_type.as_deref())?;
    let remote = Remote::new(arguments.server)?;
    let query = GetUserQuery {
        user_id: arguments.which.user,
        user_id_type,
        with_custom_data: Some(true),
        with_identities: Some(true),
        ..GetUserQuery::default()
    };
    let user = remote.answered(remote.client.get_user(&query).await)?;
    show(arguments.json, &user, described)
}

fn described(user: &UserDto) -> String {
    let identities = user.identities.iter().flatten();
    let identities: Vec<_> = identities
        .map(|one| format!("{}:{}", one.ext_idp_id, one.user_id_in_idp))
        .collect();
    let custom = user.custom_data.as_ref().filter(|data| !data.is_empty());
    let custom = custom.and_then(|data| serde_json::to_string(data).ok());
    facts(&[
        ("userId", user.user_id.clone()),
        ("username", or_empty(user.username.as_ref())),
        ("email", or_empty(user.email.as_ref())),
        ("phone", or_empty(user.phone.as_ref())),
        ("externalId", or_empty(user.external_id.as_ref())),
        ("name", or_empty(user.name.as_ref())),
        ("status", user.status.to_string()),
        ("createdAt", user.created_at.to_string()),
        ("updatedAt", user.updated_at.to_string()),
        ("lastLogin", or_empty(user.last_login.as_ref())),
        ("loginsCount", or_empty(user.logins_count.as_ref())),
        ("identities", identities.join(" ")),
        ("customData", custom.unwrap_or_default()),
    ])
}

/// The body that a new user and a change have in common.
fn body(user: ChangedUser) -> Result<Body, Failure> {
    if user.password_stdin && user.body.as_deref() == Some(Path::new("-")) {
        return Err(Failure::usage(
            "--password-stdin and --body - cannot both read standard input",
        ));
    }
    let mut body = Body::read(user.body.as_deref())?;
    body.set("username", user.username);
    body.set("email", user.email);
    body.set("phone", user.phone);
    body.set("phoneCountryCode", user.phone_country_code);
    body.set("externalId", user.external_id);
    body.set("name", user.name);
    body.set("status", user.status);
    if user.password_stdin {
        body.set("password", Some(secret_from_stdin()?));
    }
    Ok(body)
}

async fn create(arguments: CreateUserArguments) -> Result<ExitCode, Failure> {
    let request = body(arguments.user)?.request()?;
    let remote = Remote::new(arguments.server)?;
    let user = remote.answered(remote.client.create_user(&request).await)?;
    show(arguments.json, &user, described)
}

async fn update(arguments: UpdateUserArguments) -> Result<ExitCode, Failure> {
    let mut body = body(arguments.change)?;
    if body.is_empty() {
        return Err(Failure::usage("nothing to change was given"));
    }
    let kind = user_type(arguments.which.user_type.as_deref())?;
    body.set("userId", Some(arguments.which.user));
    body.set("userIdType", kind.map(UserIdType::as_str));
    let request = body.request()?;
    let remote = Remote::new(arguments.server)?;
    let user = remote.answered(remote.client.update_user(&request).await)?;
    show(arguments.json, &user, described)
}

async fn delete(arguments: DeleteUsersArguments) -> Result<ExitCode, Failure> {
    let kind = user_type(arguments.which.user_type.as_deref())?;
    let users = arguments.which.users;
    let remote = Remote::new(arguments.server)?;
    let count = users.len();
    let what = if let [user] = users.as_slice() {
        format!("Deleting the user {user}")
    } else {
        format!("Deleting {count} users")
    };
    confirm(arguments.confirmation.yes, &what)?;
    let mut deleted = 0;
    for users in users.chunks(AT_ONCE) {
        let request = DeleteUsersBatchDto {
            user_ids: users.to_vec(),
            user_id_type: kind,
            ..DeleteUsersBatchDto::default()
        };
        let outcome = remote.answered(remote.client.delete_users(&request).await);
        outcome.map_err(|failure| after(deleted, count, "deleted", failure))?;
        deleted += users.len();
    }
    told(&format!("deleted {deleted}"))
}

/// How many the API resigns in one call.
const RESIGNED_AT_ONCE: usize = 1000;

async fn resign(arguments: ResignUsersArguments) -> Result<ExitCode, Failure> {
    let kind = user_type(arguments.which.user_type.as_deref())?;
    let users = arguments.which.users;
    let remote = Remote::new(arguments.server)?;
    let count = users.len();
    let what = if let [user] = users.as_slice() {
        format!("Resigning the user {user}")
    } else {
        format!("Resigning {count} users")
    };
    confirm(arguments.confirmation.yes, &what)?;
    let mut resigned = 0;
    for users in users.chunks(RESIGNED_AT_ONCE) {
        let request = ResignUserBatchReqDto {
            user_ids: users.to_vec(),
            user_id_type: kind,
        };
        let outcome = remote.answered(remote.client.resign_user_batch(&request).await);
        let batch = outcome.map_err(|failure| after(resigned, count, "resigned", failure))?;
        let refused = batch.results.iter().filter(|row| row.status_code != 200);
        let refused: Vec<_> = refused
            .filter_map(|row| {
                let index = usize::try_from(row.index.get()).ok()?;
                Some(format!("{}: {}", users.get(index)?, row.message))
            })
            .collect();
        resigned += users.len() - refused.len();
        if !refused.is_empty() {
            let failure = Failure::usage(refused.join("; "));
            return Err(after(resigned, count, "resigned", failure));
        }
    }
    told(&format!("resigned {resigned}"))
}

/// A failure on the way, with what was done before it.
pub(super) fn after(done: usize, of: usize, word: &str, failure: Failure) -> Failure {
    if done == 0 {
        return failure;
    }
    Failure {
        message: format!("{} ({done} of {of} were {word} before)", failure.message),
        ..failure
    }
}
