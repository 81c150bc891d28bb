//! `GET /api/v3/list-users` and `POST /api/v3/list-users`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::user_list::{UserList, user_list_dto};
use rollcall_core::model::access_key::ManagementCaller;
use rollcall_core::operations::list_users as operation;
use rollcall_wire::v3::users::{ListUsersQuery, ListUsersRequestDto, UserPagingDto};

pub(crate) async fn list_users_by_query(
    app: AppState,
    call: ManagementCall<ListUsersQuery>,
) -> V3Result<UserPagingDto> {
    list(&app, &call.caller, UserList::of_query(&call.request)?).await
}

pub(crate) async fn list_users(
    app: AppState,
    call: ManagementCall<ListUsersRequestDto>,
) -> V3Result<UserPagingDto> {
    list(&app, &call.caller, UserList::of_body(call.request)?).await
}

/// Two forms of one question.
async fn list(
    app: &AppState,
    caller: &ManagementCaller,
    wanted: UserList,
) -> V3Result<UserPagingDto> {
    let UserList {
        filter,
        page,
        view,
        with_post,
    } = wanted;
    let with_identities = view.with_identities;
    let users =
        operation::list_users(&app.authority, caller, filter, page, with_identities).await?;
    Ok(user_list_dto(&users, &view, with_post))
}
