//! Enough of an HTML parser to ask what a page says. It knows what a browser
//! would: raw text in `style` and `script`, and character references.

use std::collections::BTreeMap;

/// A start tag.
#[derive(Debug)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) attributes: BTreeMap<String, String>,
    /// What stands between it and the next tag.
    pub(super) text: String,
}

impl Tag {
    pub(super) fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }
}

/// All start tags, in order. Panics on what a browser would have to repair.
pub(super) fn tags(html: &str) -> Vec<Tag> {
    let mut tags: Vec<Tag> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = end_of_tag(rest);
        let (inside, after) = (&rest[..end], &rest[end + 1..]);
        rest = after;
        if inside.starts_with(['/', '!']) {
            continue;
        }
        let mut tag = tag(inside);
        let text_end = match tag.name.as_str() {
            "style" | "script" => after.find(&format!("</{}", tag.name)).unwrap(),
            _ => after.find('<').unwrap_or(after.len()),
        };
        after[..text_end].clone_into(&mut tag.text);
        rest = &after[text_end..];
        tags.push(tag);
    }
    tags
}

/// Where the tag ends: at the first `>` outside of quotes.
fn end_of_tag(text: &str) -> usize {
    let mut is_quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'>' if !is_quoted => return at,
            b'<' => panic!("a tag in a tag: {}", &text[..at]),
            _ => {}
        }
    }
    panic!("a tag without end: {text}");
}

fn tag(inside: &str) -> Tag {
    let inside = inside.trim_end_matches('/').trim();
    let (name, mut rest) = match inside.split_once(char::is_whitespace) {
        Some((name, rest)) => (name, rest.trim_start()),
        None => (inside, ""),
    };
    let mut attributes = BTreeMap::new();
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let attribute = &rest[..end];
        let (value, after) = match rest[end..].strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"').unwrap(),
            None => ("", &rest[end..]),
        };
        assert!(
            !attribute.is_empty()
                && attributes
                    .insert(attribute.into(), decoded(value))
                    .is_none(),
            "a broken or doubled attribute: {inside}"
        );
        rest = after.trim_start();
    }
    Tag {
        name: name.to_owned(),
        attributes,
        text: String::new(),
    }
}

/// Character references, as far as escaping makes them.
pub(super) fn decoded(text: &str) -> String {
    let mut decoded = text.to_owned();
    for (reference, character) in [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
    ] {
        decoded = decoded.replace(reference, character);
    }
    decoded
}
