//! The parameters of a request that a browser brings: a query, or a form in its
//! place.

use rollcall_core::limits::MAX_BROWSER_REQUEST_BYTES;

/// Those that mean something to us, in order. Unknown ones are ignored (RFC 6749
/// section 3.1), empty ones absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters(Vec<(String, String)>);

/// The request is longer than any that we answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

impl Parameters {
    /// Reads the known ones.
    pub(crate) fn read(text: &[u8], known: &[&str]) -> Result<Self, TooLong> {
        if text.len() > MAX_BROWSER_REQUEST_BYTES {
            return Err(TooLong);
        }
        let pairs = form_urlencoded::parse(text);
        let kept = pairs.filter(|(name, value)| known.contains(&&**name) && !value.is_empty());
        Ok(Self(
            kept.map(|(n, v)| (n.into_owned(), v.into_owned()))
                .collect(),
        ))
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
    fn a_request_has_a_limit() {
        let fits = format!("a={}", "x".repeat(MAX_BROWSER_REQUEST_BYTES - 2));
        assert!(Parameters::read(fits.as_bytes(), KNOWN).is_ok());
        assert_eq!(
            Parameters::read(format!("{fits}x").as_bytes(), KNOWN),
            Err(TooLong)
        );
    }
}
