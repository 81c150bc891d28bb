//! Remembering answers ahead after a start, while questions are answered already.
//!
//! Nobody waits for it, and it must not be in anybody's way: a step takes a few
//! milliseconds on a thread for long reads, and is followed by a pause as long as it took.
//! So it works at most half of the time of one core, less where others work too: they make
//! its steps take longer, and its pauses with them. A server with ten million logins on
//! disk is through after some minutes. Without a pause it would be in half of that, and who
//! asks meanwhile would share the core with it all the time.

use crate::metrics::Metrics;
use rollcall_core::limits;
use rollcall_core::ports::Store;
use rollcall_core::ports::maintenance::Warmed;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

/// After a step that failed: the store has logged why, and questions fail as well.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Walks through all of it, once.
#[expect(
    clippy::disallowed_methods,
    reason = "measures how long its steps take, and decides nothing but its pauses by it"
)]
pub(super) async fn run(
    store: Arc<dyn Store>,
    metrics: Arc<Metrics>,
    mut stop: watch::Receiver<bool>,
) {
    let began = Instant::now();
    let (mut from, mut answers) = (None, 0);
    loop {
        let step_began = Instant::now();
        let pause = match store.warm(from, limits::WARMING_BATCH).await {
            Ok(Warmed { kept, next }) => {
                answers += kept;
                if next.is_none() {
                    break;
                }
                from = next;
                step_began.elapsed()
            }
            Err(error) => {
                tracing::error!(%error, "answers could not be remembered ahead");
                RETRY_AFTER
            }
        };
        tokio::select! {
            // An error means that nobody can stop it any more, so it must stop.
            _ = stop.wait_for(|stopped| *stopped) => return,
            () = sleep(pause) => {}
        }
    }
    metrics.has_warmed();
    if answers > 0 {
        let seconds = began.elapsed().as_secs_f64();
        tracing::info!(
            answers,
            seconds,
            "the answers of all who are signed in are remembered"
        );
    }
}
