//! External identity sources.

use super::SqlStore;
use super::columns::Columns;
use super::commit::{Commit, WriteError};
use crate::sql::{Connection, OptionalExtension as _, Result, Row};
use async_trait::async_trait;
use rollcall_core::ids::{ExtIdpId, PoolId};
use rollcall_core::limits;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::Origin;
use rollcall_core::model::ext_idp::{ExtIdp, ProviderType};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::ext_idps::{ExtIdpCreated, ExtIdps};

pub(crate) const BY_ID: &str = "SELECT id, name, provider, tenant_id, created_at FROM ext_idps
    WHERE pool = ?1 AND id = ?2 AND deleted_at IS NULL";
pub(crate) const OF_POOL: &str = "SELECT id, name, provider, tenant_id, created_at FROM ext_idps
    WHERE pool = ?1 AND deleted_at IS NULL ORDER BY created_at, id";
pub(crate) const COUNT: &str =
    "SELECT count(*) FROM ext_idps WHERE pool = ?1 AND deleted_at IS NULL";
pub(crate) const RENAME: &str = "UPDATE ext_idps SET name = ?3 WHERE pool = ?1 AND id = ?2";
pub(crate) const MARK_DELETED: &str =
    "UPDATE ext_idps SET deleted_at = ?3 WHERE pool = ?1 AND id = ?2";
pub(crate) const DELETED: &str =
    "SELECT pool, id FROM ext_idps WHERE deleted_at > 0 ORDER BY deleted_at LIMIT ?1";
pub(crate) const REMOVE: &str = "DELETE FROM ext_idps WHERE pool = ?1 AND id = ?2";
pub(crate) const REMOVE_IDENTITIES: &str = "DELETE FROM identities WHERE (pool, id) IN (
        SELECT pool, id FROM identities WHERE pool = ?1 AND ext_idp = ?2 LIMIT ?3)";

/// The pool's source with this id.
pub(super) fn by_id(conn: &Connection, pool: PoolId, id: ExtIdpId) -> Result<Option<ExtIdp>> {
    conn.prepare_cached(BY_ID)?
        .query_row((pool.as_bytes(), id.as_bytes()), read)
        .optional()
}

/// The same, of a tenant if one is named.
fn of_tenant(
    conn: &Connection,
    pool: PoolId,
    id: ExtIdpId,
    tenant_id: Option<&String>,
) -> Result<Option<ExtIdp>> {
    let found = by_id(conn, pool, id)?;
    Ok(found.filter(|source| tenant_id.is_none() || source.tenant_id.as_ref() == tenant_id))
}

fn read(row: &Row<'_>) -> Result<ExtIdp> {
    let mut columns = Columns::of(row);
    Ok(ExtIdp {
        id: ExtIdpId::from_bytes(columns.get()?),
        name: columns.get()?,
        provider: columns.meaning(ProviderType::from_name)?,
        tenant_id: columns.get()?,
        created_at: columns.instant()?,
    })
}

fn create(
    commit: &mut Commit<'_>,
    pool: PoolId,
    new: &ExtIdp,
    origin: &Origin,
) -> Result<ExtIdpCreated, WriteError> {
    let conn = commit.conn();
    let present: u32 = conn
        .prepare_cached(COUNT)?
        .query_row([pool.as_bytes()], |row| row.get(0))?;
    if present >= limits::MAX_EXT_IDPS_PER_POOL {
        return Ok(ExtIdpCreated::TooMany);
    }
    conn.prepare_cached(
        "INSERT INTO ext_idps (pool, id, name, provider, tenant_id, created_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .perform((
        pool.as_bytes(),
        new.id.as_bytes(),
        &new.name,
        new.provider.as_str(),
        &new.tenant_id,
        new.created_at.as_millis(),
    ))?;
    audit(commit, pool, new.id, AuditAction::Create, "", origin)?;
    Ok(ExtIdpCreated::Created)
}

/// Marks the source, and removes of its identities what one batch holds.
fn delete(
    commit: &mut Commit<'_>,
    pool: PoolId,
    id: ExtIdpId,
    origin: &Origin,
) -> Result<(), WriteError> {
    commit.conn().prepare_cached(MARK_DELETED)?.perform((
        pool.as_bytes(),
        id.as_bytes(),
        commit.now().as_millis(),
    ))?;
    remove_identities(commit, pool, id, u64::from(commit.end_batch()))?;
    audit(commit, pool, id, AuditAction::Delete, "", origin)
}

