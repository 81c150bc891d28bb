//! External identity sources.

use super::SqliteStore;
use super::columns::Columns;
use async_trait::async_trait;
use rollcall_core::ids::{ExtIdpId, PoolId};
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::Origin;
use rollcall_core::model::ext_idp::{ExtIdp, ProviderType};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::ext_idps::ExtIdps;
use rusqlite::{Connection, OptionalExtension as _, Result, Row};

pub(crate) const BY_ID: &str =
    "SELECT id, name, provider, tenant_id, created_at FROM ext_idps WHERE pool = ?1 AND id = ?2";

/// The pool's source with this id.
pub(super) fn by_id(conn: &Connection, pool: PoolId, id: ExtIdpId) -> Result<Option<ExtIdp>> {
    conn.prepare_cached(BY_ID)?
        .query_row((pool.as_bytes(), id.as_bytes()), read)
        .optional()
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

#[async_trait]
impl ExtIdps for SqliteStore {
    async fn create_ext_idp(&self, pool: PoolId, new: ExtIdp, origin: Origin) -> StoreResult<()> {
        self.write(move |commit| {
            commit
                .conn()
                .prepare_cached(
                    "INSERT INTO ext_idps (pool, id, name, provider, tenant_id, created_at)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                )?
                .execute((
                    pool.as_bytes(),
                    new.id.as_bytes(),
                    &new.name,
                    new.provider.as_str(),
                    &new.tenant_id,
                    new.created_at.as_millis(),
                ))?;
            commit.audit(
                pool,
                &origin,
                AuditAction::Create,
                AuditResource::ExtIdp,
                new.id.to_string(),
                String::new(),
            )
        })
        .await
    }

    async fn ext_idp(&self, pool: PoolId, id: ExtIdpId) -> StoreResult<Option<ExtIdp>> {
        self.read(|conn| by_id(conn, pool, id))
    }
}
