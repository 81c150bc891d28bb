//! `rollcall sessions`: a client of the server, never of its store.

use super::remote::{Remote, show, told, user_type};
use super::users;
use crate::arguments::{
    EndAllArguments, HistoryArguments, KickArguments, ListSessionsArguments, SessionsCommand,
};
use crate::failure::Failure;
use crate::input::confirm;
use crate::output::Progress;
use crate::table::{Table, instant, or_empty};
use rollcall_client::UserIdType;
use rollcall_client::types::{
    EndAllScope, EndAllSessionsDto, GetUserLoggedinAppsQuery, GetUserLoginHistoryQuery,
    KickUsersDto, ListApplicationActiveUsersDto, ListApplicationActiveUsersOptionsDto,
    PaginationDto, UserLoggedInAppsDto, UserLoginHistoryDto, UserLoginHistoryPagingDto,
    UserPagingDto, Whole,
};
use std::process::ExitCode;

/// How many rows a page has when all are read: the most, and what `--limit` is then.
const PAGE: usize = 50;

pub(crate) async fn run(command: SessionsCommand) -> Result<ExitCode, Failure> {
    match command {
        SessionsCommand::List(arguments) => list(arguments).await,
        SessionsCommand::Kick(arguments) => kick(arguments).await,
        SessionsCommand::History(arguments) => history(arguments).await,
        SessionsCommand::EndAll(arguments) => end_all(arguments).await,
    }
}

async fn list(arguments: ListSessionsArguments) -> Result<ExitCode, Failure> {
    let kind = user_type(arguments.user_type.as_deref())?;
    let remote = Remote::new(arguments.server)?;
    if let Some(user) = arguments.user {
        return list_of_user(&remote, user, kind, arguments.json).await;
    }
    let request = ListApplicationActiveUsersDto {
        app_id: arguments.app.unwrap_or_default(),
        options: Some(ListApplicationActiveUsersOptionsDto {
            pagination: Some(PaginationDto {
                page: Some(arguments.paging.page.into()),
                limit: Some(arguments.paging.limit.into()),
            }),
            ..ListApplicationActiveUsersOptionsDto::default()
        }),
    };
    let paging = if arguments.all {
        let rows = remote.client.all_active_users(request);
        let list = remote.all(rows, "users").await?;
        UserPagingDto {
            total_count: Whole::try_from(list.len() as u64).unwrap_or_default(),
            list,
        }
    } else {
        let listed = remote.client.list_application_active_users(&request).await;
        remote.answered(listed)?
    };
    show(arguments.json, &paging, |paging| users::table(&paging.list))
}

async fn list_of_user(
    remote: &Remote,
    user: String,
    kind: Option<UserIdType>,
    json: bool,
) -> Result<ExitCode, Failure> {
    let query = GetUserLoggedinAppsQuery {
        user_id: user,
        user_id_type: kind,
    };
    let apps = remote.client.get_user_loggedin_apps(&query).await;
    let table = |apps: &Vec<UserLoggedInAppsDto>| {
        let mut table = Table::new(["APP ID", "NAME"]);
        for app in apps {
            table.row([app.app_id.clone(), app.app_name.clone()]);
        }
        table.for_output()
    };
    show(json, &remote.answered(apps)?, table)
}

async fn kick(arguments: KickArguments) -> Result<ExitCode, Failure> {
    let kind = user_type(arguments.user_type.as_deref())?;
    let remote = Remote::new(arguments.server)?;
    let request = KickUsersDto {
        user_id: arguments.user,
        user_id_type: kind,
        app_ids: arguments.apps,
        ..KickUsersDto::default()
    };
    remote.answered(remote.client.kick_users(&request).await)?;
    told("signed out")
}

async fn history(arguments: HistoryArguments) -> Result<ExitCode, Failure> {
    let kind = user_type(arguments.user_type.as_deref())?;
    let remote = Remote::new(arguments.server)?;
    let query = GetUserLoginHistoryQuery {
        user_id: arguments.user,
        user_id_type: kind,
        app_id: arguments.app,
        page: Some(arguments.paging.page.into()),
        limit: Some(arguments.paging.limit.into()),
        ..GetUserLoginHistoryQuery::default()
    };
    let history = if arguments.all {
        whole_history(&remote, query).await?
    } else {
        let page = remote.client.get_user_login_history(&query).await;
        remote.answered(page)?
    };
    show(arguments.json, &history, |history| logins(&history.list))
}

/// Every login that had begun when the first page was read: what begins later is
/// newer, and would shift the pages.
async fn whole_history(
    remote: &Remote,
    mut query: GetUserLoginHistoryQuery,
) -> Result<UserLoginHistoryPagingDto, Failure> {
    let progress = Progress::new();
    let mut list: Vec<UserLoginHistoryDto> = Vec::new();
    for page in 1_u32.. {
        query.page = Some(page.into());
        let read = remote.client.get_user_login_history(&query).await;
        let read = remote.answered(read)?;
        if let (None, Some(newest)) = (query.end, read.list.first()) {
            let newest = u64::try_from(newest.time.as_millis()).ok();
            query.end = newest.and_then(|newest| Whole::try_from(newest).ok());
        }
        let is_last = read.list.len() < PAGE;
        list.extend(read.list);
        progress.tell(&format!("{} of {} logins", list.len(), read.total_count));
        if is_last {
            break;
        }
    }
    progress.clear();
    Ok(UserLoginHistoryPagingDto {
        total_count: Whole::try_from(list.len() as u64).unwrap_or_default(),
        list,
    })
}

fn logins(list: &[UserLoginHistoryDto]) -> String {
    let mut table = Table::new(["TIME", "APP ID", "APP", "ADDRESS", "USER AGENT"]);
    for login in list {
        table.row([
            instant(login.time),
            login.app_id.clone(),
            login.app_name.clone(),
            login.client_ip.clone(),
            or_empty(login.user_agent.as_ref()),
        ]);
    }
    table.for_output()
}

async fn end_all(arguments: EndAllArguments) -> Result<ExitCode, Failure> {
    let kind = user_type(arguments.user_type.as_deref())?;
    let remote = Remote::new(arguments.server)?;
    let (scope, what) = match (&arguments.user, &arguments.app) {
        (Some(user), _) => (
            EndAllScope::User,
            format!("all sessions of the user {user}"),
        ),
        (None, Some(app)) => (EndAllScope::Application, format!("all logins in {app}")),
        (None, None) => (EndAllScope::Pool, "all sessions of everybody".to_owned()),
    };
    confirm(arguments.confirmation.yes, &format!("Ending {what}"))?;
    let request = EndAllSessionsDto {
        scope,
        user_id: arguments.user,
        user_id_type: kind,
        options: None,
        app_id: arguments.app,
    };
    remote.answered(remote.client.end_all_sessions(&request).await)?;
    told("ended")
}
