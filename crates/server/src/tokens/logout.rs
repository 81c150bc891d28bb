//! Logout tokens: how applications are told that a login has ended.

use super::key_pair::TokenKind;
use super::{KeyFault, Minted, Tokens, expiry};
use rollcall_core::ids::{ApplicationId, LoginId, UserId};
use rollcall_core::limits::LOGOUT_TOKEN_LIFETIME;
use rollcall_core::model::application::SigningAlgorithm;
use rollcall_core::time::Timestamp;
use rollcall_wire::oidc::claims::{Audience, LogoutEvents, LogoutTokenClaims};

impl Tokens {
    /// Issues a logout token (OIDC Back-Channel Logout section 2.4), for one
    /// attempt at telling the client. It names person and login, whichever the
    /// client goes by, and not why the login ended.
    pub async fn mint_logout_token(
        &self,
        algorithm: SigningAlgorithm,
        client: ApplicationId,
        user: UserId,
        login: LoginId,
        now: Timestamp,
    ) -> Result<Minted, KeyFault> {
        let claims = LogoutTokenClaims {
            iss: self.issuer.clone(),
            sub: user.to_string(),
            aud: Audience::One(client.to_string()),
            iat: now.as_seconds(),
            exp: expiry(now, LOGOUT_TOKEN_LIFETIME),
            jti: self.new_token_id(),
            events: LogoutEvents::default(),
            sid: login.to_string(),
        };
        Ok(Minted {
            token: self
                .sign(algorithm, TokenKind::Logout, now, &claims)
                .await?,
            lifetime: LOGOUT_TOKEN_LIFETIME,
        })
    }
}
