//! `update-user`: changes a user; a status or password that ends logins does so
//! in the same commit.

use super::get_user::UserDetails;
use super::{Authority, UserFields, UserReference};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::model::user::{User, UserChange};
use crate::ports::users::Saved;
use crate::refusal::{Record, Refusal};

/// The change to make.
#[derive(Clone)]
pub struct UpdateUser {
    /// The user.
    pub user: UserReference,
    /// What is said of them; absent members stay as they are.
    pub fields: UserFields,
}

/// Changes a user.
pub async fn update_user(
    authority: &Authority,
    caller: &ManagementCaller,
    request: UpdateUser,
    origin: Origin,
) -> Result<UserDetails, Refusal> {
    caller.require(Permission::UsersWrite)?;
    let user = authority.user(caller.pool, &request.user).await?;
    let country_code = authority.country_code(caller.pool).await?;
    let fields = request.fields;
    let change = fields.checked(&country_code, user.phone.as_ref())?;
    let password = match &fields.password {
        Some(given) => {
            let holder = authority.holders_in(caller.pool).await?;
            authority.set_password(Some(given), holder).await?
        }
        None => None,
    };
    authority.still_may(caller, Permission::UsersWrite).await?;
    let change = UserChange { password, ..change };
    let saved = authority
        .store
        .update_user(caller.pool, user.id, change, origin)
        .await?;
    authority.one_with_details(changed(saved)?, false).await
}

/// The user as it is now, or why it was not changed.
pub(super) fn changed(saved: Saved) -> Result<User, Refusal> {
    match saved {
        Saved::Saved(user) => Ok(*user),
        Saved::Taken(fields) => Err(Refusal::Taken(fields)),
        Saved::ExtIdpNotFound => Err(Refusal::Fault),
        Saved::NotFound => Err(Refusal::NotFound(Record::User)),
    }
}
