//! How a server comes to its end.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// How far the end has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Phase {
    /// Nobody asked for it.
    Serving,
    /// It says that it is not ready, and serves on.
    Leaving,
    /// It accepts nobody, and finishes what is in flight.
    Draining,
    /// It finishes nothing.
    AtOnce,
}

/// A way to stop a server. Clones stop the same one.
#[derive(Clone, Debug)]
pub struct Stop {
    phase: watch::Sender<Phase>,
    /// The same as a flag, for every request to look at.
    begun: Arc<AtomicBool>,
}

impl Default for Stop {
    fn default() -> Self {
        Self {
            phase: watch::Sender::new(Phase::Serving),
            begun: Arc::default(),
        }
    }
}

impl Stop {
    /// The first request lets balancers notice and what is in flight finish, the
    /// second does neither.
    pub fn request(&self) {
        self.advance(Phase::Leaving);
    }

    /// The same, without waiting for balancers to notice: somebody is at the keyboard.
    pub fn request_without_delay(&self) {
        self.advance(Phase::Draining);
    }

    fn advance(&self, first: Phase) {
        self.begun.store(true, Ordering::Relaxed);
        self.phase.send_modify(|phase| {
            *phase = match phase {
                Phase::Serving => first,
                Phase::Leaving | Phase::Draining | Phase::AtOnce => Phase::AtOnce,
            };
        });
    }

    /// Whether a stop was requested.
    pub fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Relaxed)
    }

    /// Returns once a stop was requested.
    pub async fn requested(&self) {
        self.reached(Phase::Leaving).await;
    }

    /// Requests a stop with each SIGTERM and SIGINT from now on.
    pub fn follow_signals(&self) -> io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let stop = self.clone();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    _ = terminate.recv() => {
                        tracing::info!(signal = "SIGTERM", "stopping");
                        stop.request();
                    }
                    _ = interrupt.recv() => {
                        tracing::info!(signal = "SIGINT", "stopping");
                        stop.request_without_delay();
                    }
                }
            }
        });
        Ok(())
    }

    pub(crate) async fn reached(&self, phase: Phase) {
        let mut receiver = self.phase.subscribe();
        // The sender lives in `self`, so the wait ends only by the phase.
        let _ = receiver.wait_for(|now| *now >= phase).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_request_leaves_and_the_second_ends_at_once() {
        let stop = Stop::default();
        assert!(!stop.has_begun());
        stop.clone().request();
        assert!(stop.has_begun());
        stop.requested().await;
        assert_eq!(*stop.phase.borrow(), Phase::Leaving);
        stop.request_without_delay();
        assert_eq!(*stop.phase.borrow(), Phase::AtOnce);
        let at_the_keyboard = Stop::default();
        at_the_keyboard.request_without_delay();
        assert_eq!(*at_the_keyboard.phase.borrow(), Phase::Draining);
    }
}
