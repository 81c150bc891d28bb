//! Identities of users in external sources.

use super::SqlStore;
use super::columns::{Columns, to_json};
use super::commit::{Commit, WriteError};
use super::{ext_idps, users};
use crate::sealed::Unopened;
use crate::sql::{Connection, OptionalExtension as _, Row, named_params};
use rollcall_core::ids::{ExtIdpId, IdentityId, PoolId, UserId};
use rollcall_core::limits;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::Origin;
use rollcall_core::model::ext_idp::ProviderType;
use rollcall_core::model::user::Identity;
use rollcall_core::ports::users::Linked;
use rollcall_core::secret::Secret;
use std::collections::HashSet;

const TABLE: &str = "identities";
const ACCESS_TOKEN: &str = "access_token";
const REFRESH_TOKEN: &str = "refresh_token";

pub(crate) const OF_USER: &str = "SELECT id, user, ext_idp, provider, kind, user_id_in_idp,
        user_info, origin_connection_ids, access_token, refresh_token
    FROM identities WHERE pool = ?1 AND user = ?2
        AND EXISTS (SELECT 1 FROM ext_idps e
            WHERE e.pool = ?1 AND e.id = ext_idp AND e.deleted_at IS NULL)
    ORDER BY ordinal";

const INSERT: &str = "INSERT INTO identities (pool, id, user, ordinal, ext_idp, provider, kind,
        user_id_in_idp, user_info, access_token, refresh_token, origin_connection_ids)
    VALUES (:pool, :id, :user,
        (SELECT coalesce(max(ordinal), 0) + 1 FROM identities
            WHERE pool = :pool AND user = :user),
        :ext_idp, :provider, :kind,
        :user_id_in_idp, :user_info, :access_token, :refresh_token, :origin_connection_ids)";

/// An identity as stored.
pub(super) struct SealedIdentity {
    identity: Identity,
    access_token: Option<Vec<u8>>,
    refresh_token: Option<Vec<u8>>,
}

impl SealedIdentity {
    fn read(row: &Row<'_>) -> crate::sql::Result<Self> {
        let mut columns = Columns::of(row);
        Ok(Self {
            identity: Identity {
                id: IdentityId::from_bytes(columns.get()?),
                user: UserId::from_bytes(columns.get()?),
                ext_idp: ExtIdpId::from_bytes(columns.get()?),
                provider: columns.meaning(ProviderType::from_name)?,
                kind: columns.get()?,
                user_id_in_idp: columns.get()?,
                user_info: columns.get()?,
                origin_connection_ids: columns.json()?,
                access_token: None,
                refresh_token: None,
            },
            access_token: columns.get()?,
            refresh_token: columns.get()?,
        })
    }

    /// The identity with its tokens.
    pub(super) fn open(self, store: &SqlStore, pool: PoolId) -> Result<Identity, Unopened> {
        let row = self.identity.id;
        let open = |column, sealed: Option<Vec<u8>>| {
            sealed
                .map(|sealed| store.open_secret(TABLE, pool, row.as_bytes(), column, &sealed))
                .transpose()
        };
        Ok(Identity {
            access_token: open(ACCESS_TOKEN, self.access_token)?,
            refresh_token: open(REFRESH_TOKEN, self.refresh_token)?,
            ..self.identity
        })
    }
}

/// The identities of each of these users, in the order in which they were linked.
pub(super) fn of_users(
    conn: &Connection,
    pool: PoolId,
    users: &[UserId],
) -> crate::sql::Result<Vec<SealedIdentity>> {
    let mut identities = Vec::new();
    let mut statement = conn.prepare_cached(OF_USER)?;
    for user in users {
        let rows = statement.query_map((pool.as_bytes(), user.as_bytes()), SealedIdentity::read)?;
        for identity in rows {
            identities.push(identity?);
        }
    }
    Ok(identities)
}

