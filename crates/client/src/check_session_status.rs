//! Is this person signed in to that application, right now?

use reqwest::Method;
use rollcall_wire::v3::UserIdType;
use rollcall_wire::v3::paths::CHECK_SESSION_STATUS;
use rollcall_wire::v3::sessions::{CheckSessionStatusDataDto, CheckSessionStatusDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Whether the user is signed in to the application now: some login of
    /// theirs there has begun, has not ended and is within its limits.
    ///
    /// `user_id` is any identifier of the user: id, username, e-mail address,
    /// phone number, external id or federated identity. Asking does not count
    /// as the user's activity.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2011 for an unknown application and 2004
    /// for an unknown user, with status code 409 for a value that fits two
    /// users; otherwise see [`Error`].
    pub async fn check_session_status(&self, app_id: &str, user_id: &str) -> Result<bool, Error> {
        self.ask(app_id, user_id, None).await
    }

    /// As [`check_session_status`](Self::check_session_status), where
    /// `user_id` is of this kind and no other is searched. Use it for values
    /// that people type, so that nobody's username can pass for another's
    /// phone number. It is an addition of Rollcall to the V3 API: other
    /// servers ignore the kind.
    pub async fn check_session_status_by(
        &self,
        app_id: &str,
        user_id: &str,
        user_id_type: UserIdType,
    ) -> Result<bool, Error> {
        self.ask(app_id, user_id, Some(user_id_type)).await
    }

    async fn ask(
        &self,
        app_id: &str,
        user_id: &str,
        user_id_type: Option<UserIdType>,
    ) -> Result<bool, Error> {
        let question = CheckSessionStatusDto {
            app_id: app_id.to_owned(),
            user_id: user_id.to_owned(),
            user_id_type,
            options: None,
        };
        let answer: CheckSessionStatusDataDto = self
            .read(Method::POST, CHECK_SESSION_STATUS, &question)
            .await?;
        Ok(answer.active)
    }
}
