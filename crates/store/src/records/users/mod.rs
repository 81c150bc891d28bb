//! Users and their identities.

pub(super) mod archived;
mod batch;
pub(super) mod resolve;
pub(super) mod rows;
pub(super) mod search;
mod write;

pub(crate) use resolve::{BY_IDENTITY, by_ids, resolve, status_of};

use super::{Commit, SqlStore, WriteError, identities};
use crate::sql::{Connection, Result};
use async_trait::async_trait;
use rollcall_core::ids::{ExtIdpId, PoolId, UserId};
use rollcall_core::model::event::Origin;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::user::{ArchivedUser, Identity, User, UserChange, UserFilter};
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::users::{
    Found, Linked, OwnPasswordChange, OwnProfileChange, Saved, Users,
};
use rollcall_core::time::Timestamp;

fn find(conn: &Connection, pool: PoolId, selector: &UserSelector) -> Result<Found<User>> {
    Ok(match resolve(conn, pool, selector)? {
        Found::One(id) => rows::by_id(conn, pool, id)?.map_or(Found::Nobody, Found::One),
        Found::Nobody => Found::Nobody,
        Found::Ambiguous(kinds) => Found::Ambiguous(kinds),
    })
}

/// Stores a new user, in a commit that makes more than them.
pub(super) fn make(
    commit: &mut Commit<'_>,
    user: User,
    origin: &Origin,
) -> std::result::Result<Saved, WriteError> {
    write::create(commit, user, &[], origin)
}

/// Changes a user, in a commit that changes more than them.
pub(super) fn change(
    commit: &mut Commit<'_>,
    pool: PoolId,
    user: UserId,
    change: UserChange,
    origin: &Origin,
) -> std::result::Result<Saved, WriteError> {
    write::update(commit, pool, user, change, origin)
}

/// Stores who registered. Their username is nobody's external id either.
pub(super) fn register(
    commit: &mut Commit<'_>,
    user: User,
    origin: &Origin,
) -> std::result::Result<Saved, WriteError> {
    write::register(commit, user, origin)
}

#[async_trait]
impl Users for SqlStore {
    async fn create_user(
        &self,
        user: User,
        identities: Vec<Identity>,
        origin: Origin,
    ) -> StoreResult<Saved> {
        self.write(move |commit| write::create(commit, user, &identities, &origin))
            .await
    }

    async fn find_user(&self, pool: PoolId, selector: UserSelector) -> StoreResult<Found<User>> {
        let [only] = selector.candidates() else {
            return self.read(move |conn| find(conn, pool, &selector)).await;
        };
        // Nobody else can be meant: no snapshot is needed to compare.
        let only = only.clone();
        self.look(move |conn| {
            let found = resolve::whole(conn, pool, &only)?;
            Ok(found.map_or(Found::Nobody, Found::One))
        })
        .await
    }

    async fn create_users(
        &self,
        pool: PoolId,
        rows: Vec<(User, Vec<Identity>)>,
        origin: Origin,
    ) -> StoreResult<Vec<Saved>> {
        self.write(move |commit| batch::create(commit, pool, rows, &origin))
            .await
    }

    async fn find_users(
        &self,
        pool: PoolId,
        selectors: Vec<UserSelector>,
    ) -> StoreResult<Vec<Found<User>>> {
        self.scan(move |conn| {
            let found = selectors.iter().map(|selector| find(conn, pool, selector));
            found.collect()
        })
        .await
    }

    async fn identities(&self, pool: PoolId, users: Vec<UserId>) -> StoreResult<Vec<Identity>> {
        let store = self.clone();
        self.scan(move |conn| {
            identities::of_users(conn, pool, &users)?
                .into_iter()
                .map(|identity| Ok(identity.open(&store, pool)?))
                .collect()
        })
        .await
    }

    async fn list_users(
        &self,
        pool: PoolId,
        filter: UserFilter,
        page: PageRequest,
    ) -> StoreResult<PageOf<User>> {
        self.scan(move |conn| search::page(conn, pool, &filter, page))
            .await
    }

    async fn update_user(
        &self,
        pool: PoolId,
        user: UserId,
        change: UserChange,
        origin: Origin,
    ) -> StoreResult<Saved> {
        self.write(move |commit| write::update(commit, pool, user, change, &origin))
            .await
    }

    async fn update_users(
        &self,
        pool: PoolId,
        rows: Vec<(UserId, UserChange)>,
        origin: Origin,
    ) -> StoreResult<Vec<Saved>> {
        self.write(move |commit| batch::update(commit, pool, rows, &origin))
            .await
    }

    async fn archived_users(
        &self,
        pool: PoolId,
        from: Option<Timestamp>,
        page: PageRequest,
    ) -> StoreResult<PageOf<ArchivedUser>> {
        self.scan(move |conn| archived::page(conn, pool, from, page))
            .await
    }

    async fn change_own_password(
        &self,
        pool: PoolId,
        change: OwnPasswordChange,
        origin: Origin,
    ) -> StoreResult<bool> {
        self.write(move |commit| write::change_own_password(commit, pool, change, &origin))
            .await
    }

    async fn change_own_profile(
        &self,
        pool: PoolId,
        change: OwnProfileChange,
        origin: Origin,
    ) -> StoreResult<Saved> {
        self.write(move |commit| write::change_own_profile(commit, pool, change, &origin))
            .await
    }

    async fn delete_users(
        &self,
        pool: PoolId,
        users: Vec<UserId>,
        origin: Origin,
    ) -> StoreResult<bool> {
        self.write(move |commit| write::delete(commit, pool, users, &origin))
            .await
    }

    async fn link_identity(
        &self,
        pool: PoolId,
        identity: Identity,
        origin: Origin,
    ) -> StoreResult<Linked> {
        self.write(move |commit| identities::link(commit, pool, &identity, &origin))
            .await
    }

    async fn unlink_identity(
        &self,
        pool: PoolId,
        user: UserId,
        ext_idp: ExtIdpId,
        kind: Option<String>,
        origin: Origin,
    ) -> StoreResult<bool> {
        self.write(move |commit| {
            identities::unlink(commit, pool, user, ext_idp, kind.as_deref(), &origin)
        })
        .await
    }
}
