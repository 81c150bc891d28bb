//! How the store is doing, and how many are signed in: for metrics.

use super::StoreResult;
use crate::histogram::Distribution;
use crate::ids::{ApplicationId, PoolId};
use crate::model::event::Reason;
use async_trait::async_trait;

/// The live logins of an application.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LiveLogins {
    /// Its pool.
    pub pool: PoolId,
    /// The application.
    pub application: ApplicationId,
    /// How many of its logins are live; 0 too.
    pub logins: u64,
}

/// What there was at one instant.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Census {
    /// Of the applications that were made first, so that one that is listed stays.
    pub applications: Vec<LiveLogins>,
    /// Live logins of all other applications.
    pub elsewhere: u64,
    /// Ends that are in force and not recorded on each login yet.
    pub mass_ends: u64,
    /// Notices of logouts that wait for an attempt.
    pub logout_deliveries: u64,
    /// Calls of webhooks that wait for an attempt.
    pub webhook_deliveries: u64,
}

/// What this node's store has done since it was opened, and what waits.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Load {
    /// Changes that wait for a commit.
    pub queued: u64,
    /// How many may wait before others are refused.
    pub queue_limit: u64,
    /// How long commits took, from the first change of a group to the disk.
    pub commits: Distribution,
    /// Commits that failed.
    pub failed_commits: u64,
    /// Answers to checks that are remembered.
    pub remembered: u64,
    /// Logins that began.
    pub began: u64,
    /// Ends that were recorded, by reason, in the order of [`Reason::ALL`].
    pub ended: [u64; Reason::ALL.len()],
}

/// Counts, for metrics.
#[async_trait]
pub trait Censuses: Send + Sync {
    /// Counts what is live now, by the rules by which a check is answered: of the
    /// first `listed` applications each for itself, of the others together.
    async fn census(&self, listed: u32) -> StoreResult<Census>;

    /// What this node's store has done.
    fn load(&self) -> Load;
}
