//! What the granted scopes tell about a person.

use rollcall_wire::oidc::userinfo::UserinfoClaims;
use rollcall_wire::v3::paths::OIDC_USERINFO;

use super::client::AuthenticationClient;
use crate::Error;
use crate::http::authorization;

impl AuthenticationClient {
    /// What the access token's scopes tell about its person (OIDC Core section 5.3).
    ///
    /// # Errors
    ///
    /// [`Error::OAuth`] with `invalid_token` if the token is no more or the person is
    /// signed out; otherwise see [`Error`].
    pub async fn user_info(&self, access_token: &str) -> Result<UserinfoClaims, Error> {
        let http = &self.inner.http;
        let ask = || async {
            let request = http.client.get(format!("{}{OIDC_USERINFO}", http.base_url));
            let request = authorization(request, &format!("Bearer {access_token}"))?;
            http.standard(request).await
        };
        http.reading(ask).await
    }
}
