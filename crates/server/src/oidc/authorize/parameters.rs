//! The parameters of a request that a browser brings: a query, or a form in its
//! place.

use rollcall_core::limits::MAX_BROWSER_REQUEST_BYTES;

/// Those that mean something to us, in order. Unknown ones are ignored (RFC 6749
/// section 3.1), empty ones absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters(Vec<(String, String)>);

/// The request is longer than any that we answer, or what means something in it is
/// no text (RFC 6749 appendix B: UTF-8), which could not go back as it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

impl Parameters {
    /// Reads the known ones.
    pub(crate) fn read(text: &[u8], known: &[&str]) -> Result<Self, Unreadable> {
        if text.len() > MAX_BROWSER_REQUEST_BYTES {
            return Err(Unreadable);
        }
        let mut kept = Vec::new();
        for raw in text.split(|byte| *byte == b'&') {
            let Some((name, value)) = form_urlencoded::parse(raw).next() else {
                continue;
            };
            if !known.contains(&&*name) || value.is_empty() {
                continue;
            }
            if !is_text(raw, &value) {
                return Err(Unreadable);
            }
            kept.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(kept))
    }

    /// The value of a parameter; of a repeated one the first.
    pub(crate) fn get<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// Whether a parameter is there more than once (RFC 6749 section 3.1: it must
    /// not be).
    pub(crate) fn repeats(&self, name: &str) -> bool {
        self.all(name).nth(1).is_some()
    }

    /// The name of one that is there more than once.
    pub(crate) fn repeated(&self) -> Option<&str> {
        let mut names = self.0.iter().map(|(name, _)| name.as_str());
        names.find(|name| self.repeats(name))
    }

    /// As a query: what forms and redirects carry on.
    pub(crate) fn to_query(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish()
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    }
}

/// The parser puts [`char::REPLACEMENT_CHARACTER`] where it finds no UTF-8: there
/// must be as many as were sent.
fn is_text(raw: &[u8], value: &str) -> bool {
    let found = value.matches(char::REPLACEMENT_CHARACTER).count();
    if found == 0 {
        return true;
    }
    let raw = raw.to_ascii_uppercase();
    let count = |sent: &[u8]| raw.windows(sent.len()).filter(|at| *at == sent).count();
    found == count(b"%EF%BF%BD") + count("\u{FFFD}".as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["a", "b"];

    fn read(text: &str) -> Parameters {
        Parameters::read(text.as_bytes(), KNOWN).unwrap()
    }

    #[test]
    fn unknown_and_empty_ones_are_absent() {
        let parameters = read("a=1&x=2&b=&x=3");
        assert_eq!(parameters.get("a"), Some("1"));
        assert_eq!(parameters.get("b"), None);
        assert_eq!(parameters.repeated(), None);
        assert_eq!(parameters.to_query(), "a=1");
    }

    #[test]
    fn a_repeated_one_is_found() {
        assert_eq!(read("a=1&b=2&b=2").repeated(), Some("b"));
        assert!(read("a=1&a=2").repeats("a"));
        assert_eq!(read("a=1&a=").repeated(), None);
    }

    #[test]
    fn what_it_carries_on_reads_back() {
        let parameters = read("a=%26%3D%2B+x&b=%E4%B8%AD");
        assert_eq!(parameters.get("a"), Some("&=+ x"));
        assert_eq!(read(&parameters.to_query()), parameters);
    }

    #[test]
    fn what_is_no_utf_8_is_refused_where_it_means_something() {
        for broken in ["a=%FF", "b=1&a=x%C3", "a=%EF%BF%BD%FF", "a=%ED%A0%80"] {
            let read = Parameters::read(broken.as_bytes(), KNOWN);
            assert_eq!(read, Err(Unreadable), "{broken}");
        }
        assert_eq!(Parameters::read(b"a=\xFF", KNOWN), Err(Unreadable));
        assert_eq!(read("x=%FF&a=1").get("a"), Some("1"));
        for whole in ["a=%EF%BF%BD", "a=%ef%bf%Bd", "a=\u{FFFD}"] {
            assert_eq!(read(whole).get("a"), Some("\u{FFFD}"));
        }
    }

    #[test]
    fn a_request_has_a_limit() {
        let fits = format!("a={}", "x".repeat(MAX_BROWSER_REQUEST_BYTES - 2));
        assert!(Parameters::read(fits.as_bytes(), KNOWN).is_ok());
        assert_eq!(
            Parameters::read(format!("{fits}x").as_bytes(), KNOWN),
            Err(Unreadable)
        );
    }
}
