//! `update-user-batch`: changes many users in one commit.

use super::batch::{RowOutcome, check_rows, in_order};
use super::get_user::UserDetails;
use super::given_password::CheckedPassword;
use super::select_user::USER_ID;
use super::update_user::changed;
use super::{Authority, UserFields};
use crate::ids::{PoolId, UserId};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::model::identifier::IdentifierKind;
use crate::model::password::Holder;
use crate::model::user::{User, UserChange};
use crate::refusal::Refusal;
use std::collections::HashSet;

/// A change of one user.
#[derive(Clone)]
pub struct ChangedUser {
    /// The user, by an identifier of the batch's kind.
    pub user_id: String,
    /// What is said of them; absent members stay as they are.
    pub fields: UserFields,
}

/// Changes of many users.
#[derive(Clone)]
pub struct UpdateUserBatch {
    /// The changes, each of another user; a row that was refused before it came
    /// here keeps its place.
    pub rows: Vec<RowOutcome<ChangedUser>>,
    /// Which kind of identifier names the users; without it, user ids.
    pub user_id_type: Option<IdentifierKind>,
}

/// A change that may be made, but for the password and what others have.
struct PreparedChange {
    user: UserId,
    change: UserChange,
    password: Option<CheckedPassword>,
}

/// Makes each of these changes that can be made, in order and in one commit; answers
/// what became of each. What a single change ends, its row ends.
pub async fn update_user_batch(
    authority: &Authority,
    caller: &ManagementCaller,
    request: UpdateUserBatch,
    origin: Origin,
) -> Result<Vec<RowOutcome<UserDetails>>, Refusal> {
    caller.require(Permission::UsersWrite)?;
    check_rows(request.rows.len(), "list")?;
    let pool = caller.pool;
    let mut prepared = authority.prepared_changes(pool, request).await?;
    let to_hash = prepared.iter_mut().flatten();
    let to_hash = to_hash.map(|row| row.password.take()).collect();
    let mut passwords = authority.hashed(to_hash).await?.into_iter();
    authority.still_may(caller, Permission::UsersWrite).await?;
    let mut changes = Vec::with_capacity(prepared.len());
    let mut outcomes = Vec::with_capacity(prepared.len());
    for row in prepared {
        outcomes.push(row.map(|row| {
            let password = passwords.next().flatten();
            let change = UserChange {
                password,
                ..row.change
            };
            changes.push((row.user, change));
        }));
    }
    let saved = authority.store.update_users(pool, changes, origin).await?;
    let saved = saved
        .into_iter()
        .map(|saved| changed(saved).map(UserDetails::plain));
    in_order(outcomes, saved)
}

impl Authority {
    /// Looks all users up, and checks what is said of each. Of two changes of one
    /// user the later one is refused: it was written without knowing of the first.
    async fn prepared_changes(
        &self,
        pool: PoolId,
        request: UpdateUserBatch,
    ) -> Result<Vec<RowOutcome<PreparedChange>>, Refusal> {
        let country_code = self.country_code(pool).await?;
        let holder = self.holders_in(pool).await?;
        let texts: Vec<String> = request
            .rows
            .iter()
            .flatten()
            .map(|row| row.user_id.clone())
            .collect();
        let found = self.users(pool, request.user_id_type, &texts, USER_ID);
        let mut found = found.await?.into_iter();
        let mut seen = HashSet::new();
        let mut prepared = Vec::with_capacity(request.rows.len());
        for row in request.rows {
            let row = match row {
                Ok(row) => found.next().ok_or(Refusal::Fault)?.map(|user| (row, user)),
                Err(refusal) => Err(refusal),
            };
            prepared.push(row.and_then(|(row, user)| {
                if !seen.insert(user.id) {
                    return Err(Refusal::Taken(vec![USER_ID]));
                }
                self.prepared_change(&country_code, holder, &row.fields, &user)
            }));
        }
        Ok(prepared)
    }

    fn prepared_change(
        &self,
        country_code: &str,
        holder: Holder,
        fields: &UserFields,
        user: &User,
    ) -> Result<PreparedChange, Refusal> {
        Ok(PreparedChange {
            user: user.id,
            change: fields.checked(country_code, user.phone.as_ref())?,
            password: self.checked_password(fields.password.as_ref(), holder, "password")?,
        })
    }
}
