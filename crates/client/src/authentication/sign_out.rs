//! Signing a person out through their browser (OIDC RP-Initiated Logout 1.0).

use rollcall_wire::v3::paths::OIDC_END_SESSION;
use url::form_urlencoded;

use super::client::AuthenticationClient;

impl AuthenticationClient {
    /// Where to send the browser to sign the person out, of everything that they are
    /// signed in to through it. With an ID token of theirs, expired or not, it is done
    /// at once; without, they are asked.
    ///
    /// `return_to` is where the browser goes afterwards, exactly as the application
    /// has registered it among its `logoutRedirectUris`, with `state` in its query.
    pub fn sign_out_url(
        &self,
        id_token: Option<&str>,
        return_to: Option<&str>,
        state: Option<&str>,
    ) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("client_id", &self.inner.app_id);
        for (name, value) in [
            ("id_token_hint", id_token),
            ("post_logout_redirect_uri", return_to),
            ("state", state),
        ] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        format!(
            "{}{OIDC_END_SESSION}?{}",
            self.inner.public_url,
            query.finish()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_has_what_is_known() {
        let client = AuthenticationClient::builder("https://id.example.com", "app");
        let client = client.build().unwrap();
        assert_eq!(
            client.sign_out_url(None, None, None),
            "https://id.example.com/oidc/session/end?client_id=app"
        );
        assert_eq!(
            client.sign_out_url(Some("a.b.c"), Some("https://s.example/?x"), Some("s t")),
            "https://id.example.com/oidc/session/end?client_id=app&id_token_hint=a.b.c\
             &post_logout_redirect_uri=https%3A%2F%2Fs.example%2F%3Fx&state=s+t"
        );
    }
}
