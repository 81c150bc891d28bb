//! Connections that callers share, for reads of one statement: the server takes the
//! statements as they come and answers in their order, so nobody waits for somebody
//! else's answer before asking. That a statement costs so much less is measured in
//! `docs/decisions/0011-single-statements.md`.

use super::connect::{Connector, SETTINGS};
use super::failure::Failure;
use super::session::Kept;
use crate::sql::{Connection, Result};
use rollcall_core::limits;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::sync::Mutex;
use tokio::time::timeout;
use tokio_postgres::Client;

/// The shared connections of one node.
pub(super) struct Shared {
    connector: Connector,
    lines: [Mutex<Option<Line>>; limits::DATABASE_SHARED_CONNECTIONS],
    next: AtomicUsize,
}

/// A connection and the statements that are prepared on it.
#[derive(Clone)]
pub(super) struct Line {
    client: Arc<Client>,
    prepared: Kept,
    is_given_up: Arc<AtomicBool>,
}

impl Line {
    async fn open(connector: &Connector) -> std::result::Result<Self, Failure> {
        let client = connector.client().await?;
        let set = timeout(connector.answer_time(), client.batch_execute(SETTINGS));
        set.await.map_err(|_| Failure::TimedOut)??;
        Ok(Self {
            client: Arc::new(client),
            prepared: Kept::default(),
            is_given_up: Arc::default(),
        })
    }

    fn is_good(&self) -> bool {
        !self.client.is_closed() && !self.is_given_up.load(Ordering::Relaxed)
    }

    /// Nobody begins with it any more: an answer did not come in time.
    pub(super) fn give_up(&self) {
        self.is_given_up.store(true, Ordering::Relaxed);
    }
}

impl Shared {
    /// Makes its connections when they are needed.
    pub(super) fn new(connector: Connector) -> Self {
        Self {
            connector,
            lines: Default::default(),
            next: AtomicUsize::new(0),
        }
    }

    /// One of the connections, for one statement.
    pub(super) async fn connection(&self) -> Result<(Line, Connection)> {
        let next = self.next.fetch_add(1, Ordering::Relaxed);
        let place = &self.lines[next % self.lines.len()];
        // Whoever holds it for long is connecting.
        let held = timeout(limits::DATABASE_WAIT_TIME, place.lock()).await;
        let mut held = held.map_err(|_| Failure::Busy)?;
        let line = match held.as_ref().filter(|line| line.is_good()) {
            Some(line) => line.clone(),
            None => held.insert(Line::open(&self.connector).await?).clone(),
        };
        drop(held);
        let (client, prepared) = (line.client.clone(), line.prepared.clone());
        let session = self.connector.session_over(client, prepared);
        Ok((line, session.into()))
    }

    /// Closes what nobody uses.
    pub(super) fn close(&self) {
        for place in &self.lines {
            if let Ok(mut line) = place.try_lock() {
                *line = None;
            }
        }
    }
}
