//! What an ID token must hold before it is believed (OIDC Core section 3.1.3.7).

use rollcall_wire::oidc::claims::IdTokenClaims;

use super::client::{AuthenticationClient, Inner};
use super::jws::{Jws, at_hash};
use crate::Error;

/// How far the server's clock may be from ours, in seconds.
pub(super) const CLOCK_SKEW_S: i64 = 60;

impl AuthenticationClient {
    /// Verifies an ID token and gives what it says: its signature (RS256, ES256 or
    /// EdDSA, with a key that the server publishes), `iss`, `aud`, `exp` and `iat`
    /// with 60 seconds for clocks that differ, and `nonce`: with `None` the token must
    /// have none, as that of a `signin` or a refresh.
    ///
    /// What it says was so when it was made. Whether the person is signed in now is
    /// for `check_session_status`.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidIdToken`], and what fetching the keys can fail with. Unknown
    /// keys are fetched at most once in 30 seconds.
    pub async fn verify_id_token(
        &self,
        id_token: &str,
        nonce: Option<&str>,
    ) -> Result<IdTokenClaims, Error> {
        let inner = &*self.inner;
        let jws = Jws::split(id_token).ok_or(Error::InvalidIdToken("it is no ID token"))?;
        let (alg, kid) = (&jws.header.alg, &jws.header.kid);
        let key = inner.keys.find(&inner.http, alg, kid).await?;
        let claims: IdTokenClaims = jws
            .verified(&key)
            .ok_or(Error::InvalidIdToken("its signature or form is wrong"))?;
        inner.check(&claims, &self.issuer(), nonce)?;
        Ok(claims)
    }

    /// The same, and that it was made together with this access token.
    pub(super) async fn verify_with_access_token(
        &self,
        id_token: &str,
        nonce: Option<&str>,
        access_token: &str,
    ) -> Result<IdTokenClaims, Error> {
        let claims = self.verify_id_token(id_token, nonce).await?;
        if let (Some(hash), Some(jws)) = (&claims.at_hash, Jws::split(id_token))
            && *hash != at_hash(&jws.header.alg, access_token)
        {
            return Err(Error::InvalidIdToken("at_hash is another access token's"));
        }
        Ok(claims)
    }
}

impl Inner {
    fn check(
        &self,
        claims: &IdTokenClaims,
        issuer: &str,
        nonce: Option<&str>,
    ) -> Result<(), Error> {
        use rollcall_wire::oidc::claims::Audience;
        let now = self.clock.now_s();
        let for_us_alone = match &claims.aud {
            Audience::One(one) => *one == self.app_id,
            Audience::Many(many) => matches!(many.as_slice(), [one] if *one == self.app_id),
        };
        let wrong = if claims.iss != issuer {
            "iss is another issuer"
        } else if !for_us_alone {
            "aud is not this application alone"
        } else if now >= claims.exp.saturating_add(CLOCK_SKEW_S) {
            "it is expired"
        } else if claims.iat > now.saturating_add(CLOCK_SKEW_S) {
            "iat lies in the future"
        } else if claims.nonce.as_deref() != nonce {
            "nonce is not that of the request"
        } else {
            return Ok(());
        };
        Err(Error::InvalidIdToken(wrong))
    }
}
