//! `delete-users-batch`: deletes users, all or none.

use super::select_user::one;
use super::{Authority, UserReference};
use crate::limits;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::model::identifier::IdentifierKind;
use crate::refusal::{Record, Refusal};

/// Whom to delete.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DeleteUsers {
    /// 1 to 50 users; if one is unknown, nobody is deleted.
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
    if request.user_ids.is_empty() || request.user_ids.len() > limits::MAX_BATCH_IDS {
        return Err(Refusal::invalid("userIds"));
    }
    let mut users = Vec::with_capacity(request.user_ids.len());
    for text in request.user_ids {
        let reference = UserReference {
            text,
            kind: request.user_id_type,
        };
        let selector = authority
            .selector(caller.pool, &reference, "userIds")
            .await?;
        let user = one(authority.store.find_user(caller.pool, selector).await?)?;
        if !users.contains(&user.id) {
            users.push(user.id);
        }
    }
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
