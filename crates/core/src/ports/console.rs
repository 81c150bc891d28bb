//! The console's own records: where administrators sign in, what each is in which
//! pool, and links that were given to them. These belong to the server and to no
//! pool, so most of these methods take none.

use super::StoreResult;
use crate::ids::{PoolId, UserId};
use crate::model::console::{
    Administrator, ConsoleFacts, NewAdministrator, NewConsole, Role, RoleIn,
};
use crate::model::event::Origin;
use crate::model::pool::Pool;
use crate::model::user::{NewPassword, User};
use crate::secret::TokenDigest;
use async_trait::async_trait;

/// What became of a new console.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ConsoleMade {
    /// It is there, with its first owner.
    Made,
    /// There is one already.
    AlreadyThere,
    /// The store has `limits::MAX_USER_POOLS`.
    TooManyPools,
}

/// What became of a new administrator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AdministratorAdded {
    /// They have the role now.
    Added(UserId),
    /// There is no console yet, or no such pool.
    NotFound,
    /// The pool has `limits::MAX_ADMINISTRATORS_PER_POOL`.
    TooMany,
    /// They are something in another pool too, and who adds them does not own the
    /// server: a link would let that pool's owner sign in as them everywhere.
    Elsewhere,
}

/// What became of a role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RoleSet {
    /// It is that now.
    Set,
    /// There is no such administrator.
    NotFound,
    /// It would leave nobody who owns the whole server.
    LastOwner,
}

/// Records of the console.
#[async_trait]
pub trait Console: Send + Sync {
    /// Where administrators sign in; none: there is no console yet.
    async fn console(&self) -> StoreResult<Option<ConsoleFacts>>;

    /// Makes the console and its first owner, all in one commit.
    async fn set_up_console(
        &self,
        console: NewConsole,
        owner: NewAdministrator,
        origin: Origin,
    ) -> StoreResult<ConsoleMade>;

    /// Gives somebody a role, and makes them in the administrators' pool if nobody
    /// there has their e-mail, with an audit row in the pool of the role. Whether the
    /// actor may is asked in the commit.
    async fn add_administrator(
        &self,
        new: NewAdministrator,
        origin: Origin,
    ) -> StoreResult<AdministratorAdded>;

    /// The roles of an administrator.
    async fn roles(&self, administrator: UserId) -> StoreResult<Vec<RoleIn>>;

    /// The administrators of a pool, by e-mail.
    async fn administrators(&self, pool: PoolId) -> StoreResult<Vec<Administrator>>;

    /// Changes a role, or takes it away, with an audit row in that pool.
    async fn set_role(
        &self,
        administrator: UserId,
        pool: PoolId,
        role: Option<Role>,
        origin: Origin,
    ) -> StoreResult<RoleSet>;

    /// Whom a link invites, while it may be used.
    async fn invited(&self, link: TokenDigest) -> StoreResult<Option<User>>;

    /// Uses a link: the password is that person's from now on, and the link is worth
    /// nothing any more. None: it was used, has expired, or never was one.
    async fn accept_invitation(
        &self,
        link: TokenDigest,
        password: NewPassword,
        origin: Origin,
    ) -> StoreResult<Option<UserId>>;

    /// All pools, in the order in which they were made.
    async fn all_pools(&self) -> StoreResult<Vec<Pool>>;
}
