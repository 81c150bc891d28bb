//! temporary
use super::{
    Tokens, Untrusted,
    jws::{self, RsaType},
};
use rollcall_core::ids::{ApplicationId, LoginId, UserId};
use rollcall_wire::oidc::claims::{Audience, IdTokenClaims};

/// What a hint says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IdTokenHint {
    /// client
    pub client: ApplicationId,
    /// subject
    pub subject: UserId,
    /// login
    pub login: LoginId,
}

impl Tokens {
    /// temporary
    pub fn verify_id_token_hint(&self, token: &str) -> Result<IdTokenHint, Untrusted> {
        let c: IdTokenClaims = jws::read_rsa(&self.rsa, RsaType::Id, token)?;
        let Audience::One(aud) = c.aud else {
            return Err(Untrusted::Invalid);
        };
        Ok(IdTokenHint {
            client: aud.parse().map_err(|_| Untrusted::Invalid)?,
            subject: c.sub.parse().map_err(|_| Untrusted::Invalid)?,
            login: c
                .sid
                .and_then(|s| s.parse().ok())
                .ok_or(Untrusted::Invalid)?,
        })
    }
}
