//! `list-access-key`: the pool's keys, without their secrets.

use super::Authority;
use super::user_input::is_name;
use crate::limits;
use crate::model::access_key::{KeyReport, ManagementCaller, Permission};
use crate::refusal::{Field, Refusal};

/// Which keys.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KeyFilter {
    /// Only this owner's.
    pub owner: Option<String>,
    /// Only of this tenant. No key is: a key reaches its whole pool.
    pub tenant_id: Option<String>,
    /// Only of this type.
    pub kind: Option<String>,
    /// Only in one of these states, by their published names; in any if empty.
    pub statuses: Vec<String>,
}

/// Lists the keys that pass the filter, the root key and then the oldest first.
pub async fn list_access_key(
    authority: &Authority,
    caller: &ManagementCaller,
    filter: KeyFilter,
) -> Result<Vec<KeyReport>, Refusal> {
    caller.require(Permission::Keys)?;
    let mut wrong: Vec<Field> = Vec::new();
    for (field, value) in [
        ("userId", &filter.owner),
        ("tenantId", &filter.tenant_id),
        ("type", &filter.kind),
    ] {
        if value.as_deref().is_some_and(|text| !is_name(text)) {
            wrong.push(field);
        }
    }
    let too_many = filter.statuses.len() > limits::MAX_FILTERS;
    if too_many || filter.statuses.iter().any(|status| !is_name(status)) {
        wrong.push("status");
    }
    if !wrong.is_empty() {
        return Err(Refusal::Invalid(wrong));
    }
    if filter.tenant_id.is_some() {
        return Ok(Vec::new());
    }
    let mut keys = authority.store.access_keys(caller.pool).await?;
    keys.retain(|key| filter.passes(key));
    Ok(keys)
}

impl KeyFilter {
    fn passes(&self, key: &KeyReport) -> bool {
        let status = key.status().as_str();
        self.owner
            .as_ref()
            .is_none_or(|owner| *owner == key.owner())
            && self
                .kind
                .as_ref()
                .is_none_or(|kind| *kind == key.labels.kind)
            && (self.statuses.is_empty() || self.statuses.iter().any(|name| name == status))
    }
}
