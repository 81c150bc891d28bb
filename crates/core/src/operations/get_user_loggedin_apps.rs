//! `get-user-loggedin-apps`: where a user is signed in now.

use super::{Authority, UserReference};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::ports::logins::LoggedInApplication;
use crate::refusal::Refusal;

/// The applications in which the user is signed in now, each once.
pub async fn get_user_loggedin_apps(
    authority: &Authority,
    caller: &ManagementCaller,
    user: UserReference,
) -> Result<Vec<LoggedInApplication>, Refusal> {
    caller.require(Permission::SessionsRead)?;
    let user = authority.user(caller.pool, &user).await?;
    Ok(authority
        .store
        .logged_in_applications(caller.pool, user.id)
        .await?)
}
