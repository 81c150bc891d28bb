//! `get-management-token`: proof by access key id and secret.

use super::Authority;
use crate::model::access_key::{AccessKey, ManagementCaller, Permission, Proof};
use crate::refusal::Refusal;
use crate::secret::Secret;

/// The key, if the secret is its own. An unknown id and a wrong secret are told
/// apart neither by the answer nor by a shorter comparison.
pub async fn authenticate_access_key(
    authority: &Authority,
    id: &str,
    secret: &str,
) -> Result<AccessKey, Refusal> {
    let key = match id.parse() {
        Ok(id) => authority.store.access_key(id).await?,
        Err(_) => None,
    };
    let nobody = Secret::of_nobody();
    let right = key
        .as_ref()
        .map_or(&nobody, |key| &key.secret)
        .matches(secret);
    let key = key
        .filter(|key| right && key.enabled)
        .ok_or(Refusal::NotAuthenticated)?;
    authority.store.note_key_use(&key);
    Ok(key)
}

impl Authority {
    /// Refuses a caller that has lost its key or this permission since it proved
    /// itself. Asked again where a call has waited: its passwords may have stood in a
    /// queue for minutes, and a key that is taken away is to change nothing more.
    pub(super) async fn still_may(
        &self,
        caller: &ManagementCaller,
        permission: Permission,
    ) -> Result<(), Refusal> {
        let permissions = match caller.proof {
            Proof::Key { id, secret_version } => {
                let key = self.store.access_key(id).await?;
                let is_the_same = |key: &AccessKey| {
                    key.enabled && key.pool == caller.pool && key.secret_version == secret_version
                };
                let key = key.filter(is_the_same);
                key.ok_or(Refusal::NotAuthenticated)?.permissions
            }
            Proof::Administrator(user) => {
                let role = self.role_in(user, caller.pool).await?;
                role.ok_or(Refusal::NotAuthenticated)?.permissions()
            }
        };
        ManagementCaller {
            permissions,
            ..*caller
        }
        .require(permission)
    }
}
