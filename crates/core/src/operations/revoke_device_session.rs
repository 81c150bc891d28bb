//! `mydevices/revoke-session` and `mydevices/unbind`: the end user ends a session
//! of their own, here or elsewhere.

use super::Authority;
use super::person::{PersonCaller, require_recent_sign_in};
use super::user_input::is_name;
use crate::model::event::Origin;
use crate::ports::devices::{DeviceEnd, DeviceEnded};
use crate::refusal::{Record, Refusal};

/// Ends the session of a device and all its logins.
pub async fn revoke_device_session(
    authority: &Authority,
    person: &PersonCaller,
    device: &str,
    origin: Origin,
) -> Result<(), Refusal> {
    authority.end_device(person, device, false, origin).await
}

/// The same, and the device is no more to its person: its id names nothing.
pub async fn unbind_device(
    authority: &Authority,
    person: &PersonCaller,
    device: &str,
    origin: Origin,
) -> Result<(), Refusal> {
    authority.end_device(person, device, true, origin).await
}

impl Authority {
    /// ASVS 5.0, 7.5.2: only after one factor again, so that a stolen token does
    /// not sign its owner out everywhere else.
    async fn end_device(
        &self,
        person: &PersonCaller,
        device: &str,
        hide: bool,
        origin: Origin,
    ) -> Result<(), Refusal> {
        let view = self.signed_in(person, origin.clone()).await?;
        if !is_name(device) {
            return Err(Refusal::invalid("deviceId"));
        }
        require_recent_sign_in(&view)?;
        let unknown = Refusal::NotFound(Record::Device);
        let end = DeviceEnd {
            by: view.login.id,
            session: device.parse().map_err(|_| unknown.clone())?,
            hide,
        };
        match self.store.end_device(person.pool, end, origin).await? {
            DeviceEnded::Ended => Ok(()),
            DeviceEnded::NotFound => Err(unknown),
            DeviceEnded::SignedOut => Err(Refusal::NotSignedIn),
        }
    }
}
