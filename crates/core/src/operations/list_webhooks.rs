//! `list-webhooks`: a page of the pool's webhooks.

use super::Authority;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::webhook::Webhook;
use crate::page::{PageOf, PageRequest};
use crate::refusal::Refusal;

/// The newest comes first.
pub async fn list_webhooks(
    authority: &Authority,
    caller: &ManagementCaller,
    page: PageRequest,
) -> Result<PageOf<Webhook>, Refusal> {
    caller.require(Permission::Settings)?;
    Ok(authority.store.list_webhooks(caller.pool, page).await?)
}
