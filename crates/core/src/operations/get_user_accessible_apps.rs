//! `get-user-accessible-apps`: which applications a user may use.

use super::{Authority, UserReference};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::application::Application;
use crate::model::user::{User, UserStatus};
use crate::refusal::Refusal;

/// The applications that the user may use, by name.
pub async fn get_user_accessible_apps(
    authority: &Authority,
    caller: &ManagementCaller,
    user: UserReference,
) -> Result<Vec<Application>, Refusal> {
    caller.require(Permission::UsersRead)?;
    let user = authority.user(caller.pool, &user).await?;
    authority.accessible_applications(&user).await
}

impl Authority {
    /// Applications let in everybody of their pool: those that are switched on are
    /// the user's, unless the user may sign in nowhere.
    pub(super) async fn accessible_applications(
        &self,
        user: &User,
    ) -> Result<Vec<Application>, Refusal> {
        if user.status != UserStatus::Activated {
            return Ok(Vec::new());
        }
        Ok(self.store.enabled_applications(user.pool).await?)
    }
}
