//! Time limits that cost nothing where nothing waits.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::time::error::Elapsed;

/// The future's output, unless it takes longer. A timer is made only for a future that is
/// not ready at once: nearly all of them are.
pub(super) async fn within<T>(
    limit: Duration,
    future: impl Future<Output = T>,
) -> Result<T, Elapsed> {
    let mut future = pin!(future);
    let at_once = std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context)));
    match at_once.await {
        Poll::Ready(output) => Ok(output),
        Poll::Pending => tokio::time::timeout(limit, future).await,
    }
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "their time stands, and moves only where nothing else can"
)]
mod tests {
    use super::*;
    use tokio::time::{Instant, sleep};

    const LIMIT: Duration = Duration::from_secs(3);

    #[tokio::test(start_paused = true)]
    async fn what_is_slower_than_the_limit_is_given_up_at_it() {
        let begun = Instant::now();
        let slower = within(LIMIT, sleep(LIMIT + Duration::from_millis(1))).await;
        assert!(slower.is_err());
        assert_eq!(begun.elapsed(), LIMIT);
        assert!(within(LIMIT, std::future::pending::<()>()).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_faster_is_answered_when_it_is_ready() {
        let begun = Instant::now();
        assert_eq!(within(LIMIT, async { 1 }).await.ok(), Some(1));
        assert_eq!(begun.elapsed(), Duration::ZERO);
        let faster = Duration::from_millis(2_999);
        assert!(within(LIMIT, sleep(faster)).await.is_ok());
        assert_eq!(begun.elapsed(), faster);
    }
}
