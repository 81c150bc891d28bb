//! `rollcall completions`.

use crate::arguments::Rollcall;
use crate::failure::Failure;
use crate::output::say;
use clap::CommandFactory as _;
use clap_complete::Shell;
use std::process::ExitCode;

pub(crate) fn run(shell: Shell) -> Result<ExitCode, Failure> {
    // Into memory first: the generator panics when its reader goes away.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Rollcall::command(), "rollcall", &mut script);
    say(String::from_utf8_lossy(&script).trim_end())?;
    Ok(ExitCode::SUCCESS)
}
