//! The one question that is asked more often than all others, answered for many
//! callers at once: look-ups that wait at one moment share a statement.
//!
//! A statement is sent after the questions in it were asked, so no answer is older
//! than its question. While one is under way others gather for the next: the busier
//! the server, the less each of them costs. Nothing is remembered.

mod answers;
mod questions;
mod sql;

use super::connect::{Connector, SETTINGS};
use super::failure::Failure;
use crate::records::StoreClock;
use crate::sql::Error;
use answers::{Answer, answers};
use questions::{Arrays, is_by_id};
use rollcall_core::ids::{AccessKeyId, ApplicationId};
use rollcall_core::limits;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::ports::logins::SessionCheck;
use rollcall_core::ports::{Detail, StoreError, StoreResult};
use std::sync::{Arc, OnceLock};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Row, Statement};

/// A check.
pub(crate) struct Question {
    /// The access key that asks.
    pub(crate) key: AccessKeyId,
    /// The application.
    pub(crate) application: ApplicationId,
    /// Whom it is about.
    pub(crate) user: UserSelector,
}

struct Waiting {
    question: Question,
    answer: oneshot::Sender<StoreResult<Asked>>,
}

/// What became of a check.
pub(crate) enum Asked {
    /// It is answered.
    Told(Option<SessionCheck>),
    /// It takes a read of its own.
    NotHere(Question),
}

/// Answers checks.
pub(crate) struct Checks {
    connector: Connector,
    clock: Arc<StoreClock>,
    // Made where the first check is: the runtime that drives it.
    queue: OnceLock<mpsc::Sender<Waiting>>,
}

impl Checks {
    pub(super) fn new(connector: Connector, clock: Arc<StoreClock>) -> Self {
        Self {
            connector,
            clock,
            queue: OnceLock::new(),
        }
    }

    /// Asks with whoever else asks now.
    pub(crate) async fn ask(&self, question: Question) -> StoreResult<Asked> {
        let queue = self.queue.get_or_init(|| self.start());
        let (answer, told) = oneshot::channel();
        let waiting = Waiting { question, answer };
        queue.try_send(waiting).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => gone(),
        })?;
        told.await.map_err(|_| gone())?
    }

    fn start(&self) -> mpsc::Sender<Waiting> {
        let (queue, waiting) = mpsc::channel(limits::DATABASE_MAX_WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..limits::DATABASE_CHECK_CONNECTIONS {
            let asker = Asker {
                connector: self.connector.clone(),
                clock: self.clock.clone(),
                line: None,
            };
            tokio::spawn(asker.run(waiting.clone()));
        }
        queue
    }
}

fn gone() -> StoreError {
    StoreError::Unavailable(Detail("nobody answers checks any more".to_owned()))
}

/// Whoever asks the server, one batch after the other.
struct Asker {
    connector: Connector,
    clock: Arc<StoreClock>,
    line: Option<Line>,
}

/// A connection and its statements.
struct Line {
    client: Client,
    // Where statements may be kept.
    by_id: Option<Statement>,
    by_any: Option<Statement>,
}

impl Asker {
    async fn run(mut self, queue: Arc<Mutex<mpsc::Receiver<Waiting>>>) {
        loop {
            let batch = {
                let mut queue = queue.lock().await;
                let mut batch = Vec::new();
                let most = limits::DATABASE_CHECKS_AT_ONCE;
                if queue.recv_many(&mut batch, most).await == 0 {
                    return;
                }
                batch
            };
            // Whoever went away needs no answer.
            let batch: Vec<Waiting> = batch
                .into_iter()
                .filter(|waiting| !waiting.answer.is_closed())
                .collect();
            let (by_id, by_any): (Vec<Waiting>, Vec<Waiting>) = batch
                .into_iter()
                .partition(|waiting| is_by_id(&waiting.question));
            self.answer(by_id, true).await;
            self.answer(by_any, false).await;
        }
    }

