//! `get-user-identities`: a user's identities in external sources.

use super::{Authority, UserReference};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::user::Identity;
use crate::refusal::Refusal;

/// The identities, in the order in which they were linked.
pub async fn get_user_identities(
    authority: &Authority,
    caller: &ManagementCaller,
    user: UserReference,
) -> Result<Vec<Identity>, Refusal> {
    caller.require(Permission::UsersRead)?;
    let user = authority.user(caller.pool, &user).await?;
    Ok(authority
        .store
        .identities(caller.pool, vec![user.id])
        .await?)
}
