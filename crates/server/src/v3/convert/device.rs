//! A person's devices.

use super::instant;
use super::user_agent::{Client, ClientKind, client_of};
use rollcall_core::model::device::Device;
use rollcall_wire::v3::my_account::{DeviceInfo, DeviceStatus, DeviceType, TerminalSessionDto};

/// A live session as a device (V3 `TerminalSessionDto`).
pub(crate) fn terminal_session_dto(device: Device) -> TerminalSessionDto {
    let client = device.device.user_agent.as_deref().map(client_of);
    TerminalSessionDto {
        last_login_time: instant(device.signed_in_at).to_string(),
        last_ip: device.device.address.map(|address| address.to_string()),
        online: device.has_live_login,
        device: DeviceInfo {
            device_id: device.session.to_string(),
            name: client.as_ref().and_then(Client::title),
            version: client.as_ref().and_then(|client| client.version.clone()),
            r#type: kind(device.is_browser, client.as_ref()),
            // A user agent does not tell the model reliably.
            r#mod: None,
            os: client.and_then(|client| client.os).map(ToOwned::to_owned),
            // It is live.
            status: Some(DeviceStatus::Activated),
            user_agent: device.device.user_agent,
        },
    }
}

/// A session with a cookie is a browser's, whatever that calls itself. Who calls
/// the API and tells nothing sits at a machine of some kind.
fn kind(is_browser: bool, client: Option<&Client>) -> DeviceType {
    match client.map(|client| client.kind) {
        _ if is_browser => DeviceType::Browser,
        Some(ClientKind::Browser) => DeviceType::Browser,
        Some(ClientKind::MobileApp) => DeviceType::Mobile,
        Some(ClientKind::Other) | None => DeviceType::Desktop,
    }
}
