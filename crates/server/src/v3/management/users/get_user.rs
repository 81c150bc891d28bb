//! `GET /api/v3/get-user`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::unsupported::refuse;
use crate::v3::convert::user::{UserView, user_dto};
use crate::v3::convert::user_reference::user_reference;
use rollcall_core::operations::get_user as operation;
use rollcall_wire::v3::users::{GetUserQuery, UserDto};

pub(crate) async fn get_user(
    app: AppState,
    call: ManagementCall<GetUserQuery>,
) -> V3Result<UserDto> {
    let query = call.request;
    refuse(&[("flatCustomData", &query.flat_custom_data)])?;
    let view = UserView {
        with_custom_data: query.with_custom_data.unwrap_or(false),
        with_identities: query.with_identities.unwrap_or(false),
        with_department_ids: query.with_department_ids.unwrap_or(false),
    };
    let user = user_reference(query.user_id, query.user_id_type)?;
    let user =
        operation::get_user(&app.authority, &call.caller, user, view.with_identities).await?;
    Ok(UserDto {
        post_id_list: (query.with_post == Some(true)).then(Vec::new),
        ..user_dto(&user, &view)
    })
}
