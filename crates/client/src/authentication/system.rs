//! What anybody may know of the server.

use reqwest::Method;
use rollcall_wire::v3::JsonObject;
use rollcall_wire::v3::paths::SYSTEM;
use rollcall_wire::v3::system::SystemInfoResp;

use super::client::AuthenticationClient;
use crate::Error;
use crate::http::Excerpt;

impl AuthenticationClient {
    /// The server's version and public keys. Nobody needs to be signed in for it, and
    /// no secret is sent.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn system(&self) -> Result<SystemInfoResp, Error> {
        let http = &self.inner.http;
        let ask = || async {
            let request = http.v3(&Method::GET, SYSTEM, &JsonObject::new())?;
            http.open_beside(request, &Excerpt::Without(&[])).await
        };
        http.reading(ask).await
    }
}
