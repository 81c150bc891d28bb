//! `unlink-identity`: unties a user from an external source.

use super::user_input::is_name;
use super::{Authority, UserReference};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::refusal::{Record, Refusal};

/// The link to remove.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnlinkIdentity {
    /// The source.
    pub ext_idp_id: String,
    /// The user's id.
    pub user_id: String,
    /// Only identities of this kind.
    pub kind: Option<String>,
}

/// Removes the user's identities at the source; 404 if there was none.
pub async fn unlink_identity(
    authority: &Authority,
    caller: &ManagementCaller,
    request: UnlinkIdentity,
    origin: Origin,
) -> Result<(), Refusal> {
    caller.require(Permission::UsersWrite)?;
    if request.kind.as_deref().is_some_and(|kind| !is_name(kind)) {
        return Err(Refusal::invalid("type"));
    }
    let ext_idp = authority
        .ext_idp_id(caller.pool, &request.ext_idp_id)
        .await?;
    let user = authority
        .user(caller.pool, &UserReference::id(request.user_id))
        .await?;
    let removed = authority
        .store
        .unlink_identity(caller.pool, user.id, ext_idp, request.kind, origin)
        .await?;
    if removed {
        Ok(())
    } else {
        Err(Refusal::NotFound(Record::Identity))
    }
}
