//! `GET /api/v3/list-archived-users`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::page::{instant_of_seconds, page};
use crate::v3::convert::user_list::archived_users_dto;
use rollcall_core::operations::list_archived_users as operation;
use rollcall_wire::v3::users::{ArchivedUsersListPagingDto, ListArchivedUsersQuery};

pub(crate) async fn list_archived_users(
    app: AppState,
    call: ManagementCall<ListArchivedUsersQuery>,
) -> V3Result<ArchivedUsersListPagingDto> {
    let from = call.request.start_at.map(instant_of_seconds);
    let page = page(call.request.page, call.request.limit)?;
    let users = operation::list_archived_users(&app.authority, &call.caller, from, page).await?;
    Ok(archived_users_dto(&users))
}
