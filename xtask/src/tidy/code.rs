//! Layers: what a Rust file may name, by where it lives.

use std::sync::LazyLock;

use regex::Regex;

use super::{Finding, Source};

#[expect(clippy::expect_used, reason = "a constant pattern, tried by every run")]
static CORE_USE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(pub(\([a-z]+\))?\s+)?use\s+(::)?(serde|serde_json|axum|http|hyper|rusqlite|tokio|tokio_postgres)\b")
        .expect("a pattern")
});

#[expect(clippy::expect_used, reason = "a constant pattern, tried by every run")]
static STORE_NAMED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\brollcall_store\b").expect("a pattern"));

#[expect(clippy::expect_used, reason = "a constant pattern, tried by every run")]
static BACKEND_BRANCH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(if|while|match)\b[^{;]*(sqlite|postgres)|(?i)\b(sqlite|postgres)\w*[^=;]*=>",
    )
    .expect("a pattern")
});

pub(super) fn check(source: &Source) -> Vec<Finding> {
    let in_boot =
        source.path == "crates/server/src/boot.rs" || source.below("crates/server/src/boot");
    let store_hidden = source.below("crates/server/src") && !in_boot;
    // A disk beneath one engine, for the store's tests.
    let of_an_engine = source.below("crates/store") || source.below("crates/power-cut");
    let backend_hidden = source.below("crates") && !of_an_engine && !in_boot;
    let mut findings = Vec::new();
    for (line, text) in (1..).zip(source.text.lines()) {
        let code = without_comment(text);
        if source.below("crates/core/src")
            && let Some(found) = CORE_USE.captures(code)
        {
            findings.push(Finding::new(
                &source.path,
                line,
                format!(
                    "core uses {}: it is rules without HTTP, SQL or serialisation",
                    &found[4]
                ),
            ));
        }
        if store_hidden && STORE_NAMED.is_match(code) {
            findings.push(Finding::new(
                &source.path,
                line,
                "the store is named outside boot: take a port of core instead",
            ));
        }
        if backend_hidden && BACKEND_BRANCH.is_match(code) {
            findings.push(Finding::new(
                &source.path,
                line,
                "branches on the kind of storage: a backend's difference is the store's affair",
            ));
        }
    }
    findings
}

/// The code of a line. A `//` in a string literal ends it too early, which can
/// only miss something and never find too much.
fn without_comment(line: &str) -> &str {
    line.split_once("//").map_or(line, |(code, _)| code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> usize {
        check(&Source {
            path: path.to_owned(),
            text: text.to_owned(),
        })
        .len()
    }

    #[test]
    fn core_names_no_carrier() {
        assert_eq!(
            findings("crates/core/src/ids.rs", "use serde::Serialize;"),
            1
        );
        assert_eq!(
            findings("crates/core/src/ids.rs", "    pub(crate) use tokio;"),
            1
        );
        assert_eq!(
            findings("crates/core/src/ids.rs", "use std::fmt; // use serde"),
            0
        );
        assert_eq!(findings("crates/core/src/ids.rs", "use http_like::X;"), 0);
        assert_eq!(
            findings("crates/wire/src/v3.rs", "use serde::Serialize;"),
            0
        );
    }

    #[test]
    fn only_boot_names_the_store() {
        let line = "use rollcall_store::sqlite::Store;";
        assert_eq!(findings("crates/server/src/router.rs", line), 1);
        assert_eq!(findings("crates/server/src/boot_more.rs", line), 1);
        assert_eq!(findings("crates/server/src/boot.rs", line), 0);
        assert_eq!(findings("crates/server/src/boot/init.rs", line), 0);
        assert_eq!(findings("crates/server/tests/serve.rs", line), 0);
        assert_eq!(
            findings("crates/server/src/router.rs", "// rollcall_store holds it"),
            0
        );
    }

    #[test]
    fn only_the_store_and_boot_branch_on_a_backend() {
        let line = "if config.is_sqlite() {";
        assert_eq!(findings("crates/server/src/v3/users.rs", line), 1);
        assert_eq!(
            findings(
                "crates/cli/src/main.rs",
                "Backend::Postgres(url) => open(url),"
            ),
            1
        );
        assert_eq!(findings("crates/store/src/lib.rs", line), 0);
        assert_eq!(findings("crates/power-cut/src/vfs.rs", line), 0);
        assert_eq!(findings("crates/server/src/boot.rs", line), 0);
        assert_eq!(findings("crates/cli/src/main.rs", "/// the SQLite file"), 0);
    }
}
