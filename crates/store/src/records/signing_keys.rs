//! Keys that sign tokens.

use super::SqlStore;
use super::columns::Columns;
use super::commit::{Commit, WriteError};
use crate::sql::{Result, Row};
use async_trait::async_trait;
use rollcall_core::ids::PoolId;
use rollcall_core::limits;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::Origin;
use rollcall_core::model::signing_key::{KeyPurpose, SigningKey};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::signing_keys::SigningKeys;
use zeroize::Zeroizing;

const TABLE: &str = "signing_keys";
const PRIVATE: &str = "private";

const WAITING: &str = "SELECT 1 FROM signing_keys WHERE purpose = ?1 AND active_from > ?2";

/// The first key of all stays: other keys may be derived from it.
const FORGET_OLDEST: &str = "DELETE FROM signing_keys WHERE key_id IN (
        SELECT key_id FROM signing_keys WHERE purpose = ?1
        ORDER BY active_from DESC, key_id DESC LIMIT 1000000 OFFSET ?2)
    AND key_id <> (
        SELECT key_id FROM signing_keys WHERE purpose = ?1 ORDER BY created_at, key_id LIMIT 1)";

/// The keys are the server's.
const NO_POOL: Option<PoolId> = None;

/// A key whose private part is sealed still.
fn read(row: &Row<'_>) -> Result<SigningKey> {
    let mut columns = Columns::of(row);
    let (key_id, purpose) = (columns.get()?, columns.meaning(KeyPurpose::from_name)?);
    let created_at = columns.instant()?;
    Ok(SigningKey {
        key_id,
        purpose,
        created_at,
        // 0 in stores that are older than rotation: from its making.
        active_from: columns.instant()?.max(created_at),
        private: Zeroizing::new(columns.get()?),
    })
}

fn insert(commit: &mut Commit<'_>, key: &SigningKey) -> Result<(), WriteError> {
    let row = key.key_id.as_bytes();
    let private = commit.seal(TABLE, NO_POOL, row, PRIVATE, &key.private)?;
    commit
        .conn()
        .prepare_cached(
            "INSERT INTO signing_keys (key_id, purpose, private, created_at, active_from)
            VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .perform((
            &key.key_id,
            key.purpose.as_str(),
            private,
            key.created_at.as_millis(),
            key.active_from.as_millis(),
        ))?;
    Ok(())
}

/// Stores a key unless another of its purpose waits to sign.
fn add_next(
    commit: &mut Commit<'_>,
    pool: PoolId,
    key: &SigningKey,
    origin: &Origin,
) -> Result<(), WriteError> {
    let (purpose, now) = (key.purpose.as_str(), commit.now().as_millis());
    let waits = commit
        .conn()
        .prepare_cached(WAITING)?
        .exists((purpose, now))?;
    if waits {
        return Ok(());
    }
    insert(commit, key)?;
    commit
        .conn()
        .prepare_cached(FORGET_OLDEST)?
        .perform((purpose, limits::MAX_KEYS_OF_A_PURPOSE))?;
    let (action, resource) = (AuditAction::Create, AuditResource::SigningKey);
    commit.audit(pool, origin, action, resource, &key.key_id, purpose)
}

#[async_trait]
impl SigningKeys for SqlStore {
    async fn signing_keys(&self) -> StoreResult<Vec<SigningKey>> {
        let store = self.clone();
        self.look(move |conn| {
            conn.prepare_cached(
                "SELECT key_id, purpose, created_at, active_from, private FROM signing_keys
                ORDER BY created_at, key_id",
            )?
            .query_map((), read)?
            .map(|key| {
                let key = key?;
                let row = key.key_id.as_bytes();
                let private = store.open_sealed(TABLE, NO_POOL, row, PRIVATE, &key.private)?;
                Ok(SigningKey { private, ..key })
            })
            .collect()
        })
        .await
    }

    async fn add_first_signing_key(&self, key: SigningKey) -> StoreResult<bool> {
        self.write(move |commit| {
            let is_there = commit
                .conn()
                .prepare_cached("SELECT 1 FROM signing_keys WHERE purpose = ?1")?
                .exists([key.purpose.as_str()])?;
            if is_there {
                return Ok(false);
            }
            insert(commit, &key)?;
            Ok(true)
        })
        .await
    }

    async fn add_next_signing_keys(
        &self,
        pool: PoolId,
        keys: Vec<SigningKey>,
        origin: Origin,
    ) -> StoreResult<()> {
        self.write(move |commit| {
            keys.iter()
                .try_for_each(|key| add_next(commit, pool, key, &origin))
        })
        .await
    }
}
