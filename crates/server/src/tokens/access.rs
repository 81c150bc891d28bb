//! Access and ID tokens: what applications hold.

use super::key_pair::{self, TokenKind, half_hash};
use super::{KeyFault, Minted, Tokens, Untrusted, check_expiry, expiry, instant};
use rollcall_core::ids::{ApplicationId, LoginId, PoolId, UserId};
use rollcall_core::model::application::{Application, SigningAlgorithm};
use rollcall_core::model::grant::{Grant, TokenNumber};
use rollcall_core::ports::logins::LoginView;
use rollcall_core::time::{Span, Timestamp};
use rollcall_wire::oidc::claims::{Audience, IdTokenClaims};
use serde::{Deserialize, Serialize};

/// `acr` of a sign-in by password alone: one factor, which is all that the
/// value is to tell (OIDC Core section 2 leaves its meaning to the issuer).
pub(crate) const ONE_FACTOR: &str = "1";

/// The payload of an access token: RFC 9068 section 2.2, and of ours the pool
/// and, for the client's own tokens, the version of its secret.
#[derive(Serialize, Deserialize)]
struct Payload {
    iss: String,
    sub: String,
    aud: String,
    client_id: String,
    iat: i64,
    exp: i64,
    jti: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    scope: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    amr: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    acr: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    userpool_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret_version: Option<i64>,
}

/// Whom an access token speaks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenSubject {
    /// A person, through a login.
    Login {
        /// The person.
        user: UserId,
        /// The login, `sid`.
        login: LoginId,
        /// The grant and the token's number, `jti`.
        number: TokenNumber,
    },
    /// The client itself (`client_credentials`).
    Client {
        /// The version of the secret that it proved itself with.
        secret_version: i64,
    },
}

/// A verified access token. Whether it still counts is the store's to say:
/// its login may have ended, its id may be revoked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AccessToken {
    /// The pool of the client, and of the person.
    pub pool: PoolId,
    /// The client that it was issued to, its only audience.
    pub client: ApplicationId,
    /// Whom it speaks for.
    pub subject: TokenSubject,
    /// `jti`.
    pub token_id: String,
    /// Granted scopes, separated by spaces; perhaps empty.
    pub scope: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
}

impl Tokens {
    /// Issues an access token of a login, numbered as its grant's newest.
    pub async fn mint_access_token(
        &self,
        algorithm: SigningAlgorithm,
        pool: PoolId,
        view: &LoginView,
        grant: &Grant,
        lifetime: Span,
    ) -> Result<Minted, KeyFault> {
        let client = view.login.application.to_string();
        let number = TokenNumber {
            grant: grant.id,
            number: grant.newest_token,
        };
        let payload = Payload {
            iss: self.issuer.clone(),
            sub: view.login.user.to_string(),
            aud: client.clone(),
            client_id: client,
            iat: view.now.as_seconds(),
            exp: expiry(view.now, lifetime),
            jti: number.to_string(),
            scope: grant.scope.clone(),
            auth_time: Some(grant.authenticated_at.as_seconds()),
            amr: Some(grant.authentication_methods.clone()),
            acr: Some(ONE_FACTOR.to_owned()),
            sid: Some(view.login.id.to_string()),
            userpool_id: pool.to_string(),
            secret_version: None,
        };
        Ok(Minted {
            token: self
                .sign(algorithm, TokenKind::Access, view.now, &payload)
                .await?,
            lifetime,
        })
    }

    /// Issues the ID token that goes with an access token. What it tells of the
    /// person is `sub` alone: profile claims are userinfo's (OIDC Core section
    /// 5.4, since an access token is always issued too).
    pub async fn mint_id_token(
        &self,
        algorithm: SigningAlgorithm,
        view: &LoginView,
        grant: &Grant,
        access_token: &str,
        nonce: Option<&str>,
        lifetime: Span,
    ) -> Result<Minted, KeyFault> {
        let claims = IdTokenClaims {
            iss: self.issuer.clone(),
            sub: view.login.user.to_string(),
            aud: Audience::One(view.login.application.to_string()),
            exp: expiry(view.now, lifetime),
            iat: view.now.as_seconds(),
            auth_time: Some(grant.authenticated_at.as_seconds()),
            nonce: nonce.map(ToOwned::to_owned),
            acr: Some(ONE_FACTOR.to_owned()),
            amr: Some(grant.authentication_methods.clone()),
            sid: Some(view.login.id.to_string()),
            at_hash: Some(half_hash(algorithm, access_token)),
            jti: None,
        };
        Ok(Minted {
            token: self
                .sign(algorithm, TokenKind::Id, view.now, &claims)
                .await?,
            lifetime,
        })
    }

    /// Issues an access token for the client itself. Its `sub` is the client id,
    /// which is no user's id in any pool (RFC 9068 section 5).
    pub async fn mint_client_token(
        &self,
        client: &Application,
        scope: &str,
        now: Timestamp,
    ) -> Result<Minted, KeyFault> {
        let id = client.id.to_string();
        let lifetime = client.oauth.lifetimes.access_token;
        let payload = Payload {
            iss: self.issuer.clone(),
            sub: id.clone(),
            aud: id.clone(),
            client_id: id,
            iat: now.as_seconds(),
            exp: expiry(now, lifetime),
            jti: self.new_token_id(),
            scope: scope.to_owned(),
            auth_time: None,
            amr: None,
            acr: None,
            sid: None,
            userpool_id: client.pool.to_string(),
            secret_version: Some(client.secret_version),
        };
        Ok(Minted {
            token: self
                .sign(
                    client.oauth.signing_algorithm,
                    TokenKind::Access,
                    now,
                    &payload,
                )
                .await?,
            lifetime,
        })
    }

    /// Verifies an access token (RFC 9068 section 4). Management tokens and ID
    /// tokens are none, nor is what a key signed that is not published any more:
    /// its last token has expired, so whoever has it now forges.
    pub fn verify_access_token(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<AccessToken, Untrusted> {
        let keys = self.keys();
        let payload: Payload = key_pair::read(keys.published(now), TokenKind::Access, token)?;
        if payload.iss != self.issuer || payload.aud != payload.client_id {
            return Err(Untrusted::Invalid);
        }
        check_expiry(payload.exp, now)?;
        payload.read().ok_or(Untrusted::Invalid)
    }
}

impl Payload {
    fn read(self) -> Option<AccessToken> {
        let subject = match (&self.sid, self.secret_version) {
            (Some(login), None) => TokenSubject::Login {
                user: self.sub.parse().ok()?,
                login: login.parse().ok()?,
                number: self.jti.parse().ok()?,
            },
            (None, Some(secret_version)) if self.sub == self.client_id => {
                TokenSubject::Client { secret_version }
            }
            _ => return None,
        };
        Some(AccessToken {
            pool: self.userpool_id.parse().ok()?,
            client: self.client_id.parse().ok()?,
            subject,
            token_id: self.jti,
            scope: self.scope,
            issued_at: instant(self.iat),
            expires_at: instant(self.exp),
        })
    }
}
