//! `update-ext-idp`: gives an external identity source another name.

use super::Authority;
use super::user_input::is_name;
use crate::ids::ExtIdpId;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::model::ext_idp::ExtIdp;
use crate::refusal::{Field, Record, Refusal};

/// Which source, and its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UpdateExtIdp {
    /// The source.
    pub id: String,
    /// Only if it has this tenant.
    pub tenant_id: Option<String>,
    /// Its new name.
    pub name: String,
}

/// Renames the source.
pub async fn update_ext_idp(
    authority: &Authority,
    caller: &ManagementCaller,
    request: UpdateExtIdp,
    origin: Origin,
) -> Result<ExtIdp, Refusal> {
    caller.require(Permission::AppsWrite)?;
    let mut wrong: Vec<Field> = Vec::new();
    if !is_name(&request.name) {
        wrong.push("name");
    }
    let id = named_source(&request.id, request.tenant_id.as_deref(), wrong)?;
    let UpdateExtIdp {
        tenant_id, name, ..
    } = request;
    let store = &authority.store;
    let renamed = store.rename_ext_idp(caller.pool, id, tenant_id, name, origin);
    renamed.await?.ok_or(Refusal::NotFound(Record::ExtIdp))
}

/// The source's id as typed, where nothing is wrong with that, its tenant or what
/// was wrong already.
pub(super) fn named_source(
    id: &str,
    tenant_id: Option<&str>,
    mut wrong: Vec<Field>,
) -> Result<ExtIdpId, Refusal> {
    if !is_name(id) {
        wrong.push("id");
    }
    if tenant_id.is_some_and(|id| !is_name(id)) {
        wrong.push("tenantId");
    }
    if !wrong.is_empty() {
        return Err(Refusal::Invalid(wrong));
    }
    id.parse().map_err(|_| Refusal::NotFound(Record::ExtIdp))
}
