//! `cargo xtask tidy`: rules of the house that no compiler checks.

mod code;
mod edges;
mod lengths;
mod links;
mod ratchet;
mod text;

use std::fmt;
use std::path::PathBuf;

use anyhow::{Context as _, bail};

use crate::workspace::{Workspace, shown};

const HELP: &str = "\
Rules of the house that no compiler checks

Usage: cargo xtask tidy

  direction    crates depend on each other only as ARCHITECTURE.md says
  lengths      files up to 500 lines, functions up to 70, but for the ratchet
               in xtask/tidy-ratchet.toml, whose numbers may only shrink
  words        nothing left unfinished, no path of somebody's machine
  layers       storage is named only by the store and the server's boot
  links        relative links in Markdown resolve
";

/// Where the known longer files and functions are listed.
const RATCHET: &str = "xtask/tidy-ratchet.toml";

/// Something that is not as the house wants it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    file: String,
    /// From 1; 0 where the whole file is meant.
    line: usize,
    message: String,
}

impl Finding {
    fn new(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line,
            message: message.into(),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message),
            line => write!(f, "{}:{line}: {}", self.file, self.message),
        }
    }
}

/// A text file of the checkout.
struct Source {
    /// Relative to the root, with forward slashes.
    path: String,
    text: String,
}

impl Source {
    fn is(&self, extension: &str) -> bool {
        self.path
            .rsplit_once('.')
            .is_some_and(|(_, found)| found == extension)
    }

    fn below(&self, folder: &str) -> bool {
        self.path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
    }
}

/// Whether nothing was found; findings are printed.
pub(crate) fn run(workspace: &Workspace, arguments: &[String]) -> anyhow::Result<bool> {
    match arguments.first().map(String::as_str) {
        None => {}
        Some("--help" | "-h") => {
            print!("{HELP}");
            return Ok(true);
        }
        Some(unknown) => bail!("`{unknown}` is not an option; see `cargo xtask tidy --help`"),
    }
    let findings = check(workspace)?;
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => println!("tidy"),
        1 => println!("1 finding"),
        many => println!("{many} findings"),
    }
    Ok(findings.is_empty())
}

/// All findings, in the order of files and lines.
pub(crate) fn check(workspace: &Workspace) -> anyhow::Result<Vec<Finding>> {
    let files = workspace.files()?;
    let sources = read(workspace, &files)?;
    let mut findings = edges::check(&workspace.packages, &workspace.root);
    let mut measured = ratchet::Measured::default();
    for source in &sources {
        findings.extend(text::check(source));
        if source.is("rs") {
            findings.extend(code::check(source));
        }
        if source.is("md") {
            let exists = |path: &str| workspace.root.join(path).exists();
            findings.extend(links::check(source, exists));
        }
        findings.extend(lengths::measure(source, &mut measured));
    }
    let known = ratchet::Ratchet::read(&workspace.root.join(RATCHET))?;
    findings.extend(known.compare(RATCHET, &measured));
    findings.sort();
    Ok(findings)
}

/// The files that are text; what is not UTF-8 is an image or the like.
fn read(workspace: &Workspace, files: &[PathBuf]) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for file in files {
        let bytes = match std::fs::read(workspace.root.join(file)) {
            Ok(bytes) => bytes,
            // Somebody else may be working in the same folder.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("reading {}", shown(file))),
        };
        if let Ok(text) = String::from_utf8(bytes) {
            sources.push(Source {
                path: shown(file),
                text,
            });
        }
    }
    Ok(sources)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_reads_like_a_compiler_message() {
        assert_eq!(Finding::new("a.rs", 3, "no").to_string(), "a.rs:3: no");
        assert_eq!(Finding::new("a.rs", 0, "no").to_string(), "a.rs: no");
    }

    #[test]
    fn below_means_the_folder_and_not_its_prefix() {
        let source = |path: &str| Source {
            path: path.to_owned(),
            text: String::new(),
        };
        assert!(source("crates/core/src/lib.rs").below("crates/core"));
        assert!(!source("crates/core_more/lib.rs").below("crates/core"));
    }
}
