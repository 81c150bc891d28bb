//! What anybody may know of the server.

use reqwest::Method;
use rollcall_wire::v3::JsonObject;
use rollcall_wire::v3::paths::SYSTEM;
use rollcall_wire::v3::system::SystemInfoResp;

use super::client::AuthenticationClient;
use crate::Error;
use crate::http::{Excerpt, beside};

impl AuthenticationClient {
    /// The server's version. Its keys are empty: passwords are never encrypted
    /// beneath TLS.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn system(&self) -> Result<SystemInfoResp, Error> {
        let http = &self.inner.http;
        let nothing = JsonObject::new();
        let ask = || async {
            let request = http.v3(&Method::GET, SYSTEM, &nothing)?;
            http.open(request, &Excerpt::Without(&[]), beside).await
        };
        http.reading(ask).await
    }
}
