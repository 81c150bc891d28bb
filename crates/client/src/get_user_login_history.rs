//! When and where a user signed in.

use reqwest::Method;
use rollcall_wire::v3::paths::GET_USER_LOGIN_HISTORY;
use rollcall_wire::v3::sessions::{GetUserLoginHistoryQuery, UserLoginHistoryPagingDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// One page of the user's logins, live and ended, the newest first. `start` and
    /// `end` are milliseconds since the Unix epoch, both inclusive; a page has 1 to 50
    /// logins, 10 if `limit` is absent. Set `end` while paging, so that new logins do
    /// not shift the pages.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2004 for an unknown user; otherwise see [`Error`].
    pub async fn get_user_login_history(
        &self,
        request: &GetUserLoginHistoryQuery,
    ) -> Result<UserLoginHistoryPagingDto, Error> {
        self.read(Method::GET, GET_USER_LOGIN_HISTORY, request)
            .await
    }
}
