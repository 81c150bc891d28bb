//! Limits of length, and the list of those that are known to be over them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde::Deserialize;

use super::Finding;

const FILE_LIMIT: usize = 500;
const FUNCTION_LIMIT: usize = 70;

/// A measured file or function.
pub(super) struct Length {
    /// What the ratchet's file calls it.
    pub(super) key: String,
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) lines: usize,
}

/// All lengths of the checkout.
#[derive(Default)]
pub(super) struct Measured {
    pub(super) files: Vec<Length>,
    pub(super) functions: Vec<Length>,
}

/// The known larger ones, with their exact numbers.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ratchet {
    #[serde(default)]
    files: BTreeMap<String, usize>,
    #[serde(default)]
    functions: BTreeMap<String, usize>,
}

impl Ratchet {
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("in {}", path.display()))
    }

    /// What is over its limit and not listed, and what is listed with another
    /// number than it has. `name` is the ratchet's own file, for messages.
    pub(super) fn compare(&self, name: &str, measured: &Measured) -> Vec<Finding> {
        let mut findings = one_kind(name, &self.files, &measured.files, FILE_LIMIT, |found| {
            format!(
                "{} lines (limit {FILE_LIMIT}): split it by what its parts are for",
                found.lines
            )
        });
        findings.extend(one_kind(
            name,
            &self.functions,
            &measured.functions,
            FUNCTION_LIMIT,
            |found| {
                let function = found.key.rsplit("::").next().unwrap_or(&found.key);
                format!(
                    "fn {function} has {} lines (limit {FUNCTION_LIMIT}): give its steps names of their own",
                    found.lines
                )
            },
        ));
        findings
    }
}

fn one_kind(
    name: &str,
    listed: &BTreeMap<String, usize>,
    measured: &[Length],
    limit: usize,
    say: impl Fn(&Length) -> String,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for found in measured {
        match listed.get(&found.key) {
            None if found.lines > limit => {
                findings.push(Finding::new(&found.file, found.line, say(found)));
            }
            Some(&known) if found.lines > known => findings.push(Finding::new(
                &found.file,
                found.line,
                format!(
                    "grew from {known} to {} lines; {name} may only shrink",
                    found.lines
                ),
            )),
            Some(_) | None => {}
        }
    }
    for (key, &known) in listed {
        // Functions may share a name where `cfg` chooses one: the longest counts.
        let longest = measured
            .iter()
            .filter(|m| m.key == *key)
            .map(|m| m.lines)
            .max();
        let message = match longest {
            None => format!("`{key}` is gone: remove its line"),
            Some(lines) if lines <= limit => {
                format!("`{key}` is within the limit of {limit}: remove its line")
            }
            Some(lines) if lines < known => format!("`{key}` shrank: write {lines} for {known}"),
            Some(_) => continue,
        };
        findings.push(Finding::new(name, 0, message));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(listed: Option<usize>, lines: usize) -> Vec<String> {
        let key = "a.rs::long".to_owned();
        let ratchet = Ratchet {
            functions: listed
                .map(|known| (key.clone(), known))
                .into_iter()
                .collect(),
            ..Ratchet::default()
        };
        let measured = Measured {
            functions: vec![Length {
                key,
                file: "a.rs".to_owned(),
                line: 4,
                lines,
            }],
            ..Measured::default()
        };
        ratchet
            .compare("list.toml", &measured)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn the_limit_itself_is_allowed_and_one_more_is_not() {
        assert_eq!(compare(None, 70), Vec::<String>::new());
        assert_eq!(
            compare(None, 71),
            ["a.rs:4: fn long has 71 lines (limit 70): give its steps names of their own"]
        );
    }

    #[test]
    fn a_listed_one_may_only_shrink() {
        assert_eq!(compare(Some(80), 80), Vec::<String>::new());
        assert_eq!(
            compare(Some(80), 81),
            ["a.rs:4: grew from 80 to 81 lines; list.toml may only shrink"]
        );
        assert_eq!(
            compare(Some(80), 79),
            ["list.toml: `a.rs::long` shrank: write 79 for 80"]
        );
        assert_eq!(
            compare(Some(80), 70),
            ["list.toml: `a.rs::long` is within the limit of 70: remove its line"]
        );
    }

    #[test]
    fn a_line_for_what_is_gone_is_removed() {
        let ratchet = Ratchet {
            files: [("b.rs".to_owned(), 600)].into(),
            ..Ratchet::default()
        };
        let found = ratchet.compare("list.toml", &Measured::default());
        assert_eq!(
            found[0].to_string(),
            "list.toml: `b.rs` is gone: remove its line"
        );
    }

    #[test]
    fn an_unknown_table_is_an_error() {
        assert!(toml::from_str::<Ratchet>("[function]\n").is_err());
    }
}
