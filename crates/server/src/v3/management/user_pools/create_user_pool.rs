//! `POST /api/v3/create-user-pool` (ours)

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use rollcall_core::operations::create_user_pool as operation;
use rollcall_wire::v3::user_pools::{CreateUserPoolDataDto, CreateUserPoolDto, RootKeyDto};

pub(crate) async fn create_user_pool(
    app: AppState,
    call: ManagementCall<CreateUserPoolDto>,
) -> V3Result<CreateUserPoolDataDto> {
    let name = call.request.name;
    let made = operation::create_user_pool(&app.authority, &call.caller, name, call.origin).await?;
    Ok(CreateUserPoolDataDto {
        user_pool_id: made.id.to_string(),
        name: made.name,
        root_key: RootKeyDto {
            access_key_id: made.id.root_key().to_string(),
            access_key_secret: made.root_secret.reveal().into(),
        },
    })
}
