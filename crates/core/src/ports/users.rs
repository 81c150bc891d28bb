//! Users and their identities.

use super::StoreResult;
use crate::ids::{ExtIdpId, LoginId, PoolId, UserId};
use crate::model::event::Origin;
use crate::model::identifier::{IdentifierKind, UserSelector};
use crate::model::user::{ArchivedUser, Identity, NewPassword, User, UserChange, UserFilter};
use crate::page::{PageOf, PageRequest};
use crate::refusal::Field;
use crate::secret::TokenDigest;
use crate::time::Timestamp;
use async_trait::async_trait;

/// Who was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found<T> {
    /// One user.
    One(T),
    /// Nobody.
    Nobody,
    /// Different users, by these kinds of identifier (in order, each once).
    Ambiguous(Vec<IdentifierKind>),
}

/// What became of a new user or a change of one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Saved {
    /// The user as stored.
    Saved(Box<User>),
    /// Other users of the pool have these values (`username`, `email`, `phone`,
    /// `externalId`, `identities`), all that are taken.
    Taken(Vec<Field>),
    /// An identity names a source that the pool does not have.
    ExtIdpNotFound,
    /// The pool has no such user.
    NotFound,
}

/// What became of a link between a user and an external identity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Linked {
    /// It is there now, or was already.
    Linked,
    /// It belongs to another user, or the user has another id of this kind at this
    /// source.
    Taken,
    /// The user has as many identities as a user may have.
    TooMany,
    /// The pool has no such source.
    ExtIdpNotFound,
    /// The pool has no such user.
    UserNotFound,
}

/// A person's own change of password.
#[derive(Clone, Debug)]
pub struct OwnPasswordChange {
    /// Who.
    pub user: UserId,
    /// The version of the password that was verified, or that stood when the
    /// recent sign-in was looked at.
    pub verified_version: i64,
    /// The login that the change is made in.
    pub login: LoginId,
    /// The new password.
    pub password: NewPassword,
    /// The throttled pair, to be forgotten: the key of `SignInFailures`.
    pub failure_key: TokenDigest,
}

/// A person's own change of their record.
#[derive(Clone, Debug)]
pub struct OwnProfileChange {
    /// Who.
    pub user: UserId,
    /// The login that the change is made in.
    pub login: LoginId,
    /// The change.
    pub change: UserChange,
}

/// Users of a pool.
#[async_trait]
pub trait Users: Send + Sync {
    /// Stores a new user with identities in one commit, with an audit row.
    async fn create_user(
        &self,
        user: User,
        identities: Vec<Identity>,
        origin: Origin,
    ) -> StoreResult<Saved>;

    /// Stores new users in one commit, each with an audit row, in order: a row that
    /// cannot be stored changes nothing, and its successors are. Answers what
    /// became of each row; a value that two rows have is taken for the later one.
    async fn create_users(
        &self,
        pool: PoolId,
        rows: Vec<(User, Vec<Identity>)>,
        origin: Origin,
    ) -> StoreResult<Vec<Saved>>;

    /// The users that these selectors mean, all on one snapshot and in order.
    async fn find_users(
        &self,
        pool: PoolId,
        selectors: Vec<UserSelector>,
    ) -> StoreResult<Vec<Found<User>>>;

    /// The user that the selector means, if exactly one. A self-asserted e-mail
    /// or phone is found only once verified (`User::unproven`); one that an
    /// administrator set, at once.
    async fn find_user(&self, pool: PoolId, selector: UserSelector) -> StoreResult<Found<User>>;

    /// The users' identities, in the order in which they were linked. For each
    /// user of `users` those of theirs; users without any are not in the answer.
    async fn identities(&self, pool: PoolId, users: Vec<UserId>) -> StoreResult<Vec<Identity>>;

    /// A page of the pool's users. Without a sort order, the newest first.
    async fn list_users(
        &self,
        pool: PoolId,
        filter: UserFilter,
        page: PageRequest,
    ) -> StoreResult<PageOf<User>>;

    /// Applies a change with an audit row. In the same commit: a status other
    /// than `Activated` on an `Activated` user is a mass end (`user_disabled`); a
    /// password is a mass end (`password_changed`) of all the user's logins,
    /// raises the password's version and forgets failures. When `email` or
    /// `phone` changes and its verification state is not given, it is unverified.
    async fn update_user(
        &self,
        pool: PoolId,
        user: UserId,
        change: UserChange,
        origin: Origin,
    ) -> StoreResult<Saved>;

    /// As `update_user` for each of these, in order and in one commit: a row that
    /// cannot be changed changes nothing, and its successors are.
    async fn update_users(
        &self,
        pool: PoolId,
        rows: Vec<(UserId, UserChange)>,
        origin: Origin,
    ) -> StoreResult<Vec<Saved>>;

    /// A page of the pool's users whose status is `Archived`, of those since
    /// `from`, who was archived last first.
    async fn archived_users(
        &self,
        pool: PoolId,
        from: Option<Timestamp>,
        page: PageRequest,
    ) -> StoreResult<PageOf<ArchivedUser>>;

    /// The person's own change of password: refused (false) unless the stored
    /// version is the verified one and the login is still live; a mass end
    /// (`password_changed`) of all logins but those of its session. Forgets the
    /// failures of the pair and of the user.
    async fn change_own_password(
        &self,
        pool: PoolId,
        change: OwnPasswordChange,
        origin: Origin,
    ) -> StoreResult<bool>;

    /// The person's own change of their record, with an audit row: as
    /// `update_user`, but `NotFound` also if the login has ended meanwhile, and a
    /// new username must be nobody's external id either, in whatever case.
    async fn change_own_profile(
        &self,
        pool: PoolId,
        change: OwnProfileChange,
        origin: Origin,
    ) -> StoreResult<Saved>;

    /// Deletes these users in one commit: profile, identifiers, identities,
    /// credentials, addresses and user agents go at once, their logins end
    /// (`user_deleted`), events stay. If one of them is not there, nobody is
    /// deleted and the answer is false.
    async fn delete_users(
        &self,
        pool: PoolId,
        users: Vec<UserId>,
        origin: Origin,
    ) -> StoreResult<bool>;

    /// Links an external identity to a user, with an audit row.
    async fn link_identity(
        &self,
        pool: PoolId,
        identity: Identity,
        origin: Origin,
    ) -> StoreResult<Linked>;

    /// Removes the user's identities at a source (of one `kind` if given), with
    /// an audit row. False if there was none.
    async fn unlink_identity(
        &self,
        pool: PoolId,
        user: UserId,
        ext_idp: ExtIdpId,
        kind: Option<String>,
        origin: Origin,
    ) -> StoreResult<bool>;
}
