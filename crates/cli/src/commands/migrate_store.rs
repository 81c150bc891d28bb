//! `rollcall migrate-store`.

use crate::arguments::MigrateStoreArguments;
use crate::failure::Failure;
use crate::logging;
use crate::output::{Progress, say};
use rollcall_server::boot::{StorePlace, Transferred, migrate_store};
use rollcall_server::config::{LogFormat, LogLevel};
use serde_json::json;
use std::process::ExitCode;

pub(crate) fn run(arguments: MigrateStoreArguments) -> Result<ExitCode, Failure> {
    logging::start(LogFormat::Text, LogLevel::Warn)
        .map_err(|error| Failure::new(error.to_string()))?;
    let MigrateStoreArguments {
        from,
        to,
        database_ca_file,
        json,
    } = arguments;
    let place = |text: &str| StorePlace::parse(text, database_ca_file.clone());
    let (from, to) = (place(&from), place(&to));
    let progress = Progress::new();
    let moved = migrate_store(&from, &to, |at| {
        progress.tell(&format!(
            "{} {}: {} of {} rows",
            at.step, at.table, at.done, at.rows
        ));
    });
    progress.clear();
    let moved = moved?;
    say(&if json {
        as_json(&moved)
    } else {
        as_text(&moved, &from, &to)
    })?;
    Ok(ExitCode::SUCCESS)
}

fn as_json(moved: &Transferred) -> String {
    let table = |(name, rows, hash): &(String, u64, String)| json!({ "table": name, "rows": rows, "sha256": hash });
    let tables: Vec<_> = moved.tables.iter().map(table).collect();
    json!({ "tables": tables }).to_string()
}

fn as_text(moved: &Transferred, from: &StorePlace, to: &StorePlace) -> String {
    let rows: u64 = moved.tables.iter().map(|(_, rows, _)| rows).sum();
    let tables = moved.tables.len();
    format!(
        "Moved {rows} rows of {tables} tables from {} to {}, and compared each.\n\
         The master key is still that of the source: serve the target with it \
         (--master-key-file, or master.key in the data folder).",
        from.described(),
        to.described(),
    )
}
