//! `get-access-key`: one key, without its secret.

use super::Authority;
use super::user_input::is_name;
use crate::ids::AccessKeyId;
use crate::model::access_key::{KeyReport, ManagementCaller, Permission};
use crate::refusal::{Record, Refusal};

/// The pool's key with this id, if it is this owner's.
pub async fn get_access_key(
    authority: &Authority,
    caller: &ManagementCaller,
    owner: &str,
    id: &str,
) -> Result<KeyReport, Refusal> {
    caller.require(Permission::Keys)?;
    if !is_name(owner) {
        return Err(Refusal::invalid("userId"));
    }
    let id = access_key_id(id)?;
    let found = authority.store.access_key(id).await?;
    found
        .filter(|key| key.pool == caller.pool)
        .map(|key| key.report())
        .filter(|key| key.owner() == owner)
        .ok_or(Refusal::NotFound(Record::AccessKey))
}

/// A key's id as typed; one that no key can have is unknown.
pub(super) fn access_key_id(text: &str) -> Result<AccessKeyId, Refusal> {
    if !is_name(text) {
        return Err(Refusal::invalid("accessKeyId"));
    }
    text.parse()
        .map_err(|_| Refusal::NotFound(Record::AccessKey))
}
