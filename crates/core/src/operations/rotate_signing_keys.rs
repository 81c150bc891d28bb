//! `rotate-signing-keys` (ours, V3 style): makes the keys that sign next.

use super::Authority;
use crate::ids::PoolId;
use crate::limits;
use crate::model::access_key::{ManagementCaller, Proof};
use crate::model::event::Origin;
use crate::model::signing_key::{KeyPurpose, KeyState, KeyTerm, SigningKey, in_turn};
use crate::ports::signing_keys::KeyMaker;
use crate::refusal::Refusal;
use crate::time::{Timestamp, expired};

/// A key as it is told of: without its private part.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyReport {
    /// `kid`
    pub key_id: String,
    /// What it signs.
    pub purpose: KeyPurpose,
    /// What it does now.
    pub state: KeyState,
    /// From when on it signs.
    pub active_from: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Makes a next key for each purpose that has one, to sign from
/// `limits::KEY_PUBLISHED_AHEAD` on, and tells of all keys whose tokens are
/// believed. A purpose whose next key waits already gets no other: a call that is
/// repeated because its answer was lost finds the keys of the first.
pub async fn rotate_signing_keys(
    authority: &Authority,
    caller: &ManagementCaller,
    maker: &dyn KeyMaker,
    origin: Origin,
) -> Result<Vec<KeyReport>, Refusal> {
    authority.require_server_root(caller).await?;
    let store = &authority.store;
    let keys = store.signing_keys().await?;
    let now = authority.now();
    let mut next = Vec::new();
    for purpose in KeyPurpose::ALL
        .into_iter()
        .filter(|p| is_due(&keys, *p, now))
    {
        let made = maker.make_key(purpose, now, now + limits::KEY_PUBLISHED_AHEAD);
        next.push(made.await.map_err(|_| Refusal::Fault)?);
    }
    if !next.is_empty() {
        store
            .add_next_signing_keys(caller.pool, next, origin)
            .await?;
    }
    let keys = store.signing_keys().await?;
    Ok(reports(keys, authority.now()))
}

/// Whether a next key is to be made: the purpose is in use, and none waits.
fn is_due(keys: &[SigningKey], purpose: KeyPurpose, now: Timestamp) -> bool {
    let mut of_it = keys.iter().filter(|key| key.purpose == purpose).peekable();
    of_it.peek().is_some() && of_it.all(|key| expired(key.active_from, now))
}

fn reports(keys: Vec<SigningKey>, now: Timestamp) -> Vec<KeyReport> {
    let report = |(key, term): (SigningKey, KeyTerm)| KeyReport {
        state: term.state_at(now),
        key_id: key.key_id,
        purpose: key.purpose,
        active_from: key.active_from,
        created_at: key.created_at,
    };
    let turns = in_turn(keys).into_iter();
    turns
        .filter(|(_, term)| term.is_published_at(now))
        .map(report)
        .collect()
}

impl Authority {
    /// Passes for the root key of the store's first pool, the one that `init`
    /// prints, and for an owner of the whole server in the console: what acts on
    /// the whole server is nobody else's.
    pub async fn require_server_root(&self, caller: &ManagementCaller) -> Result<(), Refusal> {
        let is_root = match caller.proof {
            Proof::Key { id, .. } => {
                let first = self.store.first_pool().await?;
                let is_root = |pool: PoolId| caller.pool == pool && id == pool.root_key();
                first.is_some_and(|pool| is_root(pool.id))
            }
            Proof::Administrator(user) => self.is_server_owner(user).await?,
        };
        if is_root {
            Ok(())
        } else {
            Err(Refusal::ServerRootNeeded)
        }
    }
}
