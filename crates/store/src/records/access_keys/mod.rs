//! Access keys.

pub(super) mod change;
pub(super) mod uses;

pub(super) use uses::{KeyUses, record_uses};

use super::SqlStore;
use super::columns::Columns;
use super::commit::{Commit, WriteError};
use crate::sql::{Connection, OptionalExtension as _, Result, Row};
use async_trait::async_trait;
use rollcall_core::ids::{AccessKeyId, PoolId};
use rollcall_core::model::access_key::{
    AccessKey, CallingKey, KeyChange, KeyLabels, KeyReport, Permission, Permissions,
};
use rollcall_core::model::event::Origin;
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::access_keys::{AccessKeys, KeyChanged, KeyCreated};
use rollcall_core::secret::Secret;
use rollcall_core::time::Timestamp;

const TABLE: &str = "access_keys";
const SECRET: &str = "secret";

macro_rules! report {
    ($more:literal, $which:literal) => {
        concat!(
            "SELECT id, pool, permissions, enabled, created_at, last_used_at, kind, owner",
            $more,
            " FROM access_keys WHERE ",
            $which
        )
    };
}

pub(crate) const BY_ID: &str = report!(", secret_version, secret", "id = ?1");
pub(crate) const CALLING: &str = "SELECT pool, permissions, enabled, secret_version, last_used_at
    FROM access_keys WHERE id = ?1";
pub(crate) const REPORT: &str = report!("", "id = ?2 AND pool = ?1");
pub(crate) const OF_POOL: &str = report!("", "pool = ?1 ORDER BY created_at, id");
pub(crate) const POOL_OF: &str = "SELECT pool FROM access_keys WHERE id = ?1";
pub(crate) const COUNT: &str = "SELECT count(*) FROM access_keys WHERE pool = ?1";

/// Stores a new key.
pub(super) fn insert(commit: &mut Commit<'_>, key: &AccessKey) -> Result<(), WriteError> {
    commit.touches.keys();
    let row = key.id.as_bytes();
    let secret = commit.seal_secret(TABLE, key.pool, row, SECRET, &key.secret)?;
    commit
        .conn()
        .prepare_cached(
            "INSERT INTO access_keys (id, pool, secret, permissions, enabled, secret_version,
                created_at, last_used_at, kind, owner)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .perform((
            key.id.as_bytes(),
            key.pool.as_bytes(),
            secret,
            permissions_to_text(key.permissions),
            key.enabled,
            key.secret_version,
            key.created_at.as_millis(),
            key.last_used_at.map(Timestamp::as_millis),
            &key.labels.kind,
            &key.labels.owner,
        ))?;
    Ok(())
}

/// A pool's key, without its secret.
pub(super) fn report(
    conn: &Connection,
    pool: PoolId,
    key: AccessKeyId,
) -> Result<Option<KeyReport>> {
    conn.prepare_cached(REPORT)?
        .query_row((pool.as_bytes(), key.as_bytes()), |row| {
            read_report(&mut Columns::of(row))
        })
        .optional()
}

/// What each call of a key looks at.
pub(super) fn calling(conn: &Connection, id: AccessKeyId) -> Result<Option<CallingKey>> {
    conn.prepare_cached(CALLING)?
        .query_row([id.as_bytes()], |row| {
            read_calling(id, &mut Columns::of(row))
        })
        .optional()
}

/// Reads the columns of [`CALLING`].
pub(crate) fn read_calling(id: AccessKeyId, columns: &mut Columns<'_>) -> Result<CallingKey> {
    Ok(CallingKey {
        id,
        pool: PoolId::from_bytes(columns.get()?),
        permissions: columns.meaning(permissions_from_text)?,
        enabled: columns.get()?,
        secret_version: columns.get()?,
        last_used_at: columns.optional_instant()?,
    })
}

/// The pool that a key reaches.
pub(super) fn pool_of(conn: &Connection, key: AccessKeyId) -> Result<Option<PoolId>> {
    conn.prepare_cached(POOL_OF)?
        .query_row([key.as_bytes()], |row| row.get(0))
        .optional()
        .map(|pool| pool.map(PoolId::from_bytes))
}

