//! `GET /api/v3/mydevices/list`, `POST /api/v3/mydevices/revoke-session` and
//! `POST /api/v3/mydevices/unbind`

use crate::auth::PersonCall;
use crate::state::AppState;
use crate::to_its_end::to_its_end;
use crate::v3::convert::device::terminal_session_dto;
use crate::v3::convert::page::page;
use crate::v3::{Done, V3Result};
use rollcall_core::operations::{list_my_devices as list_operation, revoke_device_session as end};
use rollcall_wire::v3::my_account::{
    MyDevicesQuery, RevokeDeviceSessionDto, TerminalSessionDto, UnbindDeviceDto,
};

pub(crate) async fn list_my_devices(
    app: AppState,
    call: PersonCall<MyDevicesQuery>,
) -> V3Result<Vec<TerminalSessionDto>> {
    let page = page(call.request.page, call.request.limit)?;
    let (person, origin) = (call.person, call.origin);
    let found = list_operation::list_my_devices(&app.authority, &person, page, origin).await?;
    Ok(found.list.into_iter().map(terminal_session_dto).collect())
}

pub(crate) async fn revoke_device_session(
    app: AppState,
    call: PersonCall<RevokeDeviceSessionDto>,
) -> V3Result<Done> {
    let (person, origin, device) = (call.person, call.origin, call.request.device_id);
    to_its_end(async move {
        end::revoke_device_session(&app.authority, &person, &device, origin).await
    })
    .await?;
    Ok(Done)
}

pub(crate) async fn unbind_device(
    app: AppState,
    call: PersonCall<UnbindDeviceDto>,
) -> V3Result<Done> {
    let (person, origin, device) = (call.person, call.origin, call.request.device_id);
    to_its_end(async move { end::unbind_device(&app.authority, &person, &device, origin).await })
        .await?;
    Ok(Done)
}
