//! `update-access-key`: switches a key on or off, and says what it may do.

use super::Authority;
use super::create_access_key::{PERMISSIONS, named_permissions};
use super::get_access_key::access_key_id;
use crate::model::access_key::{KeyChange, KeyReport, ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::ports::access_keys::KeyChanged;
use crate::refusal::{Record, Refusal, Rule};

/// The change.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UpdateAccessKey {
    /// The key.
    pub access_key_id: String,
    /// On or off.
    pub enabled: bool,
    /// What it may do from now on, by name; as before if absent.
    pub permissions: Option<Vec<String>>,
}

/// Changes a key at once, for its tokens too. A caller changes no key that may, or
/// shall, do more than itself: 403 names the first such permission.
pub async fn update_access_key(
    authority: &Authority,
    caller: &ManagementCaller,
    request: UpdateAccessKey,
    origin: Origin,
) -> Result<KeyReport, Refusal> {
    caller.require(Permission::Keys)?;
    let permissions = match &request.permissions {
        Some(names) => {
            let wanted = named_permissions(names);
            Some(wanted.ok_or_else(|| Refusal::invalid(PERMISSIONS))?)
        }
        None => None,
    };
    let key = access_key_id(&request.access_key_id)?;
    let change = KeyChange {
        enabled: Some(request.enabled),
        permissions,
    };
    let store = &authority.store;
    let changed = store.update_access_key(caller.pool, key, change, origin);
    changed_key(changed.await?)
}

/// The key that was changed, or why it was not.
pub(super) fn changed_key(changed: KeyChanged) -> Result<KeyReport, Refusal> {
    match changed {
        KeyChanged::Changed(key) => Ok(*key),
        KeyChanged::RootKeyStays => Err(Refusal::Rule(Rule::RootKeyStays)),
        KeyChanged::RootKeyNeeded => Err(Refusal::RootKeyNeeded),
        KeyChanged::Beyond(permission) => Err(Refusal::PermissionMissing(permission)),
        KeyChanged::MakerGone => Err(Refusal::NotAuthenticated),
        KeyChanged::NotFound => Err(Refusal::NotFound(Record::AccessKey)),
    }
}