/// A key whose secret is not opened yet, and that.
fn read(row: &Row<'_>) -> Result<(AccessKey, Vec<u8>)> {
    let mut columns = Columns::of(row);
    let report = read_report(&mut columns)?;
    let key = AccessKey {
        id: report.id,
        pool: report.pool,
        permissions: report.permissions,
        enabled: report.enabled,
        created_at: report.created_at,
        last_used_at: report.last_used_at,
        labels: report.labels,
        secret_version: columns.get()?,
        secret: Secret::new(""),
    };
    Ok((key, columns.get()?))
}

fn read_report(columns: &mut Columns<'_>) -> Result<KeyReport> {
    Ok(KeyReport {
        id: AccessKeyId::from_bytes(columns.get()?),
        pool: PoolId::from_bytes(columns.get()?),
        permissions: columns.meaning(permissions_from_text)?,
        enabled: columns.get()?,
        created_at: columns.instant()?,
        last_used_at: columns.optional_instant()?,
        labels: KeyLabels {
            kind: columns.get()?,
            owner: columns.get()?,
        },
    })
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
impl AccessKeys for SqlStore {
    async fn access_key(&self, key: AccessKeyId) -> StoreResult<Option<AccessKey>> {
        let remembered = self.remembered();
        let known = remembered.and_then(|all| all.find_key(key));
        if known.is_some() {
            self.check_there()?;
            return Ok(known);
        }
        let noted = remembered.and_then(|all| Some((all, all.before_key_read()?)));
        let store = self.clone();
        let read = self.look(move |conn| {
            let row = conn
                .prepare_cached(BY_ID)?
                .query_row([key.as_bytes()], read)
                .optional()?;
            let Some((key, sealed)) = row else {
                return Ok(None);
            };
            let secret = store.open_secret(TABLE, key.pool, key.id.as_bytes(), SECRET, &sealed)?;
            Ok(Some(AccessKey { secret, ..key }))
        });
        let key = read.await?;
        if let (Some((remembered, seen)), Some(key)) = (noted, &key) {
            remembered.keep_whole_key(seen, key);
        }
        Ok(key)
    }

    async fn access_keys(&self, pool: PoolId) -> StoreResult<Vec<KeyReport>> {
        let mut keys: Vec<KeyReport> = self
            .scan(move |conn| {
                conn.prepare_cached(OF_POOL)?
                    .query_map([pool.as_bytes()], |row| read_report(&mut Columns::of(row)))?
                    .collect()
            })
            .await?;
        // Ids of one instant are random, and the root key may have been made in the
        // same as others.
        keys.sort_by_key(|key| key.id != pool.root_key());
        Ok(keys)
    }

    async fn create_access_key(&self, key: AccessKey, origin: Origin) -> StoreResult<KeyCreated> {
        self.write(move |commit| change::create(commit, &key, &origin))
            .await
    }

    async fn update_access_key(
        &self,
        pool: PoolId,
        key: AccessKeyId,
        change: KeyChange,
        origin: Origin,
    ) -> StoreResult<KeyChanged> {
        self.write(move |commit| change::update(commit, pool, key, change, &origin))
            .await
    }

    async fn delete_access_key(
        &self,
        pool: PoolId,
        key: AccessKeyId,
        origin: Origin,
    ) -> StoreResult<KeyChanged> {
        self.write(move |commit| change::delete(commit, pool, key, &origin))
            .await
    }

    async fn rotate_access_key(
        &self,
        pool: PoolId,
        key: AccessKeyId,
        secret: Secret,
        origin: Origin,
    ) -> StoreResult<KeyChanged> {
        self.write(move |commit| change::rotate(commit, pool, key, &secret, &origin))
            .await
    }

    fn note_key_use(&self, key: &CallingKey) {
        self.key_uses().note(key, self.now());
    }
}