/// Whether the pool has the sources of all of these identities.
pub(super) fn sources_exist(
    conn: &Connection,
    pool: PoolId,
    identities: &[Identity],
) -> crate::sql::Result<bool> {
    let sources: HashSet<_> = identities.iter().map(|identity| identity.ext_idp).collect();
    for source in sources {
        if ext_idps::by_id(conn, pool, source)?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether one of these identities is somebody's already, or is named twice.
pub(super) fn any_taken(
    conn: &Connection,
    pool: PoolId,
    identities: &[Identity],
) -> crate::sql::Result<bool> {
    let mut seen = HashSet::new();
    for identity in identities {
        let is_new = seen.insert((identity.ext_idp, &identity.user_id_in_idp));
        if !is_new || owner(conn, pool, identity)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn owner(
    conn: &Connection,
    pool: PoolId,
    identity: &Identity,
) -> crate::sql::Result<Option<UserId>> {
    conn.prepare_cached(users::BY_IDENTITY)?
        .query_row(
            (
                pool.as_bytes(),
                identity.ext_idp.as_bytes(),
                &identity.user_id_in_idp,
            ),
            |row| row.get(0),
        )
        .optional()
        .map(|user| user.map(UserId::from_bytes))
}

/// Stores a new identity, the last of its user.
pub(super) fn insert(
    commit: &mut Commit<'_>,
    pool: PoolId,
    identity: &Identity,
) -> Result<(), WriteError> {
    let seal = |column, token: &Option<Secret>| {
        token
            .as_ref()
            .map(|token| {
                let row = identity.id.as_bytes();
                commit.seal_secret(TABLE, pool, row, column, token)
            })
            .transpose()
    };
    let access_token = seal(ACCESS_TOKEN, &identity.access_token)?;
    let refresh_token = seal(REFRESH_TOKEN, &identity.refresh_token)?;
    let conn = commit.conn();
    conn.prepare_cached(INSERT)?.perform(named_params! {
        ":pool": pool.as_bytes(),
        ":id": identity.id.as_bytes(),
        ":user": identity.user.as_bytes(),
        ":ext_idp": identity.ext_idp.as_bytes(),
        ":provider": identity.provider.as_str(),
        ":kind": identity.kind,
        ":user_id_in_idp": identity.user_id_in_idp,
        ":user_info": identity.user_info,
        ":access_token": access_token,
        ":refresh_token": refresh_token,
        ":origin_connection_ids": to_json(&identity.origin_connection_ids)?,
    })?;
    Ok(())
}

/// Links an identity to its user.
pub(super) fn link(
    commit: &mut Commit<'_>,
    pool: PoolId,
    identity: &Identity,
    origin: &Origin,
) -> Result<Linked, WriteError> {
    let conn = commit.conn();
    if users::status_of(conn, pool, identity.user)?.is_none() {
        return Ok(Linked::UserNotFound);
    }
    if ext_idps::by_id(conn, pool, identity.ext_idp)?.is_none() {
        return Ok(Linked::ExtIdpNotFound);
    }
    if let Some(owner) = owner(conn, pool, identity)? {
        return Ok(if owner == identity.user {
            Linked::Linked
        } else {
            Linked::Taken
        });
    }
    let theirs = of_users(conn, pool, &[identity.user])?;
    // A source may know a person by ids of several kinds (WeChat's `openid` and
    // `unionid`), but by one of each.
    let has_another = theirs.iter().any(|other| {
        other.identity.ext_idp == identity.ext_idp && other.identity.kind == identity.kind
    });
    if has_another {
        return Ok(Linked::Taken);
    }
    if theirs.len() >= limits::MAX_IDENTITIES_PER_USER {
        return Ok(Linked::TooMany);
    }
    insert(commit, pool, identity)?;
    let action = AuditAction::Create;
    audit(
        commit,
        pool,
        identity.user,
        identity.ext_idp,
        action,
        origin,
    )?;
    Ok(Linked::Linked)
}

/// Removes the user's identities at a source; false if there was none.
pub(super) fn unlink(
    commit: &mut Commit<'_>,
    pool: PoolId,
    user: UserId,
    ext_idp: ExtIdpId,
    kind: Option<&str>,
    origin: &Origin,
) -> Result<bool, WriteError> {
    let removed = commit
        .conn()
        .prepare_cached(
            "DELETE FROM identities WHERE pool = ?1 AND user = ?2 AND ext_idp = ?3
                AND (kind = ?4 OR ?4 IS NULL)
                AND EXISTS (SELECT 1 FROM ext_idps e
                    WHERE e.pool = ?1 AND e.id = ?3 AND e.deleted_at IS NULL)",
        )?
        .execute((pool.as_bytes(), user.as_bytes(), ext_idp.as_bytes(), kind))?;
    if removed == 0 {
        return Ok(false);
    }
    audit(commit, pool, user, ext_idp, AuditAction::Delete, origin)?;
    Ok(true)
}

/// Removes everything of a user that is being deleted.
pub(super) fn delete_of_user(
    conn: &Connection,
    pool: PoolId,
    user: UserId,
) -> crate::sql::Result<()> {
    conn.prepare_cached("DELETE FROM identities WHERE pool = ?1 AND user = ?2")?
        .perform((pool.as_bytes(), user.as_bytes()))?;
    Ok(())
}

/// The row is about the user; its detail names the source and not the id there,
/// which is the person's.
fn audit(
    commit: &mut Commit<'_>,
    pool: PoolId,
    user: UserId,
    ext_idp: ExtIdpId,
    action: AuditAction,
    origin: &Origin,
) -> Result<(), WriteError> {
    let resource = AuditResource::Identity;
    commit.audit(
        pool,
        origin,
        action,
        resource,
        user.to_string(),
        ext_idp.to_string(),
    )
}
