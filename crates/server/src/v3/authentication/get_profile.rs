//! `GET /api/v3/get-profile`

use crate::auth::PersonCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::identity::own_identity_dto;
use crate::v3::convert::user::{UserView, user_dto};
use rollcall_core::operations::get_profile;
use rollcall_wire::v3::authentication::GetProfileQuery;
use rollcall_wire::v3::users::UserDto;

pub(crate) async fn get_profile(
    app: AppState,
    call: PersonCall<GetProfileQuery>,
) -> V3Result<UserDto> {
    let query = call.request;
    let view = UserView {
        with_custom_data: query.with_custom_data.unwrap_or(false),
        with_identities: query.with_identities.unwrap_or(false),
        with_department_ids: query.with_department_ids.unwrap_or(false),
    };
    let details = get_profile::get_profile(
        &app.authority,
        &call.person,
        view.with_identities,
        call.origin,
    )
    .await?;
    let mut profile = user_dto(&details, &view);
    if let Some(identities) = &mut profile.identities {
        let own = details.identities.iter().flatten().map(own_identity_dto);
        *identities = own.collect();
    }
    Ok(profile)
}
