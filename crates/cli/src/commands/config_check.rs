//! `rollcall config check`.

use crate::failure::Failure;
use crate::flags::{Flags, OfServer};
use crate::output::say;
use rollcall_server::config::explain;
use std::process::ExitCode;

pub(crate) fn run(flags: Flags<OfServer>) -> Result<ExitCode, Failure> {
    let explained = explain(&flags.settings()?)?;
    say(explained.trim_end())?;
    Ok(ExitCode::SUCCESS)
}
