//! Ending all sessions of a user, an application or the pool.

use reqwest::Method;
use rollcall_wire::v3::paths::END_ALL_SESSIONS;
use rollcall_wire::v3::sessions::{EndAllSessionsDto, IsSuccessDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Ends all sessions of a user or of the user pool, or all logins in an
    /// application, as the request's `scope` says. When this returns, no check says yes
    /// any more, however many there were. What begins later is not touched. It is an
    /// addition of Rollcall to the V3 API.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 400 where the members do not fit the scope, API
    /// code 2004 for an unknown user and 2011 for an unknown application, where nothing
    /// was ended; otherwise see [`Error`].
    pub async fn end_all_sessions(&self, request: &EndAllSessionsDto) -> Result<(), Error> {
        let _: IsSuccessDto = self.call(Method::POST, END_ALL_SESSIONS, request).await?;
        Ok(())
    }
}