/// Removes identities of a deleted source, and after the last of them the source;
/// answers how many rows that were.
fn remove_identities(commit: &Commit<'_>, pool: PoolId, id: ExtIdpId, limit: u64) -> Result<u64> {
    let key = (pool.as_bytes(), id.as_bytes());
    let mut remove = commit.conn().prepare_cached(REMOVE_IDENTITIES)?;
    let rows = i64::try_from(limit).unwrap_or(i64::MAX);
    let removed = remove.execute((key.0, key.1, rows))? as u64;
    if removed >= limit {
        return Ok(removed);
    }
    let source = commit.conn().prepare_cached(REMOVE)?.execute(key)? as u64;
    Ok(removed + source)
}

/// Removes at most `limit` rows of deleted sources; answers how many.
pub(super) fn forget_deleted(commit: &Commit<'_>, limit: u64) -> Result<u64> {
    let rows = i64::try_from(limit).unwrap_or(i64::MAX);
    let deleted: Vec<(PoolId, ExtIdpId)> = commit
        .conn()
        .prepare_cached(DELETED)?
        .query_map([rows], |row| {
            let mut columns = Columns::of(row);
            Ok((
                PoolId::from_bytes(columns.get()?),
                ExtIdpId::from_bytes(columns.get()?),
            ))
        })?
        .collect::<Result<_>>()?;
    let mut removed = 0;
    for (pool, id) in deleted {
        if removed >= limit {
            break;
        }
        removed += remove_identities(commit, pool, id, limit - removed)?;
    }
    Ok(removed)
}

fn audit(
    commit: &mut Commit<'_>,
    pool: PoolId,
    id: ExtIdpId,
    action: AuditAction,
    detail: &str,
    origin: &Origin,
) -> Result<(), WriteError> {
    commit.audit(
        pool,
        origin,
        action,
        AuditResource::ExtIdp,
        id.to_string(),
        detail,
    )
}

#[async_trait]
impl ExtIdps for SqlStore {
    async fn create_ext_idp(
        &self,
        pool: PoolId,
        new: ExtIdp,
        origin: Origin,
    ) -> StoreResult<ExtIdpCreated> {
        self.write(move |commit| create(commit, pool, &new, &origin))
            .await
    }

    async fn ext_idp(&self, pool: PoolId, id: ExtIdpId) -> StoreResult<Option<ExtIdp>> {
        self.look(move |conn| by_id(conn, pool, id)).await
    }

    async fn ext_idps(&self, pool: PoolId) -> StoreResult<Vec<ExtIdp>> {
        self.scan(move |conn| {
            conn.prepare_cached(OF_POOL)?
                .query_map([pool.as_bytes()], read)?
                .collect()
        })
        .await
    }

    async fn rename_ext_idp(
        &self,
        pool: PoolId,
        id: ExtIdpId,
        tenant_id: Option<String>,
        name: String,
        origin: Origin,
    ) -> StoreResult<Option<ExtIdp>> {
        self.write(move |commit| {
            let Some(found) = of_tenant(commit.conn(), pool, id, tenant_id.as_ref())? else {
                return Ok(None);
            };
            let mut rename = commit.conn().prepare_cached(RENAME)?;
            rename.perform((pool.as_bytes(), id.as_bytes(), &name))?;
            drop(rename);
            audit(commit, pool, id, AuditAction::Update, "name", &origin)?;
            Ok(Some(ExtIdp { name, ..found }))
        })
        .await
    }

    async fn delete_ext_idp(
        &self,
        pool: PoolId,
        id: ExtIdpId,
        tenant_id: Option<String>,
        origin: Origin,
    ) -> StoreResult<bool> {
        self.write(move |commit| {
            if of_tenant(commit.conn(), pool, id, tenant_id.as_ref())?.is_none() {
                return Ok(false);
            }
            delete(commit, pool, id, &origin)?;
            Ok(true)
        })
        .await
    }
}
