//! `delete-access-key`: a key that nobody shall use again.

use super::Authority;
use super::get_access_key::access_key_id;
use super::update_access_key::changed_key;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::refusal::Refusal;

/// Deletes a key; it and its tokens are refused from this answer on. A caller
/// deletes no key that may do more than itself, and nobody a root key.
pub async fn delete_access_key(
    authority: &Authority,
    caller: &ManagementCaller,
    id: &str,
    origin: Origin,
) -> Result<(), Refusal> {
    caller.require(Permission::Keys)?;
    let key = access_key_id(id)?;
    let store = &authority.store;
    let deleted = store.delete_access_key(caller.pool, key, origin);
    changed_key(deleted.await?).map(|_| ())
}
