//! Signing a person in through the server's pages: the code flow with PKCE (OIDC
//! Core section 3.1, RFC 7636, RFC 9700 section 2.1.1).

use std::borrow::Cow;
use std::collections::BTreeMap;

use rollcall_wire::oidc::claims::IdTokenClaims;
use rollcall_wire::oidc::token::{TokenRequest, TokenResponse};
use rollcall_wire::v3::SecretText;
use rollcall_wire::v3::paths::OIDC_AUTHORIZATION;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::client::AuthenticationClient;
use super::id_token::CLOCK_SKEW_S;
use super::jws::code_challenge;
use crate::Error;

/// What to ask the server's pages for.
#[derive(Clone, Debug)]
pub struct SignOn {
    redirect_uri: String,
    scope: String,
    max_age: Option<u32>,
    further: BTreeMap<&'static str, String>,
}

impl SignOn {
    /// A sign-on that comes back to this redirect URI, exactly as the application
    /// has registered it. The scope is `openid` unless set.
    pub fn new(redirect_uri: impl Into<String>) -> Self {
        Self {
            redirect_uri: redirect_uri.into(),
            scope: "openid".to_owned(),
            max_age: None,
            further: BTreeMap::new(),
        }
    }

    fn with(mut self, name: &'static str, value: String) -> Self {
        self.further.insert(name, value);
        self
    }

    /// The scopes, separated by spaces, with `openid` among them. `offline_access`
    /// gives a refresh token.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = scope.into();
        self
    }

    /// What the pages must or must not do: `none`, `login`, `consent`,
    /// `select_account`, or several of them, separated by spaces.
    #[must_use]
    pub fn prompt(self, prompt: impl Into<String>) -> Self {
        self.with("prompt", prompt.into())
    }

    /// How many seconds ago the person may have proved themselves; 0 asks now.
    #[must_use]
    pub fn max_age(mut self, seconds: u32) -> Self {
        self.max_age = Some(seconds);
        self.with("max_age", seconds.to_string())
    }

    /// Who is likely to sign in; it fills in the form.
    #[must_use]
    pub fn login_hint(self, hint: impl Into<String>) -> Self {
        self.with("login_hint", hint.into())
    }

    /// An ID token of this application: only its person will do.
    #[must_use]
    pub fn id_token_hint(self, id_token: impl Into<String>) -> Self {
        self.with("id_token_hint", id_token.into())
    }

    /// Languages of the pages, separated by spaces: `en-US`, `zh-CN`, `zh-TW`,
    /// `ja-JP`.
    #[must_use]
    pub fn ui_locales(self, locales: impl Into<String>) -> Self {
        self.with("ui_locales", locales.into())
    }
}

/// A sign-on that has begun. Keep it where only this browser's session can get at it,
/// until the browser comes back, and use it once: it is what ties the answer to the
/// browser that asked. It can be serialised for that; it holds secrets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PendingSignOn {
    url: String,
    redirect_uri: String,
    state: SecretText,
    nonce: SecretText,
    code_verifier: SecretText,
    /// Seconds since the Unix epoch; with `max_age` alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    earliest_auth_time: Option<i64>,
}

impl PendingSignOn {
    /// Where to send the browser.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// `state` of the request, by which an application with several sign-ons under
    /// way finds the one that a browser comes back from.
    pub fn state(&self) -> &str {
        self.state.as_str()
    }
}

/// A person who has signed on.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignedOn {
    /// The tokens.
    pub tokens: TokenResponse,
    /// What the ID token says, verified: `sub` is the user's id, `sid` the login.
    pub claims: IdTokenClaims,
}

