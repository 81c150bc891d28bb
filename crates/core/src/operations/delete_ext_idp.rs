//! `delete-ext-idp`: deletes an external identity source, and people's identities
//! in it.

use super::Authority;
use super::update_ext_idp::named_source;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::refusal::{Record, Refusal};

/// Deletes the source; with a tenant, only if it has that. Nobody is found by an
/// identity in it any more. People stay, and stay signed in: they signed in here.
pub async fn delete_ext_idp(
    authority: &Authority,
    caller: &ManagementCaller,
    id: &str,
    tenant_id: Option<String>,
    origin: Origin,
) -> Result<(), Refusal> {
    caller.require(Permission::AppsWrite)?;
    let id = named_source(id, tenant_id.as_deref(), Vec::new())?;
    let store = &authority.store;
    let deleted = store.delete_ext_idp(caller.pool, id, tenant_id, origin);
    if deleted.await? {
        Ok(())
    } else {
        Err(Refusal::NotFound(Record::ExtIdp))
    }
}
