//! `POST /api/v3/update-profile`

use crate::auth::PersonCall;
use crate::state::AppState;
use crate::to_its_end::to_its_end;
use crate::v3::V3Result;
use crate::v3::convert::own_profile::profile_change;
use crate::v3::convert::user::{UserView, user_dto};
use rollcall_core::operations::update_profile as operation;
use rollcall_wire::v3::my_account::UpdateUserProfileDto;
use rollcall_wire::v3::users::UserDto;

pub(crate) async fn update_profile(
    app: AppState,
    call: PersonCall<UpdateUserProfileDto>,
) -> V3Result<UserDto> {
    let change = profile_change(call.request)?;
    let (person, origin) = (call.person, call.origin);
    let changed = to_its_end(async move {
        operation::update_profile(&app.authority, &person, change, origin).await
    });
    Ok(user_dto(&changed.await?, &UserView::default()))
}
