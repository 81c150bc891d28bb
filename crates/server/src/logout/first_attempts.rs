//! Who waits for applications to be told.

use rollcall_core::ids::{LoginId, PoolId};
use rollcall_core::ports::Store;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::timeout;

/// Tells when applications of ended logins were told once. A clone is another
/// reference to the same.
#[derive(Clone)]
pub struct FirstAttempts {
    store: Arc<dyn Store>,
    recorded: watch::Sender<u64>,
}

impl FirstAttempts {
    /// Those of this store.
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            recorded: watch::Sender::new(0),
        }
    }

    /// The store.
    pub(super) fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// An attempt has been recorded: whoever waits looks again.
    pub(super) fn recorded(&self) {
        self.recorded
            .send_modify(|attempts| *attempts = attempts.wrapping_add(1));
    }

    /// Waits until the application of each of these logins was told once, however
    /// that went, or this span has passed.
    pub async fn told(&self, pool: PoolId, logins: &[LoginId], within: Duration) {
        // From before the first look, so that no attempt is missed.
        let mut recorded = self.recorded.subscribe();
        let all_told = async {
            loop {
                match self.store.awaits_first_attempt(pool, logins).await {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(error) => {
                        tracing::error!(%error, "could not look at deliveries of logouts");
                        return;
                    }
                }
                if recorded.changed().await.is_err() {
                    return;
                }
            }
        };
        if timeout(within, all_told).await.is_err() {
            tracing::info!(%pool, "an application was not told of a sign-out in time; it goes on");
        }
    }
}

impl fmt::Debug for FirstAttempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FirstAttempts")
    }
}