    async fn answer(&mut self, batch: Vec<Waiting>, by_id: bool) {
        if batch.is_empty() {
            return;
        }
        let questions: Vec<&Question> = batch.iter().map(|waiting| &waiting.question).collect();
        let told = self.ask(&questions, by_id).await;
        match told {
            Ok(answers) => {
                for (waiting, answer) in batch.into_iter().zip(answers) {
                    let asked = match answer {
                        Answer::Told(check) => Asked::Told(check),
                        Answer::NeedsMore => Asked::NotHere(waiting.question),
                    };
                    let _ = waiting.answer.send(Ok(asked));
                }
            }
            Err(error) => {
                tracing::error!(detail = %error, "checks failed");
                let error = error.into_store_error();
                for waiting in batch {
                    let _ = waiting.answer.send(Err(error.clone()));
                }
            }
        }
    }

    /// A connection that is lost is made anew and asked once more: nothing was told.
    async fn ask(&mut self, questions: &[&Question], by_id: bool) -> Result<Vec<Answer>, Error> {
        let had_a_line = self
            .line
            .as_ref()
            .is_some_and(|line| !line.client.is_closed());
        match self.try_ask(questions, by_id).await {
            Err(Error::Postgres(Failure::Server(error)))
                if had_a_line && error.as_db_error().is_none() =>
            {
                self.try_ask(questions, by_id).await
            }
            told => told,
        }
    }

    async fn try_ask(
        &mut self,
        questions: &[&Question],
        by_id: bool,
    ) -> Result<Vec<Answer>, Error> {
        let line = match self.line.take().filter(|line| !line.client.is_closed()) {
            Some(line) => line,
            None => Line::open(&self.connector).await?,
        };
        let instant = self.clock.before_snapshot();
        let arrays = Arrays::of(questions);
        let asking = line.rows(&arrays, by_id);
        let rows = tokio::time::timeout(limits::DATABASE_ANSWER_TIME, asking).await;
        let rows = rows.map_err(|_| Failure::TimedOut)?;
        let rows = rows.map_err(Failure::Server)?;
        self.line = Some(line);
        answers(questions, &rows, instant)
    }
}

impl Line {
    async fn open(connector: &Connector) -> Result<Self, Failure> {
        let client = connector.client().await?;
        let is_kept = connector.is_kept();
        let (mut by_id, mut by_any) = (None, None);
        if is_kept {
            let preparing = async {
                client.batch_execute(SETTINGS).await?;
                client.batch_execute(PLANS).await?;
                by_id = Some(client.prepare(&sql::by_id()).await?);
                by_any = Some(client.prepare(&sql::by_any()).await?);
                Ok::<(), tokio_postgres::Error>(())
            };
            let prepared = tokio::time::timeout(limits::DATABASE_ANSWER_TIME, preparing).await;
            prepared.map_err(|_| Failure::TimedOut)??;
        }
        Ok(Self {
            client,
            by_id,
            by_any,
        })
    }

    async fn rows(
        &self,
        arrays: &Arrays<'_>,
        by_id: bool,
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        let values: &[(&(dyn ToSql + Sync), Type)] = match by_id {
            true => &arrays.by_id(),
            false => &arrays.by_any(),
        };
        let kept = if by_id { &self.by_id } else { &self.by_any };
        match kept {
            Some(statement) => {
                let values: Vec<&(dyn ToSql + Sync)> =
                    values.iter().map(|(value, _)| *value).collect();
                self.client.query(statement, &values).await
            }
            None => {
                let text = if by_id { sql::by_id() } else { sql::by_any() };
                self.client.query_typed(&text, values).await
            }
        }
    }
}

/// Each of a batch is a few look-ups in indexes, however many there are: planned once,
/// and never by reading tables as a whole.
const PLANS: &str = "SET plan_cache_mode = force_generic_plan;
    SET enable_hashjoin = off; SET enable_mergejoin = off; SET statement_timeout = '10s'";
