//! What became of each row, one JSON object a line.

use crate::failure::Failure;
use rollcall_client::types::RowResultDto;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::path::Path;

/// The line that begins a report.
#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
struct Head {
    rows: usize,
}

/// The lines, first and last, of a batch that is about to be sent. If nothing is told
/// of its rows after that, nobody knows whether they were made.
#[derive(Debug, Serialize, Deserialize)]
struct Sending {
    sending: (u64, u64),
}

/// A line after the first.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Line {
    Sending(Sending),
    Outcome(Outcome),
}

/// What became of a row.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome {
    line: u64,
    status_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    /// Whether the user was there already, as after a batch that was not answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    found: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl Outcome {
    pub(super) fn of(line: u64, result: &RowResultDto) -> Self {
        let mut outcome = Self {
            line,
            status_code: result.status_code,
            user_id: result.user_id.clone(),
            found: false,
            message: None,
        };
        if !outcome.is_success() {
            outcome.message = Some(result.message.clone());
        }
        outcome
    }

    /// The row's user is there.
    pub(super) fn found(line: u64, user_id: String) -> Self {
        Self {
            line,
            status_code: 200,
            user_id: Some(user_id),
            found: true,
            message: None,
        }
    }

    pub(super) fn is_success(&self) -> bool {
        self.status_code == 200
    }

    pub(super) fn is_found(&self) -> bool {
        self.found
    }

    /// What to tell people who wait, if the row was not made.
    pub(super) fn failure(&self) -> Option<String> {
        let message = self.message.as_ref()?;
        Some(format!("line {}: {message}", self.line))
    }
}

/// A report that is added to.
pub(super) struct Report {
    file: File,
    name: String,
    told: Told,
}

/// What a report tells of a file's rows, by their lines.
#[derive(Default)]
struct Told {
    /// Those whose users are there.
    done: HashSet<u64>,
    /// The batches that were sent, the last one last, each with the lines that were
    /// told of since.
    sent: Vec<((u64, u64), HashSet<u64>)>,
}

impl Told {
    fn take(&mut self, line: Line) {
        match line {
            Line::Sending(Sending { sending }) => self.sent.push((sending, HashSet::new())),
            Line::Outcome(outcome) => {
                for ((first, last), told) in &mut self.sent {
                    if (*first..=*last).contains(&outcome.line) {
                        told.insert(outcome.line);
                    }
                }
                if outcome.is_success() {
                    self.done.insert(outcome.line);
                }
            }
        }
    }
}

impl Report {
    /// A new report, or one to go on with, which must be of a file with as many rows:
    /// it knows them by their lines.
    pub(super) fn open(path: &Path, rows: usize) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let wrong = |text: &str| Failure::usage(format!("{name}: {text}"));
        let failed = |error: std::io::Error| wrong(&error.to_string());
        let mut told = Told::default();
        let mut is_new = true;
        let mut is_torn = false;
        match File::open(path) {
            Ok(file) => {
                let mut lines = BufReader::new(file).lines();
                if let Some(head) = lines.next() {
                    let head = head.map_err(failed)?;
                    if serde_json::from_str(&head).ok() != Some(Head { rows }) {
                        return Err(wrong("is no report of this file; name another by --report"));
                    }
                    is_new = false;
                }
                for line in lines {
                    // The last one may be half written: its row is tried again.
                    let line = serde_json::from_str(&line.map_err(failed)?);
                    is_torn = line.is_err();
                    if let Ok(line) = line {
                        told.take(line);
                    }
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        let file = OpenOptions::new().append(true).create(true).open(path);
        let mut report = Self {
            file: file.map_err(failed)?,
            told,
            name: name.clone(),
        };
        if is_new {
            report.write(&Head { rows })?;
        } else if is_torn {
            report.file.write_all(b"\n").map_err(failed)?;
        }
        Ok(report)
    }

    /// Whether the row of this line was made.
    pub(super) fn has(&self, line: u64) -> bool {
        self.told.done.contains(&line)
    }

    /// Whether the row of this line was sent before, and what became of it was not
    /// heard.
    pub(super) fn is_unsure_of(&self, line: u64) -> bool {
        let sent = &self.told.sent;
        sent.iter()
            .any(|((first, last), told)| (*first..=*last).contains(&line) && !told.contains(&line))
    }

    /// The rows between these lines are about to be sent. It is on disk before they
    /// are.
    pub(super) fn sending(&mut self, first: u64, last: u64) -> Result<(), Failure> {
        self.write(&Sending {
            sending: (first, last),
        })?;
        self.keep()
    }

    pub(super) fn add(&mut self, outcome: &Outcome) -> Result<(), Failure> {
        self.write(outcome)
    }

    /// What was added is on disk: a run after a crash must know of it.
    pub(super) fn keep(&self) -> Result<(), Failure> {
        self.file.sync_data().map_err(|error| self.failed(&error))
    }

    fn write(&mut self, line: &impl Serialize) -> Result<(), Failure> {
        let mut text =
            serde_json::to_string(line).map_err(|error| Failure::usage(error.to_string()))?;
        text.push('\n');
        let written = self.file.write_all(text.as_bytes());
        written.map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &std::io::Error) -> Failure {
        Failure::usage(format!("{}: {error}", self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::fs;

    #[test]
    fn a_second_run_knows_what_was_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r");
        let outcome = |line, status_code| Outcome {
            line,
            status_code,
            user_id: None,
            found: false,
            message: None,
        };
        let mut report = Report::open(&path, 3).unwrap();
        report.add(&outcome(1, 200)).unwrap();
        report.add(&outcome(2, 409)).unwrap();
        report.keep().unwrap();
        let torn = fs::read_to_string(&path).unwrap() + "{\"line\":3,\"sta";
        fs::write(&path, torn).unwrap();
        let report = Report::open(&path, 3).unwrap();
        assert_eq!([1, 2, 3].map(|line| report.has(line)), [true, false, false]);
        assert!(Report::open(&path, 4).is_err());
    }

    #[test]
    fn a_second_run_knows_what_was_sent_and_not_answered() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r");
        let lines = [
            json!({ "rows": 6 }),
            json!({ "line": 4, "statusCode": 409 }),
            json!({ "sending": [1, 2] }),
            json!({ "line": 1, "statusCode": 200 }),
            json!({ "line": 2, "statusCode": 409 }),
            json!({ "sending": [3, 5] }),
            json!({ "line": 3, "statusCode": 200, "found": true }),
        ];
        let text: String = lines.map(|line| format!("{line}\n")).concat();
        fs::write(&path, text).unwrap();
        let mut report = Report::open(&path, 6).unwrap();
        let unsure = |report: &Report| -> Vec<u64> {
            (1..=6).filter(|line| report.is_unsure_of(*line)).collect()
        };
        assert_eq!(unsure(&report), [4, 5]);
        assert!(report.has(3));
        // What this run sends is answered in this run, or it ends.
        report.sending(6, 6).unwrap();
        assert_eq!(unsure(&report), [4, 5]);
        assert_eq!(unsure(&Report::open(&path, 6).unwrap()), [4, 5, 6]);
    }
}
