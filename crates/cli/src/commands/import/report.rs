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

/// What became of a row.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome {
    line: u64,
    status_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl Outcome {
    pub(super) fn of(line: u64, result: &RowResultDto) -> Self {
        let mut outcome = Self {
            line,
            status_code: result.status_code,
            user_id: result.user_id.clone(),
            message: None,
        };
        if !outcome.is_success() {
            outcome.message = Some(result.message.clone());
        }
        outcome
    }

    pub(super) fn is_success(&self) -> bool {
        self.status_code == 200
    }
}

/// A report that is added to.
pub(super) struct Report {
    file: File,
    name: String,
    done: HashSet<u64>,
}

impl Report {
    /// A new report, or one to go on with, which must be of a file with as many rows:
    /// it knows them by their lines.
    pub(super) fn open(path: &Path, rows: usize) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let wrong = |text: &str| Failure::usage(format!("{name}: {text}"));
        let failed = |error: std::io::Error| wrong(&error.to_string());
        let mut done = HashSet::new();
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
                    let outcome = serde_json::from_str::<Outcome>(&line.map_err(failed)?);
                    is_torn = outcome.is_err();
                    done.extend(outcome.ok().filter(Outcome::is_success).map(|row| row.line));
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        let file = OpenOptions::new().append(true).create(true).open(path);
        let mut report = Self {
            file: file.map_err(failed)?,
            done,
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
        self.done.contains(&line)
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
    use std::fs;

    #[test]
    fn a_second_run_knows_what_was_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r");
        let outcome = |line, status_code| Outcome {
            line,
            status_code,
            user_id: None,
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
}
