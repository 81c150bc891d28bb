//! `rotate-access-key` (ours, V3 style): replaces a key's secret at once.

use super::Authority;
use super::get_access_key::access_key_id;
use super::update_access_key::changed_key;
use crate::model::access_key::{KeyReport, ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::refusal::Refusal;
use crate::secret::Secret;

/// The key and its new secret. The former one and the key's tokens are refused from
/// this answer on. A root key, which may do more than any permission says, is
/// rotated by itself alone.
pub async fn rotate_access_key(
    authority: &Authority,
    caller: &ManagementCaller,
    id: &str,
    origin: Origin,
) -> Result<(KeyReport, Secret), Refusal> {
    caller.require(Permission::Keys)?;
    let key = access_key_id(id)?;
    let secret = Secret::generate(authority.entropy.as_ref());
    let store = &authority.store;
    let rotated = store.rotate_access_key(caller.pool, key, secret.clone(), origin);
    Ok((changed_key(rotated.await?)?, secret))
}
