//! Words that no committed file may hold.

use std::sync::LazyLock;

use regex::Regex;

use super::{Finding, Source};

/// The checks name what they forbid, so they do not look at themselves.
const CHECKS: &str = "xtask/src/tidy";

#[expect(clippy::expect_used, reason = "a constant pattern, tried by every run")]
static MACHINE_PATH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(^|[^A-Za-z0-9_.])/(home/[a-z]+|root|Users)/").expect("a pattern")
});

#[expect(clippy::expect_used, reason = "a constant pattern, tried by every run")]
static UNFINISHED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(FIXME|XXX)\b|\b(todo|unimplemented)!\s*[(\[{]").expect("a pattern")
});

pub(super) fn check(source: &Source) -> Vec<Finding> {
    if source.below(CHECKS) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (line, text) in (1..).zip(source.text.lines()) {
        if let Some(found) = MACHINE_PATH.find(text) {
            findings.push(Finding::new(
                &source.path,
                line,
                format!(
                    "`{}` is a path of somebody's machine",
                    found.as_str().trim()
                ),
            ));
        }
        if let Some(found) = UNFINISHED.find(text) {
            findings.push(Finding::new(
                &source.path,
                line,
                format!(
                    "`{}`: finish it, or open an issue and say nothing here",
                    found.as_str()
                ),
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(text: &str) -> Vec<String> {
        let source = Source {
            path: "a.rs".to_owned(),
            text: text.to_owned(),
        };
        check(&source).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn machine_paths_are_found_and_routes_are_not() {
        assert_eq!(
            findings("see /home/ann/x"),
            ["a.rs:1: `/home/ann/` is a path of somebody's machine"]
        );
        assert_eq!(findings("ok\n\"/Users/ann\"").len(), 1);
        assert_eq!(findings("/root/x").len(), 1);
        assert_eq!(
            findings("scim/v2/Users/1 and ./root/x and /rooted/"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn unfinished_work_is_found() {
        assert_eq!(findings("let x = todo!();").len(), 1);
        assert_eq!(findings("unimplemented!(\"later\")").len(), 1);
        assert_eq!(findings("// FIXME: later").len(), 1);
        assert_eq!(findings("# XXX").len(), 1);
        assert_eq!(findings("a todo list; XXXL"), Vec::<String>::new());
    }
}
