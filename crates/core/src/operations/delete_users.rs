//! `delete-users-batch`: deletes users, all or none.

use super::Authority;
use super::batch::check_rows;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::model::identifier::IdentifierKind;
use crate::model::user::User;
use crate::refusal::{Record, Refusal};

/// Whom to delete.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeleteUsers {
    /// 1 to 1,000 users; if one is unknown, nobody is deleted.
    pub user_ids: Vec<String>,
    /// Which kind of identifier they are; without it, user ids.
    pub user_id_type: Option<IdentifierKind>,
}

/// Erases the users' data and ends their logins, in one commit.
pub async fn delete_users(
    authority: &Authority,
    caller: &ManagementCaller,
    request: DeleteUsers,
    origin: Origin,
) -> Result<(), Refusal> {
    caller.require(Permission::UsersWrite)?;
    check_rows(request.user_ids.len(), "userIds")?;
    let found = authority.users(
        caller.pool,
        request.user_id_type,
        &request.user_ids,
        "userIds",
    );
    let found: Result<Vec<User>, Refusal> = found.await?.into_iter().collect();
    let users = found?.into_iter().map(|user| user.id).collect();
    if authority
        .store
        .delete_users(caller.pool, users, origin)
        .await?
    {
        Ok(())
    } else {
        Err(Refusal::NotFound(Record::User))
    }
}
