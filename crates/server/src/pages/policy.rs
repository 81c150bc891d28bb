//! The content security policy of pages.

use super::nonce::Nonce;
use http::HeaderValue;
use url::{Host, Url};

/// Schemes that run or read something instead of opening an application.
/// Registration does not take them; a policy that named one would let it.
const NEVER: &[&str] = &[
    "about",
    "blob",
    "data",
    "file",
    "filesystem",
    "javascript",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

/// What a page may load, and where its form may lead. `None` can not happen with
/// a nonce of ours and a scheme that `url` parsed; a caller then sends no page.
pub(super) fn policy(
    nonce: &Nonce,
    has_script: bool,
    continues_to: Option<&str>,
) -> Option<HeaderValue> {
    let nonce = nonce.as_str();
    let script = if has_script {
        format!("'nonce-{nonce}'")
    } else {
        "'none'".to_owned()
    };
    let targets = form_targets(continues_to);
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; script-src {script}; img-src 'self'; \
         base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action {targets}"
    );
    HeaderValue::try_from(policy).ok()
}

/// CSP Level 3, section 6.4.1: `form-action` holds for each redirect after a form
/// too, and an application may redirect on to origins that we do not know. So
/// every https origin is a target, and beyond that only what the redirect URI needs.
fn form_targets(continues_to: Option<&str>) -> String {
    let mut targets = "'self' https:".to_owned();
    if let Some(scheme) = continues_to.and_then(further_scheme) {
        targets.push(' ');
        targets.push_str(&scheme);
        targets.push(':');
    }
    targets
}

/// The scheme of a redirect URI, if it is one that can be registered and is not
/// https. It comes from the parser, which lets nothing but letters, digits, `+`,
/// `-` and `.` into a scheme (RFC 3986, section 3.1), and never from the text.
fn further_scheme(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    let allowed = match url.scheme() {
        "https" => false,
        "http" => url.host().is_some_and(|host| is_loopback(&host)),
        scheme => !NEVER.contains(&scheme),
    };
    allowed.then(|| url.scheme().to_owned())
}

/// RFC 8252, section 7.3: a native application listens on its own machine.
fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_lead_to_us_and_to_https() {
        for uri in [
            None,
            Some("https://app.example.com/cb"),
            Some("http://app.example.com/cb"),
            Some("javascript:alert(1)"),
            Some("data:text/html,x"),
            Some("not a URI"),
            Some(""),
        ] {
            assert_eq!(form_targets(uri), "'self' https:", "{uri:?}");
        }
    }

    #[test]
    fn forms_lead_to_a_loopback_redirect() {
        for uri in [
            "http://127.0.0.1:4711/cb",
            "http://[::1]/cb",
            "http://localhost:80/",
            "HTTP://App.Localhost/cb",
        ] {
            assert_eq!(form_targets(Some(uri)), "'self' https: http:", "{uri}");
        }
    }

    #[test]
    fn forms_lead_to_a_private_use_scheme() {
        let of = |uri| form_targets(Some(uri));
        assert_eq!(of("com.example.app:/cb"), "'self' https: com.example.app:");
        assert_eq!(of("Com.Example.App://x/"), "'self' https: com.example.app:");
    }

    #[test]
    fn a_scheme_adds_no_directive() {
        for uri in [
            "com.example; script-src *:/cb",
            "com.example script-src:/cb",
            "com.example\r\nX-Other: 1:/cb",
            "com.example,default-src:/cb",
            "com.example:/cb; script-src *",
        ] {
            let targets = form_targets(Some(uri));
            assert!(!targets.contains([';', ',', '\r', '\n', '*']), "{targets}");
            assert!(!targets.contains("script-src"), "{targets}");
        }
    }
}
