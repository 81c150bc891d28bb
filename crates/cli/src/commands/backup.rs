//! `rollcall backup`.

use crate::arguments::BackupArguments;
use crate::failure::Failure;
use crate::logging;
use crate::output::{Progress, say};
use crate::table::instant;
use rollcall_client::types::Timestamp;
use rollcall_server::boot::{self, BackupFacts, CopyStep};
use rollcall_server::config::{LogFormat, LogLevel, StoreConfig};
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(arguments: BackupArguments) -> Result<ExitCode, Failure> {
    let config = StoreConfig::read(&arguments.settings.settings()?)?;
    logging::start(LogFormat::Text, LogLevel::Warn)
        .map_err(|error| Failure::new(error.to_string()))?;
    let progress = Progress::new();
    let made = boot::backup(&config, &arguments.file, &mut |step| tell(&progress, step));
    progress.clear();
    let facts = made?;
    say(&if arguments.json {
        as_json(&arguments.file, &facts).to_string()
    } else {
        as_text(&arguments.file, &facts)
    })?;
    Ok(ExitCode::SUCCESS)
}

/// How far a copy is.
pub(super) fn tell(progress: &Progress, step: CopyStep) {
    match step {
        CopyStep::Counting => progress.tell("counting rows"),
        CopyStep::Copying { done, of } => progress.tell(&format!("copying: {done} of {of} pages")),
        CopyStep::Verifying => progress.tell("verifying the copy"),
    }
}

/// A backup's facts with their names.
pub(super) fn as_json(file: &Path, facts: &BackupFacts) -> Value {
    json!({
        "file": file,
        "bytes": facts.bytes,
        "schemaVersion": facts.schema_version,
        "takenAt": taken_at(facts),
        "userPools": facts.user_pools,
        "accessKeys": facts.access_keys,
        "applications": facts.applications,
        "users": facts.users,
        "sessions": facts.sessions,
        "logins": facts.logins,
    })
}

fn taken_at(facts: &BackupFacts) -> Timestamp {
    Timestamp::from_millis(facts.taken_at.as_millis())
}

/// The instant of which a backup is, for people.
pub(super) fn as_of(facts: &BackupFacts) -> String {
    instant(taken_at(facts))
}

/// What is in a backup, in words.
pub(super) fn contents(facts: &BackupFacts) -> String {
    format!(
        "user pools {}, access keys {}, applications {}, users {}, sessions {}, logins {} \
         (those that have ended included)",
        facts.user_pools,
        facts.access_keys,
        facts.applications,
        facts.users,
        facts.sessions,
        facts.logins
    )
}

fn as_text(file: &Path, facts: &BackupFacts) -> String {
    format!(
        "Backed up to {}: {} bytes, schema version {}, as of {}.\n\
         Verified: {}.\n\
         The master key is not in it. Keep a copy of that apart from the backups: without it \
         the secrets in them cannot be read.",
        file.display(),
        facts.bytes,
        facts.schema_version,
        as_of(facts),
        contents(facts),
    )
}
