//! A commit in the making: what a change may use while it runs.

use super::pulse::Tally;
use super::read_once::ReadOnce;
use super::{actors, webhooks};
use crate::remembered::Touched;
use crate::sealed::{MasterKey, Place, Unopened};
use crate::sql::{Connection, params};
use rollcall_core::entropy::Entropy;
use rollcall_core::ids::{AuditId, PoolId};
use rollcall_core::limits;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::{Origin, Position};
use rollcall_core::model::webhook::AuditedChange;
use rollcall_core::ports::Detail;
use rollcall_core::refusal::Field;
use rollcall_core::time::Timestamp;
use std::collections::HashMap;
use zeroize::Zeroizing;

pub(crate) const RAISE_REVISION: &str =
    "UPDATE pools SET revision = revision + 1 WHERE id = ?1 RETURNING revision";
pub(crate) const INSERT_AUDIT_ROW: &str = "INSERT INTO audit_rows
        (pool, id, at, actor, address, request_id, action, resource, resource_id, detail,
        user_agent)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";

/// Why a change could not be made. It is rolled back as a whole; other changes
/// of the same commit are not.
#[derive(Debug)]
pub(crate) enum WriteError {
    /// The engine refused.
    Sql(crate::sql::Error),
    /// A promise of ours was broken.
    Fault(Detail),
}

impl From<crate::sql::Error> for WriteError {
    fn from(error: crate::sql::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Unopened> for WriteError {
    fn from(error: Unopened) -> Self {
        Self::Fault(Detail(error.to_string()))
    }
}

/// The positions that the commit has taken: each pool's revision and next index.
/// A copy is put back when a change is rolled back.
#[derive(Clone, Default)]
pub(super) struct Positions(HashMap<PoolId, Position>);

/// The names of what a change sets, for its audit row.
pub(crate) fn given_of(members: &[(Field, bool)]) -> impl Iterator<Item = Field> {
    let given = members.iter().filter(|(_, is_given)| *is_given);
    given.map(|(name, _)| *name)
}

/// A commit in the making. Several callers' changes may share it, one after the
/// other, each undone by itself if it fails.
pub(crate) struct Commit<'a> {
    pub(super) conn: &'a Connection,
    pub(super) now: Timestamp,
    pub(super) positions: Positions,
    pub(super) entropy: &'a dyn Entropy,
    pub(super) master_key: &'a MasterKey,
    pub(super) end_batch: u32,
    /// How many more of them the change that runs may record.
    pub(super) ends_left: u32,
    /// Whether whoever makes deliveries has something new to do.
    pub(super) deliveries_added: bool,
    /// The same of webhooks.
    pub(super) webhook_deliveries_added: bool,
    /// Whose answers may be others after this commit.
    pub(super) touches: Touched,
    /// Who wants to be told of what, as far as this commit asked.
    pub(super) subscriptions: webhooks::Subscriptions,
    /// What its sign-ins ask alike.
    pub(super) read_once: ReadOnce,
    /// What it adds to the counters once it is on disk.
    pub(super) tally: Tally,
}

impl Commit<'_> {
    /// The connection, inside of the transaction.
    pub(crate) fn conn(&self) -> &Connection {
        self.conn
    }

    /// The instant of every decision of this commit.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// How many logins a mass end records in its own commit: a batch, and none when
    /// the change that it is part of has recorded enough. What a bulk change ends
    /// has no other bound.
    pub(super) fn end_batch(&self) -> u32 {
        self.end_batch.min(self.ends_left)
    }

    /// Counts logins that were recorded, or looked at, in this commit.
    pub(super) fn spend_ends(&mut self, visited: u64) {
        let visited = u32::try_from(visited).unwrap_or(u32::MAX);
        self.ends_left = self.ends_left.saturating_sub(visited);
    }

    /// A change begins: what others of the commit recorded is not its own.
    pub(super) fn begin_change(&mut self) {
        let batches = limits::END_BATCHES_PER_CHANGE;
        self.ends_left = self.end_batch.saturating_mul(batches);
    }

    /// The next place in the pool's history. The first one that a commit takes
    /// raises the pool's revision by one.
    pub(crate) fn position(&mut self, pool: PoolId) -> Result<Position, WriteError> {
        if let Some(next) = self.positions.0.get_mut(&pool) {
            let position = *next;
            next.index += 1;
            return Ok(position);
        }
        let revision = self
            .conn
            .prepare_cached(RAISE_REVISION)?
            .query_row([pool.as_bytes()], |row| row.get(0))?;
        let next = Position { revision, index: 1 };
        self.positions.0.insert(pool, next);
        Ok(Position { revision, index: 0 })
    }

    /// Writes an audit row, and tells the webhooks that want to know of such a change.
    pub(crate) fn audit(
        &mut self,
        pool: PoolId,
        origin: &Origin,
        action: AuditAction,
        resource: AuditResource,
        resource_id: impl AsRef<str>,
        detail: impl AsRef<str>,
    ) -> Result<(), WriteError> {
        let id = AuditId::generate(self.now, self.entropy);
        self.conn
            .prepare_cached(INSERT_AUDIT_ROW)?
            .perform(params![
                pool.as_bytes(),
                id.as_bytes(),
                self.now.as_millis(),
                actors::to_text(origin.actor),
                origin.address.map(|address| address.to_string()),
                origin.request_id,
                action.as_str(),
                resource.as_str(),
                resource_id.as_ref(),
                detail.as_ref(),
                origin.user_agent,
            ])?;
        let change = AuditedChange {
            pool,
            action,
            resource,
            resource_id: resource_id.as_ref(),
            detail: detail.as_ref(),
            actor: origin.actor,
        };
        webhooks::tell_of_audited(self, pool, origin, change)
    }

    /// Encrypts a value for its place; `row` is the row's key in its stored form.
    pub(crate) fn seal(
        &self,
        table: &'static str,
        pool: impl Into<Option<PoolId>>,
        row: &[u8],
        column: &'static str,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, WriteError> {
        let pool = pool.into();
        let place = Place {
            table,
            pool,
            row,
            column,
        };
        Ok(self.master_key.seal(&place, plaintext, self.entropy)?)
    }

    /// Decrypts the value of a place.
    pub(crate) fn open(
        &self,
        table: &'static str,
        pool: impl Into<Option<PoolId>>,
        row: &[u8],
        column: &'static str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, WriteError> {
        let pool = pool.into();
        let place = Place {
            table,
            pool,
            row,
            column,
        };
        Ok(self.master_key.open(&place, sealed)?)
    }
}
