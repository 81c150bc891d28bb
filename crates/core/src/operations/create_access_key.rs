//! `create-access-key`: another key of the caller's pool.

use super::Authority;
use super::user_input::is_name;
use crate::ids::AccessKeyId;
use crate::model::access_key::{AccessKey, KeyLabels, ManagementCaller, Permission, Permissions};
use crate::model::event::Origin;
use crate::ports::access_keys::KeyCreated;
use crate::refusal::{Field, Refusal, Rule};
use crate::secret::Secret;

/// The key to make.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CreateAccessKey {
    /// Its type, any name.
    pub kind: String,
    /// For whom it is made.
    pub owner: Option<String>,
    /// What it may do, by name; all that the caller may, if absent.
    pub permissions: Option<Vec<String>>,
}

/// Makes a key. It may do what its maker may at most: 403 names the first
/// permission beyond that.
pub async fn create_access_key(
    authority: &Authority,
    caller: &ManagementCaller,
    request: CreateAccessKey,
    origin: Origin,
) -> Result<AccessKey, Refusal> {
    caller.require(Permission::Keys)?;
    let mut wrong: Vec<Field> = Vec::new();
    if !is_name(&request.kind) {
        wrong.push("type");
    }
    if request.owner.as_deref().is_some_and(|id| !is_name(id)) {
        wrong.push("userId");
    }
    let permissions = match &request.permissions {
        Some(names) => named_permissions(names),
        None => Some(caller.permissions),
    };
    if permissions.is_none() {
        wrong.push(PERMISSIONS);
    }
    let Some(permissions) = permissions.filter(|_| wrong.is_empty()) else {
        return Err(Refusal::Invalid(wrong));
    };
    let now = authority.now();
    let entropy = authority.entropy.as_ref();
    let key = AccessKey {
        id: AccessKeyId::generate(now, entropy),
        pool: caller.pool,
        secret: Secret::generate(entropy),
        permissions,
        enabled: true,
        secret_version: 1,
        created_at: now,
        last_used_at: None,
        labels: KeyLabels {
            kind: request.kind,
            owner: request.owner,
        },
    };
    let store = &authority.store;
    match store.create_access_key(key.clone(), origin).await? {
        KeyCreated::Created => Ok(key),
        KeyCreated::TooMany => Err(Refusal::Rule(Rule::TooMany("accessKeys"))),
        KeyCreated::Beyond(permission) => Err(Refusal::PermissionMissing(permission)),
        KeyCreated::MakerGone => Err(Refusal::NotAuthenticated),
    }
}

/// The field that names permissions.
pub(super) const PERMISSIONS: Field = "permissions";

/// The permissions with these names. None if one is unknown, or if there are none:
/// an empty list may be meant as nothing or as all, and a key that may do nothing
/// is better switched off.
pub(super) fn named_permissions(names: &[String]) -> Option<Permissions> {
    if names.is_empty() {
        return None;
    }
    names
        .iter()
        .map(|name| name.parse::<Permission>().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_known_by_their_names_alone() {
        let names = |names: &[&str]| -> Vec<String> {
            names.iter().map(|name| (*name).to_owned()).collect()
        };
        let both: Permissions = [Permission::Check, Permission::Keys].into_iter().collect();
        assert_eq!(
            named_permissions(&names(&["keys", "check", "keys"])),
            Some(both)
        );
        assert_eq!(named_permissions(&names(&["check", "everything"])), None);
        assert_eq!(named_permissions(&names(&["Check"])), None);
        assert_eq!(named_permissions(&[]), None);
    }
}