impl AuthenticationClient {
    /// Begins a sign-on through the server's pages, with fresh `state`, `nonce` and
    /// PKCE verifier, each of 256 random bits. It makes no request.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidOption`] if the machine has no randomness to give.
    pub fn sign_on(&self, request: SignOn) -> Result<PendingSignOn, Error> {
        let random = &self.inner.http.randomness;
        let fresh = || random.text().ok_or(Error::InvalidOption("randomness"));
        let (state, nonce, code_verifier) = (fresh()?, fresh()?, fresh()?);
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("client_id", &self.inner.app_id)
            .append_pair("response_type", "code")
            .append_pair("redirect_uri", &request.redirect_uri)
            .append_pair("scope", &request.scope)
            .append_pair("state", &state)
            .append_pair("nonce", &nonce)
            .append_pair("code_challenge", &code_challenge(&code_verifier))
            .append_pair("code_challenge_method", "S256");
        for (name, value) in &request.further {
            query.append_pair(name, value);
        }
        let began_at = self.inner.clock.now_s();
        Ok(PendingSignOn {
            url: format!(
                "{}{OIDC_AUTHORIZATION}?{}",
                self.inner.public_url,
                query.finish()
            ),
            redirect_uri: request.redirect_uri,
            state: state.into(),
            nonce: nonce.into(),
            code_verifier: code_verifier.into(),
            earliest_auth_time: request
                .max_age
                .map(|max_age| began_at - i64::from(max_age) - CLOCK_SKEW_S),
        })
    }

    /// Ends a sign-on with what the browser came back with: the query of the redirect
    /// URI (also a whole URL), or the body that was posted to it with
    /// `response_mode=form_post`. It checks `state` and `iss` (RFC 9207), redeems the
    /// code, and verifies the ID token; see
    /// [`verify_id_token`](Self::verify_id_token).
    ///
    /// A code works once and lives for 60 seconds; it is not tried again.
    ///
    /// # Errors
    ///
    /// [`Error::ForeignCallback`] if it is no answer to this sign-on: nothing was
    /// redeemed. [`Error::SignOnRefused`] if the person was not signed in.
    /// [`Error::OAuth`] with `invalid_grant` if the code is used or expired, and
    /// [`Error::InvalidIdToken`]; otherwise see [`Error`].
    pub async fn finish_sign_on(
        &self,
        pending: PendingSignOn,
        callback: &str,
    ) -> Result<SignedOn, Error> {
        let answer = Answer::read(callback);
        let code = answer.code(&pending, &self.issuer())?;
        let request = TokenRequest {
            grant_type: Some("authorization_code".to_owned()),
            code: Some(code.into()),
            redirect_uri: Some(pending.redirect_uri),
            code_verifier: Some(pending.code_verifier),
            ..TokenRequest::default()
        };
        let tokens = self.token(&request).await?;
        let id_token = tokens.id_token.as_ref();
        let id_token = id_token
            .ok_or(Error::InvalidIdToken("there is none"))?
            .as_str();
        let claims = self
            .verify_with_access_token(
                id_token,
                Some(pending.nonce.as_str()),
                tokens.access_token.as_str(),
            )
            .await?;
        // OIDC Core section 3.1.3.7, 11: whoever asks for a recent proof looks whether
        // it is one.
        if let Some(earliest) = pending.earliest_auth_time
            && claims.auth_time.is_none_or(|at| at < earliest)
        {
            return Err(Error::InvalidIdToken("auth_time is too long ago"));
        }
        Ok(SignedOn { tokens, claims })
    }
}

