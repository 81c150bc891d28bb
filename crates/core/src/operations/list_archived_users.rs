//! `list-archived-users`: whose status is `Archived`, and since when.

use super::Authority;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::user::ArchivedUser;
use crate::page::{PageOf, PageRequest};
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// A page of the archived users, who was archived last first; only those since
/// `from`, if it is given.
pub async fn list_archived_users(
    authority: &Authority,
    caller: &ManagementCaller,
    from: Option<Timestamp>,
    page: PageRequest,
) -> Result<PageOf<ArchivedUser>, Refusal> {
    caller.require(Permission::UsersRead)?;
    let users = authority
        .store
        .archived_users(caller.pool, from, page)
        .await?;
    Ok(users)
}
