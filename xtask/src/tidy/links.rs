//! Relative links in Markdown.

use std::sync::LazyLock;

use regex::Regex;

use super::{Finding, Source};

#[expect(clippy::expect_used, reason = "a constant pattern, tried by every run")]
static INLINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)|^\s{0,3}\[[^\]]+\]:\s+<?([^\s>]+)"#)
        .expect("a pattern")
});

#[expect(clippy::expect_used, reason = "a constant pattern, tried by every run")]
static CODE_SPAN: LazyLock<Regex> = LazyLock::new(|| Regex::new("`[^`]*`").expect("a pattern"));

#[expect(clippy::expect_used, reason = "a constant pattern, tried by every run")]
static SCHEME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^([A-Za-z][A-Za-z0-9+.-]*:|//)").expect("a pattern"));

/// `exists` answers for a path relative to the root.
pub(super) fn check(source: &Source, exists: impl Fn(&str) -> bool) -> Vec<Finding> {
    let folder = source
        .path
        .rsplit_once('/')
        .map_or("", |(folder, _)| folder);
    let mut findings = Vec::new();
    let mut fence: Option<&str> = None;
    for (line, text) in (1..).zip(source.text.lines()) {
        let start = text.trim_start();
        if let Some(mark) = ["```", "~~~"]
            .into_iter()
            .find(|mark| start.starts_with(mark))
        {
            fence = match fence {
                None => Some(mark),
                Some(open) if open == mark => None,
                Some(open) => Some(open),
            };
            continue;
        }
        if fence.is_some() {
            continue;
        }
        let prose = CODE_SPAN.replace_all(text, "");
        for found in INLINE.captures_iter(&prose) {
            let Some(link) = found.get(1).or_else(|| found.get(2)) else {
                continue;
            };
            let resolves = match target(folder, link.as_str()) {
                Target::Elsewhere => true,
                Target::Outside => false,
                Target::File(path) => exists(&path),
            };
            if !resolves {
                findings.push(Finding::new(
                    &source.path,
                    line,
                    format!("the link to `{}` leads nowhere", link.as_str()),
                ));
            }
        }
    }
    findings
}

/// Where a link leads.
enum Target {
    /// Another site, or a part of the same page: not ours to follow.
    Elsewhere,
    /// Above the checkout's root.
    Outside,
    /// A path relative to the root.
    File(String),
}

fn target(folder: &str, link: &str) -> Target {
    if SCHEME.is_match(link) {
        return Target::Elsewhere;
    }
    let path = link.split(['#', '?']).next().unwrap_or_default();
    if path.is_empty() {
        return Target::Elsewhere;
    }
    // A leading slash is the root of the repository, as its hosts show it.
    let mut parts: Vec<&str> = match path.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|part| !part.is_empty()).collect(),
    };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return Target::Outside;
                }
            }
            name => parts.push(name),
        }
    }
    Target::File(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(path: &str, text: &str) -> Vec<String> {
        let source = Source {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        check(&source, |path| {
            ["", "README.md", "docs/guide.md", "docs"].contains(&path)
        })
        .iter()
        .map(ToString::to_string)
        .collect()
    }

    #[test]
    fn links_are_read_from_where_the_file_stands() {
        assert_eq!(
            broken("docs/a.md", "[g](guide.md#part) [r](../README.md)"),
            Vec::<String>::new()
        );
        assert_eq!(
            broken("README.md", "[d](./docs/) [g](/docs/guide.md \"title\")"),
            Vec::<String>::new()
        );
        assert_eq!(
            broken("README.md", "ok\nsee [g](guide.md)."),
            ["README.md:2: the link to `guide.md` leads nowhere"]
        );
        assert_eq!(broken("README.md", "[up](../README.md)").len(), 1);
        assert_eq!(broken("README.md", "[ref]: missing.md").len(), 1);
    }

    #[test]
    fn other_sites_anchors_and_code_are_left_alone() {
        let text =
            "[a](https://example.com/x.md) [b](#part) `[c](gone.md)`\n```\n[d](gone.md)\n```\n";
        assert_eq!(broken("README.md", text), Vec::<String>::new());
    }
}
