//! `get-management-token`: proof by access key id and secret.

use super::Authority;
use crate::model::access_key::AccessKey;
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
