//! Cookies: read from the header, written with all that keeps them ours.

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use rollcall_core::ids::PoolId;
use rollcall_core::time::Span;

/// What cookies are called and carry: over https the `__Host-` prefix (RFC 6265bis
/// section 4.1.3.2), which binds them to this very host. On loopback http neither
/// that nor `Secure`: browsers would not send them back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jar {
    pub(crate) is_https: bool,
}

impl Jar {
    /// The cookie that names a browser, for its forms alone. It is worth nothing.
    pub(crate) fn browser(self) -> String {
        self.named("rollcall-browser")
    }

    /// The cookie of a pool's session.
    pub(crate) fn session(self, pool: PoolId) -> String {
        format!("{}{pool}", self.session_prefix())
    }

    /// How the names of all session cookies begin.
    pub(crate) fn session_prefix(self) -> String {
        self.named("rollcall-session-")
    }

    /// The name of the console's cookie.
    pub(crate) fn console(self) -> String {
        self.named("rollcall-console")
    }

    fn named(self, name: &str) -> String {
        if self.is_https {
            format!("__Host-{name}")
        } else {
            name.to_owned()
        }
    }

    /// A `Set-Cookie` header: out of reach of scripts, and sent along when people
    /// come from elsewhere by a link, not by a form (`Lax`, which is said since
    /// the unset default is laxer). Without a lifetime it ends with the browser.
    pub(crate) fn set(
        self,
        name: &str,
        value: &str,
        lifetime: Option<Span>,
    ) -> Option<HeaderValue> {
        let secure = if self.is_https { "; Secure" } else { "" };
        let max_age = lifetime.map(|span| format!("; Max-Age={}", span.as_seconds()));
        let max_age = max_age.unwrap_or_default();
        let text = format!("{name}={value}; Path=/{max_age}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::from_str(&text).ok()
    }

    /// A `Set-Cookie` header that takes a cookie away.
    pub(crate) fn remove(self, name: &str) -> Option<HeaderValue> {
        self.set(name, "", Some(Span::ZERO))
    }
}

/// The cookies of a request, in their order. One that is no ASCII, which none of
/// ours is, takes no other away: others at this host or above it set cookies too.
pub(crate) fn of(headers: &HeaderMap) -> Vec<(String, String)> {
    let values = headers.get_all(COOKIE).iter();
    values
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b';'))
        .filter(|pair| pair.is_ascii())
        .filter_map(|pair| std::str::from_utf8(pair).ok()?.trim().split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_https_a_cookie_is_bound_to_the_host() {
        let jar = Jar { is_https: true };
        let set = jar.set(&jar.browser(), "v", None).unwrap();
        assert_eq!(
            set,
            "__Host-rollcall-browser=v; Path=/; HttpOnly; SameSite=Lax; Secure"
        );
        let pool = PoolId::from_bytes([1; 12]);
        let set = jar.set(&jar.session(pool), "v", Some(Span::from_seconds(60)));
        assert_eq!(
            set.unwrap(),
            "__Host-rollcall-session-010101010101010101010101=v; Path=/; Max-Age=60; HttpOnly; \
             SameSite=Lax; Secure"
        );
    }

    #[test]
    fn on_loopback_http_it_has_neither_prefix_nor_secure() {
        let jar = Jar { is_https: false };
        assert_eq!(
            jar.remove(&jar.browser()).unwrap(),
            "rollcall-browser=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
        );
    }

    #[test]
    fn a_cookie_of_somebody_else_takes_none_of_ours_away() {
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_bytes("a=1; x=ü; b=2; y=\u{4e2d};c=3".as_bytes());
        headers.append(COOKIE, value.unwrap());
        headers.append(COOKIE, HeaderValue::from_bytes(b"\xff; d=4").unwrap());
        let names: Vec<_> = of(&headers).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b", "c", "d"]);
    }

    #[test]
    fn cookies_are_read_from_every_header() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=1; b=2=3;c"));
        headers.append(COOKIE, HeaderValue::from_static("d="));
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            of(&headers),
            [pair("a", "1"), pair("b", "2=3"), pair("d", "")]
        );
    }
}
