//! Grants and their tokens.

use super::StoreResult;
use super::logins::LoginView;
use crate::ids::{ApplicationId, LoginId, PoolId};
use crate::model::event::Origin;
use crate::model::grant::TokenNumber;
use crate::secret::TokenDigest;
use crate::time::{Span, Timestamp};
use async_trait::async_trait;

/// A refresh: the presented token and the one that takes its place.
#[derive(Clone, Copy, Debug)]
pub struct RefreshRequest {
    /// The client that presents it.
    pub application: ApplicationId,
    /// What was presented.
    pub presented: TokenDigest,
    /// Its successor.
    pub successor: TokenDigest,
    /// The successor's lifetime; the store cuts it at the login's maximum lifetime.
    pub lifetime: Span,
    /// A second use within this span of the first is a retry.
    pub retry_window: Span,
}

/// What became of a refresh.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refreshed {
    /// Rotated, and counted as activity; the grant's `newest_token` is the number
    /// of the access token to issue.
    Refreshed(Box<LoginView>),
    /// It was used before, outside of the retry window or with its successor used:
    /// its login has ended now (`refresh_token_reused`), unless it had already.
    Reused,
    /// Unknown, expired, another client's, or of an ended login.
    Invalid,
}

/// A code that a client presents (RFC 6749, section 4.1.3; RFC 7636, section 4.6).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Redemption {
    /// The client that presents it.
    pub application: ApplicationId,
    /// What was presented.
    pub code: TokenDigest,
    /// The redirect URI that it names: exactly that of the request.
    pub redirect_uri: String,
    /// The challenge that follows from the verifier, if one was sent.
    pub challenge: Option<String>,
    /// A refresh token and its lifetime, stored if the grant has `offline_access`.
    pub refresh_token: Option<(TokenDigest, Span)>,
}

/// What became of a redemption.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Redeemed {
    /// The login is live and its grant's first tokens may be issued.
    Redeemed {
        /// The login with its grant.
        view: Box<LoginView>,
        /// The nonce of the request.
        nonce: Option<String>,
    },
    /// It was redeemed before: its login has ended now (`code_reused`), unless it
    /// had already.
    Reused,
    /// Unknown, expired, another client's or URI's, without its verifier, or of an
    /// ended login.
    Invalid,
}

/// A token to be revoked, by its client.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RevokedToken {
    /// A refresh token: its login ends.
    Refresh(TokenDigest),
    /// An access token of a login: the newest of its grant ends the login, a
    /// superseded one only itself.
    Access {
        /// The login.
        login: LoginId,
        /// Its grant and number.
        number: TokenNumber,
        /// Its own expiry, after which nothing needs to be remembered.
        expires_at: Timestamp,
    },
    /// A token of the client itself (client_credentials).
    Client {
        /// Its `jti`.
        token_id: String,
        /// Its own expiry.
        expires_at: Timestamp,
    },
}

/// Grants and tokens of a pool.
#[async_trait]
pub trait Grants: Send + Sync {
    /// Redeems an authorization code in one commit. Only a presentation that would
    /// have been valid counts as its use, or as a second one.
    async fn redeem_code(
        &self,
        pool: PoolId,
        redemption: Redemption,
        origin: Origin,
    ) -> StoreResult<Redeemed>;

    /// Rotates a refresh token in one commit.
    async fn refresh(
        &self,
        pool: PoolId,
        request: RefreshRequest,
        origin: Origin,
    ) -> StoreResult<Refreshed>;

    /// The login of a refresh token, with its grant, whatever its state; none if
    /// there is no such token, or it is used, cancelled or expired.
    async fn refresh_token_login(
        &self,
        pool: PoolId,
        presented: TokenDigest,
    ) -> StoreResult<Option<LoginView>>;

    /// Whether a token was revoked by its id (`jti`).
    async fn is_revoked(&self, pool: PoolId, token_id: &str) -> StoreResult<bool>;

    /// Revokes a token of this client in one commit; another client's token, or
    /// an unknown one, changes nothing.
    async fn revoke_token(
        &self,
        pool: PoolId,
        application: ApplicationId,
        token: RevokedToken,
        origin: Origin,
    ) -> StoreResult<()>;
}
