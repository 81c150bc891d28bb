//! `create-users-batch`: makes many users in one commit.

use super::Authority;
use super::batch::{RowOutcome, check_rows, in_order, of_row};
use super::create_user::{CreateUser, created};
use super::get_user::UserDetails;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::refusal::Refusal;

/// Makes each of these users that can be made, in order and in one commit; answers
/// what became of each. A row that was refused before it came here keeps its place.
/// Passwords are hashed before the commit, beside whoever signs in meanwhile.
pub async fn create_users_batch(
    authority: &Authority,
    caller: &ManagementCaller,
    rows: Vec<RowOutcome<CreateUser>>,
    origin: Origin,
) -> Result<Vec<RowOutcome<UserDetails>>, Refusal> {
    caller.require(Permission::UsersWrite)?;
    check_rows(rows.len(), "list")?;
    let pool = caller.pool;
    let country_code = authority.country_code(pool).await?;
    let holder = authority.holders_in(pool).await?;
    let mut prepared = Vec::with_capacity(rows.len());
    for row in rows {
        prepared.push(match row {
            Ok(request) => {
                let user = authority.prepared_user(pool, &country_code, holder, request);
                of_row(user.await)?
            }
            Err(refusal) => Err(refusal),
        });
    }
    let to_hash = prepared.iter_mut().flatten();
    let to_hash = to_hash.map(|user| user.password.take()).collect();
    let mut passwords = authority.hashed(to_hash).await?.into_iter();
    authority.still_may(caller, Permission::UsersWrite).await?;
    let now = authority.now();
    let mut users = Vec::with_capacity(prepared.len());
    let mut outcomes = Vec::with_capacity(prepared.len());
    for row in prepared {
        outcomes.push(row.map(|user| {
            let password = passwords.next().flatten();
            users.push(user.with_password(pool, password, now));
        }));
    }
    let saved = authority.store.create_users(pool, users, origin).await?;
    let saved = saved
        .into_iter()
        .map(|saved| created(saved).map(UserDetails::plain));
    in_order(outcomes, saved)
}
