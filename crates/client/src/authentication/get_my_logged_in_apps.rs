//! Where a person is signed in.

use reqwest::Method;
use rollcall_wire::v3::JsonObject;
use rollcall_wire::v3::authentication::LoggedInAppsDto;
use rollcall_wire::v3::paths::GET_MY_LOGGED_IN_APPS;

use super::client::AuthenticationClient;
use crate::Error;
use crate::http::data;

impl AuthenticationClient {
    /// The applications that the person signed in to; `active` says whether that
    /// login is live now.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2020 if the access token is no more or the person
    /// is signed out; otherwise see [`Error`].
    pub async fn get_my_logged_in_apps(
        &self,
        access_token: &str,
    ) -> Result<Vec<LoggedInAppsDto>, Error> {
        let inner = &*self.inner;
        let nothing = JsonObject::new();
        let path = GET_MY_LOGGED_IN_APPS;
        let ask = || inner.personal(&Method::GET, path, access_token, &nothing, data);
        inner.http.reading(ask).await
    }
}
