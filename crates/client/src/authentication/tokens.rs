//! Tokens: getting new ones, asking about them, and giving them back.

use rollcall_wire::oidc::introspection::{IntrospectionResponse, TokenQuery};
use rollcall_wire::oidc::token::{TokenRequest, TokenResponse};
use rollcall_wire::v3::paths::{OIDC_INTROSPECTION, OIDC_REVOCATION, OIDC_TOKEN};

use super::client::AuthenticationClient;
use crate::Error;

impl AuthenticationClient {
    /// New tokens for a refresh token (RFC 6749 section 6), which is replaced: keep
    /// the new one at once, since using the old one again ends the login. `scope`
    /// asks for fewer scopes than were granted.
    ///
    /// It is never tried again by itself. After a failure without an answer the old
    /// token may be used up, unless the application has a `refresh_token_retry_window`.
    ///
    /// # Errors
    ///
    /// [`Error::OAuth`] with `invalid_grant` if the token is used, expired or revoked,
    /// or the person is signed out; `invalid_client` if the application did not prove
    /// itself. Otherwise see [`Error`].
    pub async fn refresh_token(
        &self,
        refresh_token: &str,
        scope: Option<&str>,
    ) -> Result<TokenResponse, Error> {
        self.token(&TokenRequest {
            grant_type: Some("refresh_token".to_owned()),
            refresh_token: Some(refresh_token.into()),
            scope: scope.map(ToOwned::to_owned),
            ..TokenRequest::default()
        })
        .await
    }

    /// An access token for the application itself, without a person (RFC 6749 section
    /// 4.4). `client_credentials` must be among its grants.
    ///
    /// # Errors
    ///
    /// [`Error::OAuth`] with `unauthorized_client` if it may not, `invalid_client` if
    /// it did not prove itself; otherwise see [`Error`].
    pub async fn client_credentials(&self, scope: Option<&str>) -> Result<TokenResponse, Error> {
        self.token(&TokenRequest {
            grant_type: Some("client_credentials".to_owned()),
            scope: scope.map(ToOwned::to_owned),
            ..TokenRequest::default()
        })
        .await
    }

    /// Whether an access or refresh token is good now, and what of (RFC 7662). The
    /// login that a token belongs to is asked for, so that a person who is signed out
    /// has no active token.
    ///
    /// # Errors
    ///
    /// [`Error::OAuth`] with `invalid_client` if the application did not prove itself;
    /// otherwise see [`Error`]. A token that is no more, or another application's, is
    /// no error: its `active` is false.
    pub async fn introspect_token(&self, token: &str) -> Result<IntrospectionResponse, Error> {
        let inner = &*self.inner;
        let query = TokenQuery {
            token: Some(token.into()),
            ..TokenQuery::default()
        };
        let ask = || async {
            let request = inner.form(OIDC_INTROSPECTION, &query)?;
            inner.http.standard(request).await
        };
        inner.http.reading(ask).await
    }

    /// Gives a token back (RFC 7009). Revoking a refresh token also ends the access
    /// tokens of its grant. A token that is no more is a success.
    ///
    /// # Errors
    ///
    /// [`Error::OAuth`] with `invalid_client` if the application did not prove itself;
    /// otherwise see [`Error`].
    pub async fn revoke_token(&self, token: &str) -> Result<(), Error> {
        let inner = &*self.inner;
        let query = TokenQuery {
            token: Some(token.into()),
            ..TokenQuery::default()
        };
        let revoke = async {
            let request = inner.form(OIDC_REVOCATION, &query)?;
            inner.http.standard_answer(request).await
        };
        inner.http.in_time(revoke).await.map(|_| ())
    }

    pub(super) async fn token(&self, request: &TokenRequest) -> Result<TokenResponse, Error> {
        let inner = &*self.inner;
        let ask = async {
            let request = inner.form(OIDC_TOKEN, request)?;
            inner.http.standard(request).await
        };
        inner.http.in_time(ask).await
    }
}
