//! `POST /api/v3/list-logout-deliveries`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::logout_delivery::{delivery_status, logout_deliveries_dto};
use crate::v3::convert::page::page;
use crate::v3::convert::user_reference::{agreed_user_id_type, user_reference};
use rollcall_core::operations::list_logout_deliveries::{self as operation, ListLogoutDeliveries};
use rollcall_wire::v3::logout_deliveries::{ListLogoutDeliveriesDto, LogoutDeliveryPagingDto};

pub(crate) async fn list_logout_deliveries(
    app: AppState,
    call: ManagementCall<ListLogoutDeliveriesDto>,
) -> V3Result<LogoutDeliveryPagingDto> {
    let dto = call.request;
    let in_options = dto.options.and_then(|options| options.user_id_type);
    let user_id_type = agreed_user_id_type(dto.user_id_type, in_options)?;
    let page = page(dto.page, dto.limit)?;
    let user = dto.user_id.map(|text| user_reference(text, user_id_type));
    let request = ListLogoutDeliveries {
        user: user.transpose()?,
        app_id: dto.app_id,
        status: dto.status.map(delivery_status),
    };
    let list =
        operation::list_logout_deliveries(&app.authority, &call.caller, request, page).await?;
    Ok(logout_deliveries_dto(&list))
}