/// The parameters of an authorization answer (RFC 6749 section 4.1.2).
struct Answer<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Answer<'a> {
    fn read(callback: &'a str) -> Self {
        let query = callback
            .split_once('?')
            .map_or(callback, |(_, query)| query);
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        Self(form_urlencoded::parse(query.as_bytes()).collect())
    }

    /// The one value of a parameter. A repeated one is none: RFC 6749 section 3.1.
    fn one(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(key, _)| key == name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    /// The code, if it is the answer to this request and of this issuer. Who answers
    /// is known before anything of the answer is believed, an error included.
    fn code(&self, pending: &PendingSignOn, issuer: &str) -> Result<&str, Error> {
        let expected = pending.state.as_str().as_bytes();
        let state = self.one("state").unwrap_or_default().as_bytes();
        if aws_lc_rs::constant_time::verify_slices_are_equal(state, expected).is_err() {
            return Err(Error::ForeignCallback("state"));
        }
        if self.one("iss") != Some(issuer) {
            return Err(Error::ForeignCallback("iss"));
        }
        if let Some(error) = self.one("error") {
            return Err(Error::SignOnRefused {
                error: error.to_owned(),
                description: self.one("error_description").map(ToOwned::to_owned),
            });
        }
        self.one("code").ok_or(Error::ForeignCallback("code"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    fn client() -> AuthenticationClient {
        let number = std::sync::atomic::AtomicU8::new(0);
        AuthenticationClient::builder("http://10.0.0.1:7250", "app")
            .public_url("https://id.example.com/")
            .randomness(move |bytes| {
                bytes.fill(number.fetch_add(1, std::sync::atomic::Ordering::SeqCst));
            })
            .build()
            .unwrap()
    }

    #[test]
    fn the_url_has_all_that_protects_the_flow() {
        let request = SignOn::new("https://shop.example.com/callback?x=1")
            .scope("openid email")
            .prompt("login")
            .max_age(60);
        let pending = client().sign_on(request).unwrap();
        let url = Url::parse(pending.url()).unwrap();
        assert_eq!(url.origin().ascii_serialization(), "https://id.example.com");
        assert_eq!(url.path(), "/oidc/auth");
        let query: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
        assert_eq!(query["client_id"], "app");
        assert_eq!(
            query["redirect_uri"],
            "https://shop.example.com/callback?x=1"
        );
        assert_eq!(query["scope"], "openid email");
        assert_eq!(
            (query["prompt"].as_str(), query["max_age"].as_str()),
            ("login", "60")
        );
        assert_eq!(query["state"], pending.state());
        let challenge = code_challenge(pending.code_verifier.as_str());
        assert_eq!(query["code_challenge"], challenge);
        let secrets = [&query["state"], &query["nonce"], &challenge];
        assert!(secrets.iter().all(|text| text.len() == 43), "{secrets:?}");
        assert!(
            secrets[0] != secrets[1] && !pending.url().contains(pending.code_verifier.as_str())
        );
        let kept = serde_json::to_string(&pending).unwrap();
        let back: PendingSignOn = serde_json::from_str(&kept).unwrap();
        assert_eq!(back.code_verifier, pending.code_verifier);
        assert!(!format!("{pending:?}").contains(pending.code_verifier.as_str()));
    }

    #[test]
    fn only_the_own_answer_is_believed() {
        let client = client();
        let pending = client.sign_on(SignOn::new("https://a.example")).unwrap();
        let state = pending.state();
        let iss = "iss=https%3A%2F%2Fid.example.com%2Foidc";
        let code = |callback: &str| {
            let answer = Answer::read(callback);
            answer
                .code(&pending, &client.issuer())
                .map(ToOwned::to_owned)
        };
        let good = format!("code=c&state={state}&{iss}");
        for callback in [
            good.clone(),
            format!("https://a.example/?{good}"),
            format!("https://a.example/?{good}#_"),
        ] {
            assert_eq!(code(&callback).unwrap(), "c", "{callback}");
        }
        for (callback, what) in [
            (format!("code=c&{iss}"), "state"),
            (format!("code=c&state=x&{iss}"), "state"),
            (format!("{good}&state={state}"), "state"),
            (format!("code=c&state={state}"), "iss"),
            (
                format!("code=c&state={state}&iss=https%3A%2F%2Fevil.example"),
                "iss",
            ),
            (format!("error=access_denied&state={state}"), "iss"),
            (format!("state={state}&{iss}"), "code"),
            (format!("{good}&code=d"), "code"),
        ] {
            let refused = code(&callback);
            assert!(
                matches!(refused, Err(Error::ForeignCallback(why)) if why == what),
                "{callback}: {refused:?}"
            );
        }
        let denied = format!("error=access_denied&error_description=no&state={state}&{iss}");
        assert!(matches!(
            code(&denied),
            Err(Error::SignOnRefused { error, .. }) if error == "access_denied"
        ));
    }
}
