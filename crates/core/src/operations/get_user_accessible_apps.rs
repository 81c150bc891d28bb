//! `get-user-accessible-apps`: which applications a user may use.

use super::{Authority, UserReference};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::user::UserStatus;
use crate::ports::applications::AccessibleApplication;
use crate::refusal::Refusal;

/// The applications that the user may sign in to, the newest first; none for a user
/// who may sign in nowhere.
pub async fn get_user_accessible_apps(
    authority: &Authority,
    caller: &ManagementCaller,
    user: UserReference,
) -> Result<Vec<AccessibleApplication>, Refusal> {
    caller.require(Permission::UsersRead)?;
    let user = authority.user(caller.pool, &user).await?;
    if user.status != UserStatus::Activated {
        return Ok(Vec::new());
    }
    authority.accessible_apps(caller.pool).await
}
