//! Management tokens: what an access key and its secret are exchanged for.

use super::key_set::KeySet;
use super::verified::Known;
use super::{KeyFault, Minted, Tokens, Untrusted, check_expiry, expiry, instant, jws};
use rollcall_core::limits::MANAGEMENT_TOKEN_LIFETIME;
use rollcall_core::model::access_key::{AccessKey, KeyClaim};
use rollcall_core::time::{Timestamp, expired};
use serde::{Deserialize, Serialize};

/// The one audience of management tokens. It is no client id, so no application
/// takes such a token for its own.
const AUDIENCE: &str = "rollcall-management";

/// The payload: `ManagementTokenClaims` of the wire, which is what others may
/// read, and what only we need.
#[derive(Serialize, Deserialize)]
struct Payload {
    iss: String,
    aud: String,
    sub: String,
    /// SDKs read the pool here, without verifying.
    scoped_userpool_id: String,
    access_key_id: String,
    /// A rotated secret takes the tokens of its predecessor with it.
    secret_version: i64,
    iat: i64,
    exp: i64,
    jti: String,
}

fn recall(keys: &KeySet, token: &str, now: Timestamp) -> Option<Result<KeyClaim, Untrusted>> {
    let known = keys.verified.find(token)?;
    Some(if !keys.is_management_published(known.key, now) {
        Err(Untrusted::Invalid)
    } else if expired(known.expires_at, now) {
        Err(Untrusted::Expired)
    } else {
        Ok(known.claim)
    })
}

impl Tokens {
    /// Issues a token for an access key that has proved itself.
    pub fn mint_management_token(
        &self,
        key: &AccessKey,
        now: Timestamp,
    ) -> Result<Minted, KeyFault> {
        let payload = Payload {
            iss: self.issuer.clone(),
            aud: AUDIENCE.to_owned(),
            sub: key.id.to_string(),
            scoped_userpool_id: key.pool.to_string(),
            access_key_id: key.id.to_string(),
            secret_version: key.secret_version,
            iat: now.as_seconds(),
            exp: expiry(now, MANAGEMENT_TOKEN_LIFETIME),
            jti: self.new_token_id(),
        };
        Ok(Minted {
            token: self.keys().management_signer(now)?.sign(&payload)?,
            lifetime: MANAGEMENT_TOKEN_LIFETIME,
        })
    }

    /// Verifies a management token. Tokens of applications are none. The signature is
    /// verified once, whether it still counts each time.
    pub fn verify_management_token(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<KeyClaim, Untrusted> {
        let keys = self.keys();
        if let Some(known) = recall(&keys, token, now) {
            return known;
        }
        let known = self.known(&keys, token, now)?;
        keys.verified.keep(token, known, now);
        Ok(known.claim)
    }

    /// The same of a token that was verified before; none of any other, whose key this
    /// node may not know yet.
    pub fn recall_management_token(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Option<Result<KeyClaim, Untrusted>> {
        recall(&self.keys(), token, now)
    }

    fn known(&self, keys: &KeySet, token: &str, now: Timestamp) -> Result<Known, Untrusted> {
        let (key, payload): (usize, Payload) =
            jws::read_hmac(keys.management_published(now), token)?;
        if payload.iss != self.issuer || payload.aud != AUDIENCE {
            return Err(Untrusted::Invalid);
        }
        check_expiry(payload.exp, now)?;
        let pool = payload.scoped_userpool_id.parse();
        Ok(Known {
            key,
            claim: KeyClaim {
                key: payload.sub.parse().map_err(|_| Untrusted::Invalid)?,
                pool: pool.map_err(|_| Untrusted::Invalid)?,
                secret_version: payload.secret_version,
            },
            expires_at: instant(payload.exp),
        })
    }
}
