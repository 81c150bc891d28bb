//! Work behind the scenes: recording what time and mass ends have ended already.

use super::StoreResult;
use crate::time::Span;
use async_trait::async_trait;

/// How much a step of background work did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Rows that were changed.
    pub changed: u64,
    /// Whether there is more to do now.
    pub more: bool,
}

/// Where remembering answers ahead goes on. It means something to the store alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WarmFrom(pub i64);

/// What a step of remembering answers ahead came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Warmed {
    /// Answers that are remembered from now on.
    pub kept: u64,
    /// Where the next step begins; none: there is nothing left to do.
    pub next: Option<WarmFrom>,
}

/// Background work of the store. Answers never wait for it.
#[async_trait]
pub trait Maintenance: Send + Sync {
    /// Records the ends of at most `batch` logins whose limit has passed.
    async fn record_expired(&self, batch: u32) -> StoreResult<Progress>;

    /// Records at most `batch` logins of the oldest mass end that is not recorded
    /// on each of its logins yet; removes it when none is left.
    async fn record_mass_ends(&self, batch: u32) -> StoreResult<Progress>;

    /// Deletes at most `batch` rows (ended logins, events, audit rows, revoked
    /// tokens, failures, identities of deleted sources) that are older than
    /// `retention` or no longer needed.
    async fn forget_old(&self, retention: Span, batch: u32) -> StoreResult<Progress>;

    /// Writes at most `batch` of the noted uses of access keys.
    async fn record_key_uses(&self, batch: u32) -> StoreResult<Progress>;

    /// Looks at `batch` more logins, the newest first, and remembers the answers of those
    /// that are live, so that nobody's first question has to wait for the disk. Of a store
    /// that remembers nothing, nothing is left to do.
    async fn warm(&self, from: Option<WarmFrom>, batch: u32) -> StoreResult<Warmed>;

    /// Stores the clock's high-water mark if time has moved on since.
    async fn mark_clock(&self) -> StoreResult<()>;

    /// How far real time is behind the stored mark; time stands until it is zero.
    fn clock_lag(&self) -> Span;

    /// How far this node's own clock is ahead of the one that decides, where that is
    /// a database's: behind, if negative; zero where its own decides.
    fn clock_offset(&self) -> Span;

    /// Passes if the store can be read and written now.
    async fn ready(&self) -> StoreResult<()>;
}
