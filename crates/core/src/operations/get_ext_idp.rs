//! `get-ext-idp`: one external identity source.

use super::Authority;
use super::user_input::is_name;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::ext_idp::ExtIdp;
use crate::refusal::{Record, Refusal};

/// The source to read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GetExtIdp {
    /// Its id.
    pub id: String,
    /// Only if it has this tenant.
    pub tenant_id: Option<String>,
    /// Only if it is social (or, false, an enterprise one).
    pub is_social: Option<bool>,
}

/// The source, if it is there and as asked for.
pub async fn get_ext_idp(
    authority: &Authority,
    caller: &ManagementCaller,
    request: GetExtIdp,
) -> Result<ExtIdp, Refusal> {
    caller.require(Permission::AppsRead)?;
    if !is_name(&request.id) {
        return Err(Refusal::invalid("id"));
    }
    let unknown = || Refusal::NotFound(Record::ExtIdp);
    let id = request.id.parse().map_err(|_| unknown())?;
    let found = authority
        .store
        .ext_idp(caller.pool, id)
        .await?
        .ok_or_else(unknown)?;
    let tenant_fits = request.tenant_id.is_none() || request.tenant_id == found.tenant_id;
    let kind_fits = request
        .is_social
        .is_none_or(|social| social == found.provider.is_social());
    if tenant_fits && kind_fits {
        Ok(found)
    } else {
        Err(unknown())
    }
}
