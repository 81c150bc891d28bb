//! People who register by themselves.

use super::StoreResult;
use crate::ids::{ApplicationId, PoolId};
use crate::model::event::Origin;
use crate::model::user::User;
use crate::refusal::Field;
use crate::secret::TokenDigest;
use crate::time::Span;
use async_trait::async_trait;

/// What became of a registration. The commit looks again at what was read before
/// the password was hashed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Registered {
    /// The user as stored.
    Registered(Box<User>),
    /// Other users of the pool have these values.
    Taken(Vec<Field>),
    /// The pool takes no registrations any more.
    RegistrationDisabled,
    /// The application is gone, switched off, or may no longer take passwords.
    ApplicationUnavailable,
}

/// Registrations in a pool.
#[async_trait]
pub trait SignUps: Send + Sync {
    /// Counts an attempt to register, or to take another username; how long none
    /// is taken from there, if it is one too many. The key is a digest, so that no
    /// address is stored.
    async fn count_sign_up(&self, pool: PoolId, key: TokenDigest) -> StoreResult<Option<Span>>;

    /// Stores who registered through an application, with an audit row. Their
    /// username must be nobody's external id either, in whatever case.
    async fn register_user(
        &self,
        user: User,
        application: ApplicationId,
        origin: Origin,
    ) -> StoreResult<Registered>;
}
