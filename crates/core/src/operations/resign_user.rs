//! `resign-user`: a person has left. The record stays, nobody signs in with it, and
//! all logins end in the same commit.

use super::update_user::changed;
use super::{Authority, UserReference};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::model::user::{UserChange, UserStatus};
use crate::refusal::Refusal;

/// The change that a resignation is.
pub(super) fn resignation() -> UserChange {
    UserChange {
        status: Some(UserStatus::Resigned),
        ..UserChange::default()
    }
}

/// Resigns a user. One who is resigned stays so.
pub async fn resign_user(
    authority: &Authority,
    caller: &ManagementCaller,
    user: UserReference,
    origin: Origin,
) -> Result<(), Refusal> {
    caller.require(Permission::UsersWrite)?;
    let user = authority.user(caller.pool, &user).await?;
    let saved = authority
        .store
        .update_user(caller.pool, user.id, resignation(), origin)
        .await?;
    changed(saved).map(|_| ())
}
