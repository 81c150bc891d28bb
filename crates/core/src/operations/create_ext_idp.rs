//! `create-ext-idp`: records an external identity source.

use super::Authority;
use super::user_input::is_name;
use crate::ids::ExtIdpId;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::model::ext_idp::{ExtIdp, ProviderType};
use crate::ports::ext_idps::ExtIdpCreated;
use crate::refusal::{Refusal, Rule};

/// The source to record.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreateExtIdp {
    /// Its name.
    pub name: String,
    /// What kind it is.
    pub provider: ProviderType,
    /// A tenant that the caller notes on it.
    pub tenant_id: Option<String>,
}

/// Records a source, so that identities can name it.
pub async fn create_ext_idp(
    authority: &Authority,
    caller: &ManagementCaller,
    request: CreateExtIdp,
    origin: Origin,
) -> Result<ExtIdp, Refusal> {
    caller.require(Permission::AppsWrite)?;
    let mut wrong = Vec::new();
    if !is_name(&request.name) {
        wrong.push("name");
    }
    if request.tenant_id.as_deref().is_some_and(|id| !is_name(id)) {
        wrong.push("tenantId");
    }
    if !wrong.is_empty() {
        return Err(Refusal::Invalid(wrong));
    }
    let now = authority.now();
    let new = ExtIdp {
        id: ExtIdpId::generate(now, authority.entropy.as_ref()),
        name: request.name,
        provider: request.provider,
        tenant_id: request.tenant_id,
        created_at: now,
    };
    let store = &authority.store;
    let created = store.create_ext_idp(caller.pool, new.clone(), origin);
    match created.await? {
        ExtIdpCreated::Created => Ok(new),
        ExtIdpCreated::TooMany => Err(Refusal::Rule(Rule::TooMany("extIdps"))),
    }
}
