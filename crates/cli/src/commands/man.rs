//! `rollcall man`.

use crate::arguments::Rollcall;
use crate::failure::Failure;
use crate::output::say;
use clap::CommandFactory as _;
use clap_mangen::Man;
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(dir: Option<&Path>) -> Result<ExitCode, Failure> {
    let command = Rollcall::command();
    if let Some(dir) = dir {
        clap_mangen::generate_to(command, dir)
            .map_err(|error| Failure::new(format!("{}: {error}", dir.display())))?;
    } else {
        // As in a folder, where `help` has no page.
        let page = Man::new(command.disable_help_subcommand(true));
        let mut text = Vec::new();
        page.render(&mut text)
            .map_err(|error| Failure::new(error.to_string()))?;
        say(String::from_utf8_lossy(&text).trim_end())?;
    }
    Ok(ExitCode::SUCCESS)
}
