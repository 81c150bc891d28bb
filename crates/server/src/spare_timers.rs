//! Timers for the listener that are used again.
//!
//! hyper wants one for the headers of each request, on a kept connection from the answer
//! before on, and throws it away when they are there. To make a timer, to put it into the
//! runtime's wheel and to take it out again costs as much as to read the request. A spare
//! one is in the wheel already, and to move its instant later is one exchange of a number.

#![expect(
    clippy::disallowed_methods,
    reason = "the listener's limits are spans of the runtime's own clock, as hyper's timer is"
)]

use hyper::rt::{Sleep, Timer};
use parking_lot::Mutex;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::time::{Instant as TokioInstant, Sleep as TokioSleep, sleep_until};

/// Timers that are kept: more are in use at a time only while as many connections begin
/// to wait at once.
const MOST_SPARE: usize = 1024;

type Spare = Mutex<Vec<Pin<Box<TokioSleep>>>>;

/// Makes timers of the runtime in which it is asked. One belongs to one listener.
#[derive(Clone, Default)]
pub(crate) struct SpareTimers(Arc<Spare>);

impl Timer for SpareTimers {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        let deadline = TokioInstant::from_std(deadline);
        // Nobody waits for a spare one: who does not get it at once makes another.
        let spare = self.0.try_lock().and_then(|mut spare| spare.pop());
        let timer = match spare {
            Some(mut timer) => {
                timer.as_mut().reset(deadline);
                timer
            }
            None => Box::pin(sleep_until(deadline)),
        };
        Box::pin(Borrowed {
            timer: Some(timer),
            spare: Arc::clone(&self.0),
        })
    }

    fn now(&self) -> Instant {
        TokioInstant::now().into_std()
    }
}

/// A timer that goes back when it is not needed any more.
struct Borrowed {
    timer: Option<Pin<Box<TokioSleep>>>,
    spare: Arc<Spare>,
}

impl Future for Borrowed {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        match &mut self.timer {
            Some(timer) => timer.as_mut().poll(context),
            None => Poll::Ready(()),
        }
    }
}

impl Sleep for Borrowed {}

impl Drop for Borrowed {
    fn drop(&mut self) {
        if let Some(timer) = self.timer.take()
            && let Some(mut spare) = self.spare.try_lock()
            && spare.len() < MOST_SPARE
        {
            spare.push(timer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn spare(timers: &SpareTimers) -> usize {
        timers.0.lock().len()
    }

    #[tokio::test(start_paused = true)]
    async fn a_timer_that_is_used_again_ends_when_it_is_told_to() {
        let timers = SpareTimers::default();
        // Later than before, sooner, and after it had ended.
        for seconds in [1, 5, 2, 2, 7] {
            let begun = TokioInstant::now();
            timers.sleep(seconds * SECOND).await;
            assert_eq!(begun.elapsed(), seconds * SECOND);
            assert_eq!(spare(&timers), 1);
        }
        let mut waiting = timers.sleep(SECOND);
        assert_eq!(spare(&timers), 0);
        let polled = std::future::poll_fn(|context| Poll::Ready(waiting.as_mut().poll(context)));
        assert!(polled.await.is_pending());
        drop(waiting);
        let begun = TokioInstant::now();
        timers.sleep(3 * SECOND).await;
        assert_eq!(begun.elapsed(), 3 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn two_at_a_time_are_two() {
        let timers = SpareTimers::default();
        let begun = TokioInstant::now();
        let (long, short) = (timers.sleep(4 * SECOND), timers.sleep(SECOND));
        short.await;
        assert_eq!(begun.elapsed(), SECOND);
        long.await;
        assert_eq!(begun.elapsed(), 4 * SECOND);
        assert_eq!(spare(&timers), 2);
    }

    #[tokio::test]
    async fn no_more_are_kept_than_the_limit() {
        let timers = SpareTimers::default();
        let many: Vec<_> = (0..=MOST_SPARE).map(|_| timers.sleep(SECOND)).collect();
        drop(many);
        assert_eq!(spare(&timers), MOST_SPARE);
    }
}
