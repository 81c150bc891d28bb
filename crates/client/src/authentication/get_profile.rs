//! What a person may read of themselves.

use reqwest::Method;
use rollcall_wire::v3::authentication::GetProfileQuery;
use rollcall_wire::v3::paths::GET_PROFILE;
use rollcall_wire::v3::users::UserDto;

use super::client::AuthenticationClient;
use crate::Error;
use crate::http::data;

impl AuthenticationClient {
    /// The person's own record, with `customData`, `identities` and `departmentIds`
    /// only when asked for.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2020 if the access token is no more or the person
    /// is signed out; otherwise see [`Error`].
    pub async fn get_profile(
        &self,
        access_token: &str,
        query: &GetProfileQuery,
    ) -> Result<UserDto, Error> {
        let inner = &*self.inner;
        let ask = || inner.personal(&Method::GET, GET_PROFILE, access_token, query, data);
        inner.http.reading(ask).await
    }
}
