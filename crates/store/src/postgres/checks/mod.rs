//! The one question that is asked more often than all others, answered for many
//! callers at once: look-ups that wait at one moment share a statement.
//!
//! A statement is sent after the questions in it were asked, so no answer is older
//! than its question. While one is under way others gather for the next: the busier
//! the server, the less each of them costs. Who was live is remembered ([`memory`]) and
//! believed where the statement says that nothing has changed.
//!
//! One connection asks, so that batches are as large as they can be. A second one helps
//! where more wait than a statement takes, as behind a database that has to read from its
//! disk.

mod answers;
mod line;
mod memory;
mod questions;
mod quick;
mod statements;
mod warming;
mod whole;

#[cfg(test)]
pub(crate) use line::PLANS;
#[cfg(test)]
pub(crate) use statements::ALL as STATEMENTS;

use super::connect::Connector;
use crate::records::{StoreClock, read_pending};
use crate::sql::{self, Error};
use answers::Answer;
use line::{Line, in_time};
use memory::Memory;
use questions::{Arrays, Batch, group, is_by_id};
use rollcall_core::ids::{AccessKeyId, ApplicationId, PoolId};
use rollcall_core::limits;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::ports::logins::SessionCheck;
use rollcall_core::ports::{Detail, StoreError, StoreResult};
use rollcall_core::time::Timestamp;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::{Mutex, Notify, mpsc, oneshot};
use tokio_postgres::Row;
use whole::EndsOf;

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
    /// There is more than a batch.
    crowded: Arc<Notify>,
    /// How many logins are remembered.
    remembered: Arc<AtomicU64>,
}

impl Checks {
    pub(super) fn new(connector: Connector, clock: Arc<StoreClock>) -> Self {
        Self {
            connector,
            clock,
            queue: OnceLock::new(),
            crowded: Arc::default(),
            remembered: Arc::default(),
        }
    }

    /// How many logins are remembered.
    pub(crate) fn remembered(&self) -> u64 {
        self.remembered.load(Ordering::Relaxed)
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
        if queue.max_capacity() - queue.capacity() > limits::DATABASE_CHECKS_AT_ONCE {
            self.crowded.notify_one();
        }
        told.await.map_err(|_| gone())?
    }

