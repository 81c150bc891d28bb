//! Access keys.

use super::SqliteStore;
use super::columns::Columns;
use super::commit::{Commit, WriteError};
use async_trait::async_trait;
use rollcall_core::ids::{AccessKeyId, PoolId};
use rollcall_core::model::access_key::{AccessKey, Permission, Permissions};
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::Origin;
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::access_keys::AccessKeys;
use rollcall_core::secret::Secret;
use rusqlite::{OptionalExtension as _, Result, Row};

const TABLE: &str = "access_keys";
const SECRET: &str = "secret";

pub(crate) const BY_ID: &str = "SELECT id, pool, permissions, enabled, secret_version, created_at,
        secret
    FROM access_keys WHERE id = ?1";

/// Stores a new key.
pub(super) fn insert(commit: &mut Commit<'_>, key: &AccessKey) -> Result<(), WriteError> {
    let row = key.id.as_bytes();
    let secret = commit.seal_secret(TABLE, key.pool, row, SECRET, &key.secret)?;
    commit
        .conn()
        .prepare_cached(
            "INSERT INTO access_keys (id, pool, secret, permissions, enabled, secret_version,
                created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((
            key.id.as_bytes(),
            key.pool.as_bytes(),
            secret,
            permissions_to_text(key.permissions),
            key.enabled,
            key.secret_version,
            key.created_at.as_millis(),
        ))?;
    Ok(())
}

/// A key whose secret is not opened yet, and that.
fn read(row: &Row<'_>) -> Result<(AccessKey, Vec<u8>)> {
    let mut columns = Columns::of(row);
    let key = AccessKey {
        id: AccessKeyId::from_bytes(columns.get()?),
        pool: PoolId::from_bytes(columns.get()?),
        permissions: columns.meaning(permissions_from_text)?,
        enabled: columns.get()?,
        secret_version: columns.get()?,
        created_at: columns.instant()?,
        secret: Secret::new(""),
    };
    Ok((key, columns.get()?))
}

fn permissions_to_text(permissions: Permissions) -> String {
    let names: Vec<&str> = permissions.iter().map(Permission::as_str).collect();
    names.join(",")
}

fn permissions_from_text(text: &str) -> Option<Permissions> {
    text.split(',')
        .filter(|name| !name.is_empty())
        .map(|name| name.parse::<Permission>().ok())
        .collect()
}

#[async_trait]
impl AccessKeys for SqliteStore {
    async fn access_key(&self, key: AccessKeyId) -> StoreResult<Option<AccessKey>> {
        self.read(|conn| {
            let row = conn
                .prepare_cached(BY_ID)?
                .query_row([key.as_bytes()], read)
                .optional()?;
            let Some((key, sealed)) = row else {
                return Ok(None);
            };
            let secret = self.open_secret(TABLE, key.pool, key.id.as_bytes(), SECRET, &sealed)?;
            Ok(Some(AccessKey { secret, ..key }))
        })
    }

    async fn create_access_key(&self, key: AccessKey, origin: Origin) -> StoreResult<()> {
        self.write(move |commit| {
            insert(commit, &key)?;
            commit.audit(
                key.pool,
                &origin,
                AuditAction::Create,
                AuditResource::AccessKey,
                key.id.to_string(),
                String::new(),
            )
        })
        .await
    }
}
