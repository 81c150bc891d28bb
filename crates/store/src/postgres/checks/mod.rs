//! The one question that is asked more often than all others, answered for many
//! callers at once: look-ups that wait at one moment share a statement.
//!
//! A statement is sent after the questions in it were asked, so no answer is older
//! than its question. While one is under way others gather for the next: the busier
//! the server, the less each of them costs. Nothing is remembered.

mod answers;
mod questions;
mod statements;

use super::connect::{Connector, SETTINGS};
use super::failure::Failure;
use crate::records::{StoreClock, read_pending};
use crate::sql::{self, Error};
use answers::{Answer, EndsOf, answers};
use futures_util::future;
use questions::{Arrays, is_by_id};
use rollcall_core::ids::{AccessKeyId, ApplicationId, PoolId};
use rollcall_core::limits;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::ports::logins::SessionCheck;
use rollcall_core::ports::{Detail, StoreError, StoreResult};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
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
    mass_ends: Option<Statement>,
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
                        Answer::NeedsEndsOf(_) | Answer::NeedsMore => {
                            Asked::NotHere(waiting.question)
                        }
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
            Err(Error::Postgres(failure)) if had_a_line && failure.is_of_the_connection() => {
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
        let limit = self.connector.answer_time();
        let rows = in_time(limit, line.rows(&arrays, by_id)).await?;
        let mut told = answers(questions, &rows, None, instant)?;
        let pools = pools_of(&told);
        if !pools.is_empty() {
            let asking = line.rows_with_ends(&arrays, by_id, &pools);
            let (rows, ends) = in_time(limit, asking).await?;
            told = answers(questions, &rows, Some(&read_ends(ends)?), instant)?;
        }
        self.line = Some(line);
        Ok(told)
    }
}

/// The server's answer, or that there was none in time.
async fn in_time<T>(
    limit: Duration,
    asking: impl Future<Output = Result<T, tokio_postgres::Error>>,
) -> Result<T, Failure> {
    let told = tokio::time::timeout(limit, asking).await;
    told.map_err(|_| Failure::TimedOut)?
        .map_err(Failure::Server)
}

/// The pools whose mass ends the answers depend on.
fn pools_of(told: &[Answer]) -> Vec<PoolId> {
    let needed = told.iter().filter_map(|answer| match answer {
        Answer::NeedsEndsOf(pool) => Some(*pool),
        Answer::Told(_) | Answer::NeedsMore => None,
    });
    let mut pools: Vec<PoolId> = needed.collect();
    pools.sort_unstable();
    pools.dedup();
    pools
}

fn read_ends(rows: Vec<(PoolId, Vec<Row>)>) -> Result<EndsOf, Error> {
    let read = |(pool, rows): (PoolId, Vec<Row>)| {
        let ends = rows
            .iter()
            .map(|row| read_pending(&sql::Row::Postgres(row)));
        Ok((pool, ends.collect::<Result<_, Error>>()?))
    };
    rows.into_iter().map(read).collect()
}

impl Line {
    async fn open(connector: &Connector) -> Result<Self, Failure> {
        let client = connector.client().await?;
        let is_kept = connector.is_kept();
        let (mut by_id, mut by_any, mut mass_ends) = (None, None, None);
        if is_kept {
            in_time(connector.answer_time(), async {
                client.batch_execute(SETTINGS).await?;
                client.batch_execute(PLANS).await?;
                by_id = Some(client.prepare(&statements::by_id()).await?);
                by_any = Some(client.prepare(&statements::by_any()).await?);
                mass_ends = Some(client.prepare(&statements::mass_ends()).await?);
                Ok(())
            })
            .await?;
        }
        Ok(Self {
            client,
            by_id,
            by_any,
            mass_ends,
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
                let text = match by_id {
                    true => statements::by_id(),
                    false => statements::by_any(),
                };
                self.client.query_typed(&text, values).await
            }
        }
    }

    /// The same rows, and the mass ends of these pools, all on one snapshot.
    async fn rows_with_ends(
        &self,
        arrays: &Arrays<'_>,
        by_id: bool,
        pools: &[PoolId],
    ) -> Result<(Vec<Row>, Vec<(PoolId, Vec<Row>)>), tokio_postgres::Error> {
        const BEGIN: &str = "START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
        let of_pools = pools.iter().map(|pool| async move {
            let rows = self.mass_ends_of(*pool).await?;
            Ok::<_, tokio_postgres::Error>((*pool, rows))
        });
        // Sent in this order, and waited for together.
        let (begin, rows, ends, commit) = future::join4(
            self.client.batch_execute(BEGIN),
            self.rows(arrays, by_id),
            future::try_join_all(of_pools),
            self.client.batch_execute("COMMIT"),
        )
        .await;
        begin?;
        commit?;
        Ok((rows?, ends?))
    }

    async fn mass_ends_of(&self, pool: PoolId) -> Result<Vec<Row>, tokio_postgres::Error> {
        let pool: &[u8] = pool.as_bytes();
        match &self.mass_ends {
            Some(statement) => self.client.query(statement, &[&pool]).await,
            None => {
                let text = statements::mass_ends();
                let values: [(&(dyn ToSql + Sync), Type); 1] = [(&pool, Type::BYTEA)];
                self.client.query_typed(&text, &values).await
            }
        }
    }
}

/// Each of a batch is a few look-ups in indexes, however many there are: planned once,
/// and never by reading tables as a whole.
const PLANS: &str = "SET plan_cache_mode = force_generic_plan;
    SET enable_hashjoin = off; SET enable_mergejoin = off; SET statement_timeout = '10s'";
