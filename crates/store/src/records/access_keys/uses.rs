//! When keys were last used: noted in memory by whoever proves a caller, written
//! behind the scenes. Only the writer's thread waits for the disk.
//!
//! Several nodes may note the same key. Each writes only what moves the stored
//! instant by the granularity, so that together they write as often as one.

use super::super::commit::{Commit, WriteError};
use parking_lot::RwLock;
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
pub(crate) struct KeyUses(RwLock<HashMap<AccessKeyId, Timestamp>>);

impl KeyUses {
    /// Notes a use, if it is worth a write. Callers of one key meet here with each call
    /// from when it is due until it is written: only the first of them changes anything.
    pub(super) fn note(&self, key: &CallingKey, now: Timestamp) {
        let is_due = |at| expired(at + limits::KEY_USE_GRANULARITY, now);
        let is_noted = || {
            let noted = self.0.read().get(&key.id).copied();
            !noted.is_none_or(is_due)
        };
        if key.last_used_at.is_none_or(is_due) && !is_noted() {
            self.0.write().insert(key.id, now);
        }
    }

    /// Takes at most this many; whether there are more.
    pub(crate) fn take(&self, batch: u32) -> (Vec<(AccessKeyId, Timestamp)>, bool) {
        let mut noted = self.0.write();
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
        let mut noted = self.0.write();
        for (key, at) in uses {
            noted.entry(key).or_insert(at);
        }
    }
}

/// Writes uses; answers how many keys that changed.
pub(crate) fn record_uses(
    commit: &mut Commit<'_>,
    uses: &[(AccessKeyId, Timestamp)],
) -> Result<u64, WriteError> {
    let granularity = limits::KEY_USE_GRANULARITY.as_millis();
    commit.touches.keys();
    let mut write = commit.conn().prepare_cached(USED)?;
    let mut changed = 0;
    for (key, at) in uses {
        changed += write.execute((key.as_bytes(), at.as_millis(), granularity))? as u64;
    }
    Ok(changed)
}
