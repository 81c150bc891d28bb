//! `mydevices/list`: where the end user is signed in, by device.

use super::Authority;
use super::person::PersonCaller;
use crate::model::device::Device;
use crate::model::event::Origin;
use crate::page::{PageOf, PageRequest};
use crate::refusal::Refusal;

/// A page of the person's live sessions. Counts as activity.
pub async fn list_my_devices(
    authority: &Authority,
    person: &PersonCaller,
    page: PageRequest,
    origin: Origin,
) -> Result<PageOf<Device>, Refusal> {
    let view = authority.signed_in(person, origin).await?;
    let user = view.login.user;
    Ok(authority.store.devices(person.pool, user, page).await?)
}
