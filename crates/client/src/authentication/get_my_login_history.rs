//! When and where a person signed in.

use reqwest::Method;
use rollcall_wire::v3::logs::{GetMyLoginHistoryQuery, LoginHistoryPaginatedRespDto};
use rollcall_wire::v3::paths::GET_MY_LOGIN_HISTORY;

use super::client::AuthenticationClient;
use crate::Error;
use crate::http::data;

impl AuthenticationClient {
    /// One page of the person's sign-ins and refused attempts, the newest first.
    /// `start` and `end` are milliseconds since the Unix epoch; a page has 1 to 50
    /// entries, 10 if `limit` is absent.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2020 if the access token is no more or the person
    /// is signed out; otherwise see [`Error`].
    pub async fn get_my_login_history(
        &self,
        access_token: &str,
        query: &GetMyLoginHistoryQuery,
    ) -> Result<LoginHistoryPaginatedRespDto, Error> {
        let inner = &*self.inner;
        let path = GET_MY_LOGIN_HISTORY;
        let ask = || inner.personal(&Method::GET, path, access_token, query, data);
        inner.http.reading(ask).await
    }
}
