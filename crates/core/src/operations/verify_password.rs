//! Verifying a password: throttled before hashing, and never telling whether the
//! account is there.

use super::Authority;
use crate::ids::PoolId;
use crate::limits;
use crate::model::user::User;
use crate::refusal::Refusal;
use crate::secret::TokenDigest;
use std::net::IpAddr;

/// The pair whose failures are counted: account as typed (in the form in which
/// it is compared) and address, as one digest.
pub(super) fn failure_key(account: &str, address: Option<IpAddr>) -> TokenDigest {
    let address = address
        .map(|address| address.to_string())
        .unwrap_or_default();
    TokenDigest::of(&format!("{address} {account}"))
}

impl Authority {
    /// Whether the password is the user's. The delay is looked at once there is
    /// a place to hash, so that attempts sent at once do not outrun the count. A
    /// locked account is told only to who knows the password.
    pub(super) async fn verify_password(
        &self,
        pool: PoolId,
        key: TokenDigest,
        user: Option<&User>,
        password: &str,
    ) -> Result<bool, Refusal> {
        if password.is_empty() || password.len() > limits::MAX_PASSWORD_BYTES {
            return Err(Refusal::invalid("password"));
        }
        let mut place = self.passwords.place().await?;
        if let Some(delay) = self.store.sign_in_delay(pool, key).await? {
            return Err(Refusal::Throttled(delay));
        }
        let hash = user.and_then(|user| user.password.hash.as_ref());
        if !place.verify(password, hash).await? {
            self.store
                .record_sign_in_failure(pool, key, user.map(|user| user.id))
                .await?;
            return Ok(false);
        }
        match user {
            Some(user) if user.password.failures_in_a_row >= limits::FAILURES_BEFORE_LOCK => {
                Err(Refusal::UserLocked)
            }
            known => Ok(known.is_some()),
        }
    }
}
