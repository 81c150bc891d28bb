//! Background work that one node does at a time.
//!
//! A node that has done a batch and knows of more holds the work until it has come to
//! the end, or for [`limits::BACKGROUND_LEASE`] after its last batch: so another one
//! goes on where it died. The lease is written in the commit of the batch, by the
//! instant of that commit, so nobody's clock is compared with another's. Of a file,
//! which one process serves, there are none.

use super::meta;
use super::{Commit, SqlStore, WriteError};
use crate::sql::{Connection, OptionalExtension as _, Result, params};
use rollcall_core::limits;
use rollcall_core::ports::maintenance::Progress;
use rollcall_core::time::{Timestamp, expired};
use std::sync::atomic::Ordering;

/// Work of several batches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Work {
    RecordExpired,
    RecordMassEnds,
    ForgetOld,
}

impl Work {
    const ALL: [Self; 3] = [Self::RecordExpired, Self::RecordMassEnds, Self::ForgetOld];

    fn name(self) -> &'static str {
        match self {
            Self::RecordExpired => "lease_record_expired",
            Self::RecordMassEnds => "lease_record_mass_ends",
            Self::ForgetOld => "lease_forget_old",
        }
    }
}

/// A node, from its start to its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct NodeId(pub(super) [u8; 16]);

pub(crate) const DELETE: &str = "DELETE FROM meta WHERE name = ?1 AND substr(value, 1, 16) = ?2";

/// Whether this node may do the work now: nobody else is at it.
fn is_free(conn: &Connection, work: Work, node: NodeId, now: Timestamp) -> Result<bool> {
    let lease: Option<[u8; 24]> = conn
        .prepare_cached(meta::READ)?
        .query_row([work.name()], |row| row.get(0))
        .optional()?;
    let Some((holder, until)) = lease.as_ref().and_then(|lease| lease.split_first_chunk()) else {
        return Ok(true);
    };
    let until = until.try_into().map_or(0, i64::from_be_bytes);
    Ok(*holder == node.0 || expired(Timestamp::from_millis(until), now))
}

/// Holds the work, or lets it go.
fn keep(commit: &Commit<'_>, work: Work, node: NodeId, holds: bool) -> Result<()> {
    if !holds {
        let mut delete = commit.conn().prepare_cached(DELETE)?;
        delete.execute(params![work.name(), node.0])?;
        return Ok(());
    }
    let until = commit.now() + limits::BACKGROUND_LEASE;
    let lease = [&node.0[..], &until.as_millis().to_be_bytes()].concat();
    let mut write = commit.conn().prepare_cached(meta::WRITE)?;
    write.execute(params![work.name(), lease])?;
    Ok(())
}

impl SqlStore {
    /// Does a batch of the work if no other node is at it.
    pub(super) async fn batch(
        &self,
        work: Work,
        batch: impl FnOnce(&mut Commit<'_>) -> std::result::Result<Progress, WriteError>
        + Send
        + 'static,
    ) -> rollcall_core::ports::StoreResult<Progress> {
        let Some(node) = self.inner.node else {
            return self.write(batch).await;
        };
        let is_free_now = move |conn: &Connection| is_free(conn, work, node, conn.now()?);
        if !self.read(is_free_now).await? {
            return Ok(Progress::default());
        }
        let held = self.inner.holds_lease.clone();
        self.write(move |commit| {
            if !is_free(commit.conn(), work, node, commit.now())? {
                return Ok(Progress::default());
            }
            let progress = batch(commit)?;
            if progress.more || held.load(Ordering::Relaxed) {
                keep(commit, work, node, progress.more)?;
                // Also if the commit fails: then there is one to let go too many.
                held.store(true, Ordering::Relaxed);
            }
            Ok(progress)
        })
        .await
    }
}

/// Lets go of everything: a node that stops in order keeps nobody waiting.
pub(super) fn let_go(commit: &Commit<'_>, node: NodeId) -> std::result::Result<(), WriteError> {
    for work in Work::ALL {
        keep(commit, work, node, false)?;
    }
    Ok(())
}