    fn start(&self) -> mpsc::Sender<Waiting> {
        let (queue, waiting) = mpsc::channel(limits::DATABASE_MAX_WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..limits::DATABASE_CHECK_CONNECTIONS {
            let asker = Asker {
                connector: self.connector.clone(),
                clock: self.clock.clone(),
                line: None,
                crowded: (number > 0).then(|| self.crowded.clone()),
                remembered: self.remembered.clone(),
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
    /// Who helps waits for this; the first one asks whenever there is a question.
    crowded: Option<Arc<Notify>>,
    remembered: Arc<AtomicU64>,
}

impl Asker {
    async fn run(mut self, queue: Arc<Mutex<mpsc::Receiver<Waiting>>>) {
        loop {
            let Some(batch) = self.next_batch(&queue).await else {
                return;
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
            self.count_remembered();
        }
    }

    /// Who waits now; none: nobody will any more.
    async fn next_batch(&mut self, queue: &Mutex<mpsc::Receiver<Waiting>>) -> Option<Vec<Waiting>> {
        let most = limits::DATABASE_CHECKS_AT_ONCE;
        let mut batch = Vec::with_capacity(most);
        if let Some(crowded) = &self.crowded {
            crowded.notified().await;
            let mut queue = queue.lock().await;
            while batch.len() < most
                && let Ok(waiting) = queue.try_recv()
            {
                batch.push(waiting);
            }
            return Some(batch);
        }
        let mut queue = queue.lock().await;
        batch.push(self.first_of(&mut queue).await?);
        // The first question wakes us before the requests are looked at that arrived with
        // it. They come first for as long as each look at the sockets brings more: where
        // the database shares our core, none would come while it works.
        let mut before = 0;
        while before < batch.len() && batch.len() < most {
            before = batch.len();
            tokio::task::yield_now().await;
            while batch.len() < most
                && let Ok(waiting) = queue.try_recv()
            {
                batch.push(waiting);
            }
        }
        Some(batch)
    }

    /// Whoever asks next. Until then what is not remembered yet is read, with pauses: others
    /// use the database as well.
    async fn first_of(&mut self, queue: &mut mpsc::Receiver<Waiting>) -> Option<Waiting> {
        loop {
            match queue.try_recv() {
                Ok(waiting) => return Some(waiting),
                Err(mpsc::error::TryRecvError::Disconnected) => return None,
                Err(mpsc::error::TryRecvError::Empty) => {}
            }
            if !self.read_page().await {
                return queue.recv().await;
            }
            let pause = tokio::time::timeout(limits::READ_AHEAD_PAUSE, queue.recv());
            if let Ok(waiting) = pause.await {
                return waiting;
            }
        }
    }

    /// Reads some more of what is to be remembered; false where there is nothing.
    async fn read_page(&mut self) -> bool {
        let Some(line) = self.line.as_mut() else {
            return false;
        };
        let limit = self.connector.answer_time();
        match tokio::time::timeout(limit, warming::read_page(line)).await {
            Ok(None) => false,
            Ok(Some(Ok(()))) => {
                self.count_remembered();
                true
            }
            // Whoever asks next connects anew, and remembers nothing of before.
            Ok(Some(Err(error))) => {
                tracing::warn!(detail = %error, "live logins were not read ahead");
                self.line = None;
                false
            }
            Err(_) => {
                self.line = None;
                false
            }
        }
    }

    /// Whoever helps remembers nothing.
    fn count_remembered(&self) {
        if self.crowded.is_none() {
            let memory = self.line.as_ref().and_then(|line| line.memory.as_ref());
            let count = memory.map_or(0, Memory::len) as u64;
            self.remembered.store(count, Ordering::Relaxed);
        }
    }

    async fn answer(&mut self, mut batch: Vec<Waiting>, by_id: bool) {
        if batch.is_empty() {
            return;
        }
        batch.sort_unstable_by(|one, other| group(&one.question).cmp(&group(&other.question)));
        let questions: Vec<&Question> = batch.iter().map(|waiting| &waiting.question).collect();
        let told = self.ask(&questions, by_id).await;
        match told {
            Ok(answers) => {
                for (waiting, answer) in batch.into_iter().zip(answers) {
                    let asked = match answer {
                        Answer::Told(check) => Asked::Told(check),
                        Answer::NeedsEndsOf(_) | Answer::NeedsMore | Answer::AskAgain => {
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
        let mut line = match self.line.take().filter(|line| !line.client.is_closed()) {
            Some(line) => line,
            // Who helps is seldom needed, and would remember the same.
            None => Line::open(&self.connector, self.crowded.is_none()).await?,
        };
        let instant = self.clock.before_snapshot();
        let limit = self.connector.answer_time();
        let mut told = ask_quickly(&mut line, questions, by_id, instant, limit).await?;
        look_up_the_rest(&mut line, questions, &mut told, instant, limit).await?;
        let pools = pools_of(&told);
        if !pools.is_empty() {
            let arrays = Arrays::of(questions);
            let asking = line.rows_with_ends(&arrays, &pools);
            let (rows, ends) = in_time(limit, asking).await?;
            told = whole::answers(questions, &rows, &read_ends(ends)?, instant)?;
        }
        self.line = Some(line);
        Ok(told)
    }
}

/// Asks the quick statement, with what this connection remembers.
async fn ask_quickly(
    line: &mut Line,
    questions: &[&Question],
    by_id: bool,
    instant: Option<Timestamp>,
    limit: Duration,
) -> Result<Vec<Answer>, Error> {
    let batch = Batch::of(questions.to_vec(), line.memory.as_ref().filter(|_| by_id));
    let rows = in_time(limit, line.rows(&batch, by_id)).await?;
    let memory = line.memory.as_mut().filter(|_| by_id);
    quick::answers(&batch, &rows, instant, memory)
}

/// Looks up those that were remembered and are not any more.
async fn look_up_the_rest(
    line: &mut Line,
    questions: &[&Question],
    told: &mut [Answer],
    instant: Option<Timestamp>,
    limit: Duration,
) -> Result<(), Error> {
    let is_open = |answer: &Answer| matches!(answer, Answer::AskAgain);
    let each = questions.iter().zip(told.iter());
    let rest: Vec<&Question> = each
        .filter(|(_, answer)| is_open(answer))
        .map(|(question, _)| *question)
        .collect();
    if rest.is_empty() {
        return Ok(());
    }
    let answers = ask_quickly(line, &rest, true, instant, limit).await?;
    let open = told.iter_mut().filter(|answer| is_open(answer));
    for (answer, new) in open.zip(answers) {
        *answer = new;
    }
    Ok(())
}

/// The pools whose mass ends the answers depend on.
fn pools_of(told: &[Answer]) -> Vec<PoolId> {
    let needed = told.iter().filter_map(|answer| match answer {
        Answer::NeedsEndsOf(pool) => Some(*pool),
        Answer::Told(_) | Answer::NeedsMore | Answer::AskAgain => None,
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
