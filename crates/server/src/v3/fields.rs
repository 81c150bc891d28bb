//! Names of wrong fields, gathered so that one answer tells them all.

use super::failure::Failure;
use rollcall_core::limits;
use serde_path_to_error::{Path, Segment};

/// How much of a name is repeated to its sender.
const REPEATED_CHARS: usize = 64;

/// The names of wrong fields, each once, in the order in which they were found.
#[derive(Debug, Default)]
pub(super) struct Wrong(Vec<String>);

impl Wrong {
    pub(super) fn add(&mut self, name: &str) {
        if self.is_full() {
            return;
        }
        let name: String = name.chars().take(REPEATED_CHARS).collect();
        if !self.0.contains(&name) {
            self.0.push(name);
        }
    }

    /// Whether no further name is kept: a body may be full of wrong names, and
    /// each is compared with those before it.
    pub(super) fn is_full(&self) -> bool {
        self.0.len() >= limits::MAX_READINGS
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The failure that names them: required ones in the contract's order, then
    /// the others.
    pub(super) fn into_failure(mut self, required: &[&str]) -> Failure {
        let place = |name: &str| required.iter().position(|other| *other == name);
        self.0
            .sort_by_key(|name| place(name).unwrap_or(required.len()));
        Failure::Fields(self.0)
    }
}

/// A step towards a field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Step {
    Member(String),
    Entry(usize),
}

/// Where reading stopped: the way to the wrong or missing field.
pub(super) fn way<E: std::fmt::Display>(error: &serde_path_to_error::Error<E>) -> Vec<Step> {
    let mut steps = steps(error.path());
    if let Some(name) = missing_field(&error.inner().to_string()) {
        steps.push(Step::Member(name));
    }
    steps
}

/// The name that a message uses: the leaf's (`page`, not its path).
pub(super) fn leaf(way: &[Step]) -> Option<&str> {
    way.iter().rev().find_map(|step| match step {
        Step::Member(name) => Some(name.as_str()),
        Step::Entry(_) => None,
    })
}

fn steps(path: &Path) -> Vec<Step> {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(Step::Entry(*index)),
            Segment::Map { key } => Some(Step::Member(key.clone())),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// serde tells of a missing member at its parent, and only in words.
fn missing_field(message: &str) -> Option<String> {
    let (name, _) = message.strip_prefix("missing field `")?.split_once('`')?;
    Some(name.to_owned())
}
