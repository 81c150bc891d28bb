//! What goes to the terminal or the next program.

use crate::failure::Failure;
use std::io::{self, Write as _};

/// Prints lines. Whoever reads may have gone; that is not worth a panic.
pub(crate) fn say(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    // Flushed, since scripts wait for single lines through a pipe.
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    written.map_err(|error| Failure::new(format!("standard output: {error}")))
}

/// Prints a remark for people, apart from what the next program reads.
pub(crate) fn remark(text: &str) {
    // With standard error gone there is nobody left to tell.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints what went wrong.
pub(crate) fn complain(message: &str) {
    remark(&format!("error: {message}"));
}
