//! When keys were last used: noted in memory by whoever proves a caller, written
//! behind the scenes. Only the writer's thread waits for the disk.
//!
//! Several nodes may note the same key. Each writes only what moves the stored
//! instant by the granularity, so that together they write as often as one.

use super::super::commit::{Commit, WriteError};
use parking_lot::Mutex;
use rollcall_core::ids::AccessKeyId;
use rollcall_core::limits;
use rollcall_core::model::access_key::CallingKey;
use rollcall_core::time::{Timestamp, expired};
use std::collections::HashMap;

pub(crate) const USED: &str = "UPDATE access_keys SET last_used_at = ?2
    WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at + ?3 <= ?2)";

/// Uses that are not written yet: one for each key at most, and only of keys that
/// proved somebody, so no larger than the keys of the store.
#[derive(Default)]
pub(crate) struct KeyUses(Mutex<HashMap<AccessKeyId, Timestamp>>);

impl KeyUses {
    /// Notes a use, if it is worth a write.
    pub(super) fn note(&self, key: &CallingKey, now: Timestamp) {
        let is_due = |at| expired(at + limits::KEY_USE_GRANULARITY, now);
        if key.last_used_at.is_none_or(is_due) {
            self.0.lock().insert(key.id, now);
        }
    }

    /// Takes at most this many; whether there are more.
    pub(crate) fn take(&self, batch: u32) -> (Vec<(AccessKeyId, Timestamp)>, bool) {
        let mut noted = self.0.lock();
        let batch = usize::try_from(batch).unwrap_or(usize::MAX);
        let keys: Vec<AccessKeyId> = noted.keys().copied().take(batch).collect();
        let taken = keys
            .into_iter()
            .filter_map(|key| noted.remove_entry(&key))
            .collect();
        (taken, !noted.is_empty())
    }

    /// Puts back what could not be written, unless the key was used again since.
    pub(crate) fn put_back(&self, uses: Vec<(AccessKeyId, Timestamp)>) {
        let mut noted = self.0.lock();
        for (key, at) in uses {
            noted.entry(key).or_insert(at);
        }
    }
}

/// Writes uses; answers how many keys that changed.
pub(crate) fn record_uses(
    commit: &Commit<'_>,
    uses: &[(AccessKeyId, Timestamp)],
) -> Result<u64, WriteError> {
    let granularity = limits::KEY_USE_GRANULARITY.as_millis();
    let mut write = commit.conn().prepare_cached(USED)?;
    let mut changed = 0;
    for (key, at) in uses {
        changed += write.execute((key.as_bytes(), at.as_millis(), granularity))? as u64;
    }
    Ok(changed)
}
