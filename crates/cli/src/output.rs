//! What goes to the terminal or the next program.

use crate::failure::Failure;
use std::io::{self, IsTerminal as _, Write as _};

/// Prints lines. Whoever reads may have gone, as `head` does when it has enough: that
/// ends the command, without a word.
pub(crate) fn say(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    // Flushed, since scripts wait for single lines through a pipe.
    let written = writeln!(out, "{text}").and_then(|()| out.flush());
    written.map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::unread(),
        _ => Failure::new(format!("standard output: {error}")),
    })
}

/// Prints a remark for people, apart from what the next program reads.
pub(crate) fn remark(text: &str) {
    // With standard error gone there is nobody left to tell.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Prints the beginning of a line on which somebody answers or progress follows.
pub(crate) fn remark_unfinished(text: &str) {
    let mut err = io::stderr().lock();
    let _ = write!(err, "{text}").and_then(|()| err.flush());
}

/// Says how far long work is, while it goes on, to who watches it.
pub(crate) struct Progress {
    watched: bool,
}

impl Progress {
    /// Where nobody watches, nothing is said: a log has no use for it.
    pub(crate) fn new() -> Self {
        Self {
            watched: io::stderr().is_terminal(),
        }
    }

    /// The state of things, over the former one.
    pub(crate) fn tell(&self, text: &str) {
        if self.watched {
            remark_unfinished(&format!("\r\u{1b}[K{text}"));
        }
    }

    /// Takes the last state away.
    pub(crate) fn clear(&self) {
        self.tell("");
    }
}

/// Prints what went wrong, if there is anything to say.
pub(crate) fn complain(message: &str) {
    if message.is_empty() {
        return;
    }
    remark(&format!("error: {message}"));
}
