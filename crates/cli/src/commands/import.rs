//! `rollcall users import`: many users from a file, in batches, with a report from
//! which a second run goes on.

mod recognise;
mod report;
mod rows;

use super::remote::{Remote, told};
use crate::arguments::ImportUsersArguments;
use crate::failure::Failure;
use crate::output::{Progress, remark};
use recognise::recognise;
use report::{Outcome, Report};
use rollcall_client::Error;
use rollcall_client::types::{CreateUserBatchReqDto, CreateUserReqDto};
use rows::{Row, read};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The server takes bodies of 1 MiB; the rest is for what is around the rows.
const BATCH_BYTES: usize = 900 * 1024;

/// Passwords are hashed one by one, so a batch takes its time.
const LEAST_TIMEOUT_S: u64 = 60;

/// A row's status where another user has one of its identifiers.
const CONFLICT: u16 = 409;

pub(crate) async fn run(mut arguments: ImportUsersArguments) -> Result<ExitCode, Failure> {
    let rows = read(&arguments.file, arguments.format)?;
    let path = arguments.report.take().unwrap_or_else(|| {
        let mut path = arguments.file.clone().into_os_string();
        path.push(".report.jsonl");
        PathBuf::from(path)
    });
    let mut report = Report::open(&path, rows.len())?;
    let waiting: Vec<_> = rows.iter().filter(|row| !report.has(row.line)).collect();
    let skipped = rows.len() - waiting.len();
    arguments.server.timeout = arguments.server.timeout.max(LEAST_TIMEOUT_S);
    let remote = Remote::new(arguments.server)?;
    let mut tally = Tally::default();
    let progress = Progress::new();
    for batch in batches(&waiting, arguments.batch) {
        let line = |row: Option<&&Row>| row.map_or(0, |row| row.line);
        report.sending(line(batch.first()), line(batch.last()))?;
        let outcomes = match create(&remote, &report, &batch).await {
            Ok(outcomes) => outcomes,
            Err(stopped) => {
                progress.clear();
                return Err(interrupted(&stopped, &batch, tally.created, &path));
            }
        };
        for outcome in &outcomes {
            tally.add(outcome);
            if let Some(message) = outcome.failure() {
                progress.clear();
                remark(&message);
            }
            report.add(outcome)?;
        }
        report.keep()?;
        progress.tell(&format!("{} of {} rows", tally.all(), waiting.len()));
    }
    progress.clear();
    let Tally {
        created,
        found,
        failed,
    } = tally;
    let summary = if arguments.json {
        json!({ "created": created, "found": found, "failed": failed, "skipped": skipped,
            "report": path })
        .to_string()
    } else {
        let path = path.display();
        let found = if found == 0 {
            String::new()
        } else {
            format!("found {found}, ")
        };
        format!(
            "created {created}, {found}failed {failed}, skipped {skipped}; each row is in {path}"
        )
    };
    told(&summary)?;
    Ok(ExitCode::from(if failed == 0 { 0 } else { 2 }))
}

/// How many rows came to what.
#[derive(Default)]
struct Tally {
    created: usize,
    found: usize,
    failed: usize,
}

impl Tally {
    fn add(&mut self, outcome: &Outcome) {
        if !outcome.is_success() {
            self.failed += 1;
        } else if outcome.is_found() {
            self.found += 1;
        } else {
            self.created += 1;
        }
    }

    fn all(&self) -> usize {
        self.created + self.found + self.failed
    }
}

/// As many rows at once as may be, by number and by size.
fn batches<'a>(rows: &[&'a Row], most: usize) -> Vec<Vec<&'a Row>> {
    let mut batches: Vec<Vec<&Row>> = Vec::new();
    let mut bytes = 0;
    for &row in rows {
        bytes += row.bytes;
        match batches.last_mut() {
            Some(batch) if batch.len() < most && bytes <= BATCH_BYTES => batch.push(row),
            _ => {
                bytes = row.bytes;
                batches.push(vec![row]);
            }
        }
    }
    batches
}

/// Why nothing is known of a batch's rows.
struct Stopped {
    failure: Failure,
    /// Whether they may have been made: not if the server refused the call.
    unsure: bool,
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            unsure: true,
        }
    }
}

/// What became of each row; a failure if the server did not say.
async fn create(remote: &Remote, report: &Report, batch: &[&Row]) -> Result<Vec<Outcome>, Stopped> {
    let list: Vec<CreateUserReqDto> = batch.iter().map(|row| row.user.clone()).collect();
    let request = CreateUserBatchReqDto {
        list,
        ..CreateUserBatchReqDto::default()
    };
    let results = match remote.client.create_users_batch(&request).await {
        Ok(made) => made.results,
        Err(Error::Api { results, .. }) if !results.is_empty() => results,
        Err(error) => {
            let refused = matches!(
                &error,
                Error::Api {
                    status_code: ..500,
                    ..
                }
            );
            let failure = remote.failure(&error);
            return Err(Stopped {
                failure,
                unsure: !refused,
            });
        }
    };
    if results.len() != batch.len() {
        return Err(Failure::usage("the server does not tell of each row").into());
    }
    let mut outcomes = Vec::with_capacity(batch.len());
    for (row, result) in batch.iter().zip(&results) {
        // Who stands in the way may have been made by this row, unheard.
        let found = if result.status_code == CONFLICT && report.is_unsure_of(row.line) {
            remote.answered(recognise(remote, row).await)?
        } else {
            None
        };
        outcomes.push(match found {
            Some(user) => Outcome::found(row.line, user),
            None => Outcome::of(row.line, result),
        });
    }
    Ok(outcomes)
}

/// What is known when a batch was not carried out, or nobody knows whether it was.
fn interrupted(stopped: &Stopped, batch: &[&Row], created: usize, report: &Path) -> Failure {
    let line = |row: Option<&&Row>| row.map_or(0, |row| row.line);
    let (first, last) = (line(batch.first()), line(batch.last()));
    let (message, report) = (&stopped.failure.message, report.display());
    Failure::usage(if stopped.unsure {
        format!(
            "{message}\n{created} users were created before. Whether those of lines {first} to \
             {last} were is not known. To go on, run the same command again: who was made is \
             skipped, by what {report} tells, or found by the identifiers in the row."
        )
    } else {
        format!(
            "{message}\n{created} users were created before, and none of lines {first} to {last}. \
             To go on, run the same command again: what {report} tells of is skipped."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_full_and_no_fuller() {
        let row = |line, bytes| Row {
            line,
            user: CreateUserReqDto::default(),
            bytes,
        };
        let rows: Vec<_> = (1..=5).map(|line| row(line, 10)).collect();
        let rows: Vec<_> = rows.iter().collect();
        let sizes = |rows: &[&Row], most| -> Vec<usize> {
            batches(rows, most).iter().map(Vec::len).collect()
        };
        assert_eq!(sizes(&rows, 2), [2, 2, 1]);
        assert_eq!(sizes(&rows, 1000), [5]);
        assert!(sizes(&[], 2).is_empty());
        let large = [
            row(1, BATCH_BYTES - 5),
            row(2, 5),
            row(3, 1),
            row(4, BATCH_BYTES + 1),
        ];
        let large: Vec<_> = large.iter().collect();
        assert_eq!(sizes(&large, 1000), [2, 1, 1]);
    }
}
