//! Keys that sign tokens.

use super::SqliteStore;
use super::columns::Columns;
use async_trait::async_trait;
use rollcall_core::ids::PoolId;
use rollcall_core::model::signing_key::{KeyPurpose, SigningKey};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::signing_keys::SigningKeys;
use rusqlite::{Result, Row};
use zeroize::Zeroizing;

const TABLE: &str = "signing_keys";
const PRIVATE: &str = "private";

/// The keys are the server's.
const NO_POOL: Option<PoolId> = None;

/// A key whose private part is sealed still.
fn read(row: &Row<'_>) -> Result<SigningKey> {
    let mut columns = Columns::of(row);
    Ok(SigningKey {
        key_id: columns.get()?,
        purpose: columns.meaning(KeyPurpose::from_name)?,
        created_at: columns.instant()?,
        private: Zeroizing::new(columns.get()?),
    })
}

#[async_trait]
impl SigningKeys for SqliteStore {
    async fn signing_keys(&self) -> StoreResult<Vec<SigningKey>> {
        self.read(|conn| {
            conn.prepare_cached(
                "SELECT key_id, purpose, created_at, private FROM signing_keys
                ORDER BY created_at, key_id",
            )?
            .query_map([], read)?
            .map(|key| {
                let key = key?;
                let row = key.key_id.as_bytes();
                let private = self.open_sealed(TABLE, NO_POOL, row, PRIVATE, &key.private)?;
                Ok(SigningKey { private, ..key })
            })
            .collect()
        })
    }

    async fn add_first_signing_key(&self, key: SigningKey) -> StoreResult<bool> {
        self.write(move |commit| {
            let purpose = key.purpose.as_str();
            let is_there = commit
                .conn()
                .prepare_cached("SELECT 1 FROM signing_keys WHERE purpose = ?1")?
                .exists([purpose])?;
            if is_there {
                return Ok(false);
            }
            let row = key.key_id.as_bytes();
            let private = commit.seal(TABLE, NO_POOL, row, PRIVATE, &key.private)?;
            commit
                .conn()
                .prepare_cached(
                    "INSERT INTO signing_keys (key_id, purpose, private, created_at)
                    VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute((&key.key_id, purpose, private, key.created_at.as_millis()))?;
            Ok(true)
        })
        .await
    }
}
