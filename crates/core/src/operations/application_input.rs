//! What callers say of an application, checked.

use super::user_input::{is_name, is_text};
use crate::limits;
use crate::model::application::{ApplicationChange, ApplicationType, OauthChange};
use crate::model::policy::SessionLimits;
use crate::refusal::{Field, Refusal};
use crate::time::Span;
use url::{Host, Url};

/// What a URI is for: redirects of native applications may use a scheme of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum UriUse {
    Web,
    NativeRedirect,
}

/// Whether a URI of an application can be registered: absolute, without
/// fragment (RFC 6749, section 3.1.2) or user information, https, or http on a
/// loopback host.
pub fn check_uri(text: &str) -> bool {
    is_registrable(text, UriUse::Web)
}

fn is_registrable(text: &str, purpose: UriUse) -> bool {
    let plain = text.len() <= limits::MAX_URI_BYTES
        && !text
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || c == '*' || c == '\\');
    let Some(url) = plain.then(|| Url::parse(text).ok()).flatten() else {
        return false;
    };
    let clean = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    clean
        && match url.scheme() {
            "https" => has_authority(text),
            "http" => has_authority(text) && url.host().is_some_and(|host| is_loopback(&host)),
            // RFC 8252, section 7.1: a private-use scheme is a reversed domain name.
            scheme => purpose == UriUse::NativeRedirect && scheme.contains('.'),
        }
}

/// Whether a host follows the scheme as it must (RFC 9110, section 4.2). A parser
/// by itself takes `https:example.com` for the same; in a redirect from https it
/// is a path on our own origin.
fn has_authority(text: &str) -> bool {
    let after_scheme = text.split_once("://").map(|(_, rest)| rest);
    let scheme_is_first = text.find(':') == text.find("://");
    scheme_is_first && after_scheme.is_some_and(|rest| !rest.starts_with('/'))
}

/// Loopback by name or number, never by DNS.
fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// Refuses what cannot be stored; all that is wrong is told at once. `kind` is
/// the application's after the change.
pub(super) fn check_application(
    change: &ApplicationChange,
    kind: ApplicationType,
    pool: SessionLimits,
) -> Result<(), Refusal> {
    let mut wrong: Vec<Field> = Vec::new();
    let mut refuse_unless = |fits: bool, field: Field| {
        if !fits {
            wrong.push(field);
        }
    };
    refuse_unless(change.name.as_deref().is_none_or(is_name), "appName");
    refuse_unless(
        change.identifier.as_deref().is_none_or(is_identifier),
        "appIdentifier",
    );
    refuse_unless(
        change.description.as_deref().is_none_or(is_text),
        "appDescription",
    );
    let optional_uri = |uri: &Option<String>| {
        uri.as_deref()
            .is_none_or(|uri| uri.is_empty() || check_uri(uri))
    };
    refuse_unless(optional_uri(&change.logo), "appLogo");
    refuse_unless(optional_uri(&change.init_login_uri), "initLoginUri");
    let purpose = match kind {
        ApplicationType::Native => UriUse::NativeRedirect,
        _ => UriUse::Web,
    };
    let uris = |uris: &Option<Vec<String>>| {
        uris.as_deref().is_none_or(|uris| {
            uris.len() <= limits::MAX_URIS_PER_APPLICATION
                && uris.iter().all(|uri| is_registrable(uri, purpose))
        })
    };
    refuse_unless(uris(&change.redirect_uris), "redirectUris");
    refuse_unless(uris(&change.logout_redirect_uris), "logoutRedirectUris");
    refuse_unless(
        optional_uri(&change.oauth.backchannel_logout_uri),
        "backchannel_logout_uri",
    );
    refuse_unless(change.session_limit.is_settable(), "maxSessionsPerUser");
    check_lifetimes(&change.oauth, &mut refuse_unless);
    let methods = change.password_methods.as_deref();
    refuse_unless(
        methods.is_none_or(|m| !has_repeats(m)),
        "enabledBasicLoginMethods",
    );
    let grants = change.oauth.grant_types.as_deref();
    refuse_unless(grants.is_none_or(|g| !has_repeats(g)), "grant_types");
    if !wrong.is_empty() {
        return Err(Refusal::Invalid(wrong));
    }
    change.session_policy.checked(pool).map(|_| ())
}

fn check_lifetimes(change: &OauthChange, refuse_unless: &mut impl FnMut(bool, Field)) {
    const SECOND: Span = Span::from_seconds(1);
    let token = SECOND..=limits::MAX_TOKEN_LIFETIME;
    let refresh = SECOND..=limits::MAX_SESSION_LIMIT;
    // ASVS 5.0, 10.4.3: a code lives for at most a minute at level 3.
    let code = SECOND..=limits::DEFAULT_AUTHORIZATION_CODE_LIFETIME;
    let retry = Span::ZERO..=limits::MAX_REFRESH_TOKEN_RETRY_WINDOW;
    let spans = [
        ("access_token_expire", change.access_token_lifetime, &token),
        ("id_token_expire", change.id_token_lifetime, &token),
        (
            "refresh_token_expire",
            change.refresh_token_lifetime,
            &refresh,
        ),
        (
            "authorization_code_expire",
            change.authorization_code_lifetime,
            &code,
        ),
        (
            "refresh_token_retry_window",
            change.refresh_token_retry_window,
            &retry,
        ),
    ];
    for (field, span, range) in spans {
        refuse_unless(span.is_none_or(|span| range.contains(&span)), field);
    }
}

fn has_repeats<T: PartialEq>(list: &[T]) -> bool {
    list.iter()
        .enumerate()
        .any(|(i, item)| list[..i].contains(item))
}

/// Letters, digits, `-`, `_` and `.`: it stands in URLs.
fn is_identifier(text: &str) -> bool {
    is_name(text)
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_loopback_http_can_be_registered() {
        for uri in [
            "https://example.com/cb",
            "http://127.0.0.1:8080/cb",
            "http://127.8.8.8/cb",
            "http://[::1]/cb",
            "http://localhost/cb",
            "http://app.localhost:3000/cb?x=1",
        ] {
            assert!(check_uri(uri), "{uri}");
        }
    }

    #[test]
    fn what_could_leak_a_code_cannot() {
        for uri in [
            "",
            "/cb",
            "example.com/cb",
            "http://example.com/cb",
            "http://localhost.example.com/cb",
            "https://example.com/cb#x",
            "https://user@example.com/cb",
            "https://*.example.com/cb",
            "javascript:alert(1)",
            "data:text/html,x",
            "com.example.app:/cb",
            "https://example.com/ cb",
            "https://example.com\\cb",
            "https:example.com/cb",
            "https:/example.com/cb",
            "https:///example.com/cb",
            "https:example.com/cb?x=://",
            "http:127.0.0.1/cb",
        ] {
            assert!(!check_uri(uri), "{uri}");
        }
        assert!(is_registrable(
            "com.example.app:/cb",
            UriUse::NativeRedirect
        ));
        assert!(!is_registrable(
            "javascript:alert(1)",
            UriUse::NativeRedirect
        ));
        assert!(check_uri(&format!("https://e.com/{}", "a".repeat(2034))));
        assert!(!check_uri(&format!("https://e.com/{}", "a".repeat(2035))));
    }
}
