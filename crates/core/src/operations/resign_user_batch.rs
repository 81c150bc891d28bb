//! `resign-user-batch`: many people have left, in one commit.

use super::Authority;
use super::batch::{RowOutcome, check_rows};
use super::resign_user::resignation;
use super::update_user::changed;
use crate::ids::UserId;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::model::identifier::IdentifierKind;
use crate::refusal::Refusal;
use std::collections::HashMap;

/// Who has left.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ResignUserBatch {
    /// 1 to 1,000 users; one named twice is resigned once.
    pub user_ids: Vec<String>,
    /// Which kind of identifier they are; without it, user ids.
    pub user_id_type: Option<IdentifierKind>,
}

/// Resigns each of these users that there is; answers what became of each.
pub async fn resign_user_batch(
    authority: &Authority,
    caller: &ManagementCaller,
    request: ResignUserBatch,
    origin: Origin,
) -> Result<Vec<RowOutcome<UserId>>, Refusal> {
    caller.require(Permission::UsersWrite)?;
    check_rows(request.user_ids.len(), "userIds")?;
    let pool = caller.pool;
    let found = authority.users(pool, request.user_id_type, &request.user_ids, "userIds");
    let found = found.await?;
    let mut places: HashMap<UserId, usize> = HashMap::new();
    let mut changes = Vec::new();
    for user in found.iter().flatten() {
        places.entry(user.id).or_insert_with(|| {
            changes.push((user.id, resignation()));
            changes.len() - 1
        });
    }
    let saved = authority.store.update_users(pool, changes, origin).await?;
    let saved: Vec<RowOutcome<UserId>> = saved
        .into_iter()
        .map(|saved| changed(saved).map(|user| user.id))
        .collect();
    let outcome = |user: &UserId| {
        let place = places.get(user).and_then(|place| saved.get(*place));
        place.cloned().unwrap_or(Err(Refusal::Fault))
    };
    let rows = found.into_iter().map(|row| outcome(&row?.id));
    Ok(rows.collect())
}
