//! `list-ext-idp`: the pool's external identity sources.

use super::Authority;
use super::user_input::is_name;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::ext_idp::ExtIdp;
use crate::refusal::Refusal;

/// Lists the sources, of this tenant if one is named, the oldest first.
pub async fn list_ext_idp(
    authority: &Authority,
    caller: &ManagementCaller,
    tenant_id: Option<String>,
) -> Result<Vec<ExtIdp>, Refusal> {
    caller.require(Permission::AppsRead)?;
    if tenant_id.as_deref().is_some_and(|id| !is_name(id)) {
        return Err(Refusal::invalid("tenantId"));
    }
    let mut sources = authority.store.ext_idps(caller.pool).await?;
    sources.retain(|source| tenant_id.is_none() || source.tenant_id == tenant_id);
    Ok(sources)
}
