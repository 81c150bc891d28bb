//! `POST /api/v3/list-application-active-users`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::page::page_of_options;
use crate::v3::convert::user::{UserView, user_paging_dto};
use rollcall_core::operations::list_application_active_users as operation;
use rollcall_wire::v3::sessions::{ListApplicationActiveUsersDto, UserPagingDto};

pub(crate) async fn list_application_active_users(
    app: AppState,
    call: ManagementCall<ListApplicationActiveUsersDto>,
) -> V3Result<UserPagingDto> {
    let options = call.request.options.unwrap_or_default();
    let view = UserView {
        with_custom_data: options.with_custom_data.unwrap_or(false),
        with_identities: options.with_identities.unwrap_or(false),
        with_department_ids: options.with_department_ids.unwrap_or(false),
    };
    let users = operation::list_application_active_users(
        &app.authority,
        &call.caller,
        &call.request.app_id,
        page_of_options(options.pagination.as_ref())?,
        view.with_identities,
    )
    .await?;
    Ok(user_paging_dto(&users, &view))
}
