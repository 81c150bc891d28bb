//! `rollcall restore`.

use super::backup::{as_json, as_of, contents, tell};
use crate::arguments::RestoreArguments;
use crate::failure::Failure;
use crate::logging;
use crate::output::{Progress, say};
use rollcall_server::boot::{self, BackupFacts, RestoredSessions};
use rollcall_server::config::{LogFormat, LogLevel, StoreConfig};
use std::path::Path;
use std::process::ExitCode;

pub(crate) async fn run(arguments: RestoreArguments) -> Result<ExitCode, Failure> {
    let config = StoreConfig::read(&arguments.settings.settings()?)?;
    logging::start(LogFormat::Text, LogLevel::Warn)
        .map_err(|error| Failure::new(error.to_string()))?;
    let file = arguments.file.as_path();
    if arguments.check {
        let facts = boot::check_backup(file)?;
        say(&if arguments.json {
            as_json(file, &facts).to_string()
        } else {
            checked(file, &facts)
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    let sessions = if arguments.keep_sessions {
        RestoredSessions::Keep
    } else {
        RestoredSessions::End
    };
    let progress = Progress::new();
    let restored = boot::restore(&config, file, sessions, &mut |step| tell(&progress, step)).await;
    progress.clear();
    let facts = restored?;
    say(&if arguments.json {
        let mut told = as_json(file, &facts);
        told["allSessionsEnded"] = (sessions == RestoredSessions::End).into();
        told.to_string()
    } else {
        as_text(&config.data, &facts, sessions)
    })?;
    Ok(ExitCode::SUCCESS)
}

fn checked(file: &Path, facts: &BackupFacts) -> String {
    format!(
        "{} is whole: {} bytes, schema version {}, as of {}; {}.",
        file.display(),
        facts.bytes,
        facts.schema_version,
        as_of(facts),
        contents(facts),
    )
}

fn as_text(data: &Path, facts: &BackupFacts, sessions: RestoredSessions) -> String {
    let sessions = match sessions {
        RestoredSessions::End => {
            "All its sessions were ended: nobody is signed in who was signed out since then."
        }
        RestoredSessions::Keep => {
            "Its sessions were kept: WHO WAS SIGNED OUT SINCE THEN IS SIGNED IN AGAIN. To end \
             them all, once it is served: rollcall sessions end-all --pool"
        }
    };
    let (data, at) = (data.display(), as_of(facts));
    format!(
        "Restored to {data}, as it was at {at}: {contents}.\n\
         {sessions}\n\
         What else was done since {at} is undone too: look again at users whom you suspended or \
         deleted, at passwords and secrets that were changed, and at access keys that were taken \
         away.\n\
         Next: rollcall serve --data {data}",
        contents = contents(facts),
    )
}
