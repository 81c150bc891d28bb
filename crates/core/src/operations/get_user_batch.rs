//! `get-user-batch`: some users by their identifiers.

use super::Authority;
use super::get_user::UserDetails;
use crate::limits;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::identifier::IdentifierKind;
use crate::model::user::User;
use crate::page::PageOf;
use crate::refusal::{Record, Refusal};

/// Whom to look up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GetUserBatch {
    /// 1 to 50 users.
    pub user_ids: Vec<String>,
    /// Which kind of identifier they are; without it, user ids.
    pub user_id_type: Option<IdentifierKind>,
    /// Whether their identities are asked for.
    pub with_identities: bool,
}

/// Those of the users that there are, in the order in which they were named, each
/// once.
pub async fn get_user_batch(
    authority: &Authority,
    caller: &ManagementCaller,
    request: GetUserBatch,
) -> Result<Vec<UserDetails>, Refusal> {
    caller.require(Permission::UsersRead)?;
    if !(1..=limits::MAX_BATCH_IDS).contains(&request.user_ids.len()) {
        return Err(Refusal::invalid("userIds"));
    }
    let pool = caller.pool;
    let found = authority.users(pool, request.user_id_type, &request.user_ids, "userIds");
    let mut users: Vec<User> = Vec::new();
    for user in found.await? {
        match user {
            Ok(user) if users.iter().any(|other| other.id == user.id) => {}
            Ok(user) => users.push(user),
            Err(Refusal::NotFound(Record::User)) => {}
            Err(malformed) => return Err(malformed),
        }
    }
    let page = PageOf {
        total_count: users.len() as u64,
        list: users,
    };
    let with_identities = request.with_identities;
    let page = authority
        .page_with_details(pool, page, with_identities)
        .await?;
    Ok(page.list)
}
