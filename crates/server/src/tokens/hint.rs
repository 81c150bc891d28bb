//! `id_token_hint`: an ID token that comes back, perhaps long after.

use super::key_pair::{self, TokenKind};
use super::{Tokens, Untrusted, instant};
use rollcall_core::ids::{ApplicationId, LoginId, UserId};
use rollcall_core::time::Timestamp;
use rollcall_wire::oidc::claims::{Audience, IdTokenClaims};

/// Of whom an ID token of ours once told, and to whom. It signs nobody in and
/// nobody out: the browser's own session decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IdTokenHint {
    /// The client that it was issued to.
    pub client: ApplicationId,
    /// The person.
    pub subject: UserId,
    /// The login.
    pub login: LoginId,
    /// When it expires or expired.
    pub expires_at: Timestamp,
}

impl Tokens {
    /// Reads an ID token that we issued, expired or not (RP-Initiated Logout
    /// section 2, OIDC Core section 3.1.2.1), signed by any key that we still
    /// know, published or not.
    pub fn verify_id_token_hint(&self, token: &str) -> Result<IdTokenHint, Untrusted> {
        let keys = self.keys();
        let claims: IdTokenClaims = key_pair::read(keys.all(), TokenKind::Id, token)?;
        if claims.iss != self.issuer {
            return Err(Untrusted::Invalid);
        }
        read(&claims).ok_or(Untrusted::Invalid)
    }
}

fn read(claims: &IdTokenClaims) -> Option<IdTokenHint> {
    let Audience::One(client) = &claims.aud else {
        return None;
    };
    Some(IdTokenHint {
        client: client.parse().ok()?,
        subject: claims.sub.parse().ok()?,
        login: claims.sid.as_deref()?.parse().ok()?,
        expires_at: instant(claims.exp),
    })
}
