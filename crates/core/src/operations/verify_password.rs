//! Verifying a password: throttled before hashing, and never telling whether the
//! account is there.

use super::Authority;
use crate::ids::{ApplicationId, PoolId, UserId};
use crate::limits;
use crate::model::event::Origin;
use crate::model::identifier::UserSelector;
use crate::model::login::LoginDevice;
use crate::model::password::security_level;
use crate::model::user::{NewPassword, User};
use crate::model::user_action::{ActionFailure, BY_PASSWORD, UserAction, UserActionKind};
use crate::ports::sign_in_failures::SignInFailure;
use crate::ports::users::Found;
use crate::refusal::Refusal;
use crate::secret::TokenDigest;
use std::net::IpAddr;

/// The pair whose failures are counted: account as typed (in the form in which
/// it is compared) and address, as one digest.
pub(super) fn failure_key(account: &str, address: Option<IpAddr>) -> TokenDigest {
    let address = address.map(network).unwrap_or_default();
    TokenDigest::of(&format!("{address} {account}"))
}

/// The address as far as its holder cannot choose it: one host has a whole /64
/// of IPv6 to itself (RFC 7421), and would else never be delayed.
pub(super) fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Whose failures in a row a wrong password adds to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum CountedFor {
    /// The pair's and the user's: at a hundred the account is locked.
    PairAndUser,
    /// The pair's alone.
    Pair,
}

/// What is tried with a password, for the log of what people do.
#[derive(Clone, Copy)]
pub(super) struct Attempt<'a> {
    pub(super) pool: PoolId,
    pub(super) application: ApplicationId,
    pub(super) kind: UserActionKind,
    /// What a wrong password is answered with.
    pub(super) wrong: ActionFailure,
    pub(super) device: &'a LoginDevice,
    pub(super) origin: &'a Origin,
}

impl Attempt<'_> {
    fn refused_to(&self, user: UserId, failure: ActionFailure) -> UserAction {
        UserAction {
            user,
            application: Some(self.application),
            kind: self.kind,
            failure: Some(failure),
            detail: BY_PASSWORD.to_owned(),
            device: self.device.clone(),
        }
    }
}

/// What became of a password that was shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Verified {
    /// It is not the user's.
    Wrong,
    /// It is; hashed anew where the stored hash was made elsewhere or costs too
    /// little.
    Right(Option<NewPassword>),
}

impl Authority {
    /// Whether the password is the user's. The delay is looked at once there is
    /// a place to hash, so that attempts sent at once do not outrun the count. A
    /// locked account is told only to who knows the password. Only a sign-in can
    /// keep a password that was hashed anew, so only for one it is.
    pub(super) async fn verify_password(
        &self,
        attempt: &Attempt<'_>,
        key: TokenDigest,
        user: Option<&User>,
        counted: CountedFor,
        password: &str,
    ) -> Result<Verified, Refusal> {
        if password.is_empty() || password.len() > limits::MAX_PASSWORD_BYTES {
            return Err(Refusal::invalid("password"));
        }
        let pool = attempt.pool;
        let mut place = self.passwords.place().await?;
        if let Some(delay) = self.store.sign_in_delay(pool, key).await? {
            return Err(Refusal::Throttled(delay));
        }
        let hash = user.and_then(|user| user.password.hash.as_ref());
        let is_right = place.verify(password, hash).await?;
        let Some(user) = user.filter(|_| is_right && hash.is_some()) else {
            let user = user.map(|user| user.id);
            let failure = SignInFailure {
                key,
                counts_for: user.filter(|_| counted == CountedFor::PairAndUser),
                action: user.map(|user| attempt.refused_to(user, attempt.wrong)),
            };
            let origin = attempt.origin.clone();
            self.store
                .record_sign_in_failure(pool, failure, origin)
                .await?;
            return Ok(Verified::Wrong);
        };
        // Read anew: others may have failed while this one waited.
        if self.failures_in_a_row(pool, user.id).await? >= limits::FAILURES_BEFORE_LOCK {
            return self.refused(attempt, user.id, Refusal::UserLocked).await;
        }
        let rehashed = match hash {
            Some(hash) if counted == CountedFor::PairAndUser && !place.is_up_to_date(hash) => {
                Some(NewPassword {
                    hash: place.hash(password).await?,
                    security_level: Some(security_level(password)),
                })
            }
            Some(_) | None => None,
        };
        Ok(Verified::Right(rehashed))
    }

    /// Answers what stands in the way of somebody who knew the password, once that
    /// is in the log.
    pub(super) async fn refused<T>(
        &self,
        attempt: &Attempt<'_>,
        user: UserId,
        refusal: Refusal,
    ) -> Result<T, Refusal> {
        if let Some(failure) = ActionFailure::of(&refusal) {
            let action = attempt.refused_to(user, failure);
            let origin = attempt.origin.clone();
            self.store
                .record_refused_action(attempt.pool, action, origin)
                .await?;
        }
        Err(refusal)
    }

    async fn failures_in_a_row(&self, pool: PoolId, user: UserId) -> Result<u32, Refusal> {
        match self.store.find_user(pool, UserSelector::id(user)).await? {
            Found::One(user) => Ok(user.password.failures_in_a_row),
            Found::Nobody | Found::Ambiguous(_) => Ok(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(address: &str) -> TokenDigest {
        failure_key("bob", Some(address.parse().unwrap()))
    }

    #[test]
    fn a_host_cannot_choose_another_pair() {
        assert_eq!(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
    }
}
