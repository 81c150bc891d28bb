//! `get-management-token`: proof by access key id and secret.

use super::Authority;
use crate::model::access_key::{
    AccessKey, CallingKey, KeyClaim, ManagementCaller, Permission, Proof,
};
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
    authority.store.note_key_use(&key.calling());
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
        match caller.proof {
            Proof::Key { id, secret_version } => {
                let claim = KeyClaim {
                    key: id,
                    pool: caller.pool,
                    secret_version,
                };
                let key = self.store.access_key(id).await?;
                let key = key.as_ref().map(AccessKey::calling);
                claim.confirm(key.as_ref())?.require(permission)
            }
            Proof::Administrator(user) => {
                let role = self.role_in(user, caller.pool).await?;
                let permissions = role.ok_or(Refusal::NotAuthenticated)?.permissions();
                let caller = ManagementCaller {
                    permissions,
                    ..*caller
                };
                caller.require(permission)
            }
        }
    }

    /// The caller, from what the key is now, which is a use of it.
    pub fn confirm(
        &self,
        claim: KeyClaim,
        key: Option<&CallingKey>,
    ) -> Result<ManagementCaller, Refusal> {
        let caller = claim.confirm(key)?;
        if let Some(key) = key {
            self.store.note_key_use(key);
        }
        Ok(caller)
    }

    /// The caller, for whom nothing but its key is read.
    pub async fn confirm_caller(&self, claim: KeyClaim) -> Result<ManagementCaller, Refusal> {
        let key = self.store.access_key(claim.key).await?;
        let key = key.as_ref().map(AccessKey::calling);
        self.confirm(claim, key.as_ref())
    }
}
