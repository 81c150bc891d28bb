//! Histories, and the verdict on them.

use super::model::{Answer, Op, SoonOrNever, User};
use anyhow::{Context as _, Result};
use porcupine_rs::{
    CheckResult, Model, Operation, check_operations_info_timeout as check_operations_info,
    check_operations_timeout as check_operations, visualize_path,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// One call of one client: what, about whom, from when to when.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Record {
    /// The user that it is about.
    pub user: u32,
    /// The client that made it.
    pub client: u32,
    /// Nanoseconds from the run's start to the moment before it was sent.
    pub began: i64,
    /// Nanoseconds to the moment after the whole answer was read.
    pub ended: i64,
    /// What was called and answered.
    pub op: Op,
}

impl Record {
    /// As the judge takes it: what may still happen has not ended.
    fn operation(&self) -> Operation<User> {
        let is_open = self.op.answer == Answer::Unknown;
        self.until(if is_open { i64::MAX } else { self.ended })
    }

    /// As the quicker search takes it.
    fn soon_or_never(&self) -> Operation<SoonOrNever> {
        let is_open = self.op.answer == Answer::Unknown;
        self.until(if is_open {
            self.ended + SOON
        } else {
            self.ended
        })
    }

    fn until<M: Model<Op = Op>>(&self, return_time: i64) -> Operation<M> {
        Operation {
            client_id: Some(self.client),
            call_time: self.began,
            return_time,
            op: self.op,
            metadata: None,
        }
    }
}

/// How long after its client gave up a call is thought to happen, by the quicker search: as
/// long as the database stands still, and what waited there is then done, in nanoseconds.
const SOON: i64 = 12_000_000_000;

/// What is found of a history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Every answer is that of some order of the calls, in which no call that began after
    /// another had ended comes before it.
    Linearizable,
    /// There is no such order of this user's calls.
    Rejected {
        /// The user.
        user: u32,
    },
    /// The search was given up: a failure of the test, which has shown nothing.
    Undecided {
        /// The user.
        user: u32,
    },
}

/// Judges a history, user by user, each for twice so long at most.
///
/// Each call without an answer doubles what the search may have to go through. So the quicker
/// search goes first; what it finds stands, and only what it does not find is searched in full.
pub fn judge(history: &[Record], patience: Duration) -> Verdict {
    let mut undecided = None;
    for user in users(history) {
        let own = || history.iter().filter(|record| record.user == user);
        let quick: Vec<_> = own().map(Record::soon_or_never).collect();
        if check_operations(&quick, patience) == CheckResult::Ok {
            continue;
        }
        let operations: Vec<_> = own().map(Record::operation).collect();
        match check_operations(&operations, patience) {
            CheckResult::Ok => {}
            CheckResult::Illegal => return Verdict::Rejected { user },
            CheckResult::Unknown => undecided = undecided.or(Some(user)),
        }
    }
    undecided.map_or(Verdict::Linearizable, |user| Verdict::Undecided { user })
}

fn users(history: &[Record]) -> Vec<u32> {
    let mut users: Vec<u32> = history.iter().map(|record| record.user).collect();
    users.sort_unstable();
    users.dedup();
    users
}

/// The shortest beginning of a user's history that is rejected by itself. What was under way
/// at its end comes first, as open; then the answered calls in the order of their ends, of
/// which the last is the one that no order explains.
pub fn shortest_rejected(history: &[Record], user: u32, patience: Duration) -> Vec<Record> {
    let own = history.iter().filter(|record| record.user == user);
    let mut own: Vec<Record> = own.copied().collect();
    own.sort_by_key(|record| record.ended);
    let (mut low, mut high) = (1, own.len());
    while low < high {
        let middle = low.midpoint(high);
        let operations: Vec<_> = beginning(&own, middle)
            .iter()
            .map(Record::operation)
            .collect();
        if check_operations(&operations, patience) == CheckResult::Illegal {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    beginning(&own, high)
}

/// A history up to the end of its so many first calls: what had begun by then and was
/// answered later may have happened.
fn beginning(by_end: &[Record], length: usize) -> Vec<Record> {
    let Some(last) = by_end.get(length.saturating_sub(1)) else {
        return Vec::new();
    };
    let begun = by_end.iter().filter(|record| record.began < last.ended);
    let mut seen: Vec<Record> = begun.copied().collect();
    for record in &mut seen {
        if record.ended > last.ended {
            record.op.answer = Answer::Unknown;
        }
    }
    seen.sort_by_key(|record| (record.op.answer != Answer::Unknown, record.ended));
    seen
}

/// Writes what is needed to understand a rejection: the shortest rejected beginning as text,
/// and porcupine's picture of it. Answers the end of the text.
pub fn explain(history: &[Record], user: u32, patience: Duration, folder: &Path) -> Result<String> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let shortest = shortest_rejected(history, user, patience);
    let lines: Vec<String> = shortest.iter().map(ToString::to_string).collect();
    let text = folder.join(format!("rejected-user-{user}.txt"));
    std::fs::write(&text, lines.join("\n"))?;
    let operations: Vec<_> = shortest.iter().map(Record::operation).collect();
    let (_, info) = check_operations_info(&operations, patience);
    let picture = folder.join(format!("rejected-user-{user}.html"));
    visualize_path::<User>(&info, &picture)?;
    let end = &lines[lines.len().saturating_sub(12)..];
    Ok(format!(
        "no order explains the last of these (all are in {}, a picture is beside it):\n{}",
        text.display(),
        end.join("\n")
    ))
}

/// Writes a history, for [`read`].
pub fn write(history: &[Record], file: &Path) -> Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let text = serde_json::to_string(history)?;
    std::fs::write(file, text).with_context(|| file.display().to_string())
}

/// Reads a history that was written, to judge it again.
pub fn read(file: &Path) -> Result<Vec<Record>> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    Ok(serde_json::from_str(&text)?)
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (began, ended) = (seconds(self.began), seconds(self.ended));
        let Op { call, answer } = self.op;
        write!(
            f,
            "{began:.6}-{ended:.6} client {}: {call:?}: {answer:?}",
            self.client
        )
    }
}

#[allow(clippy::cast_precision_loss, reason = "for people to read")]
fn seconds(nanoseconds: i64) -> f64 {
    nanoseconds as f64 / 1e9
}
