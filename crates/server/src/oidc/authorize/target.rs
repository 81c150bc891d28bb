//! Where an answer goes: settled first, since without it nothing may be sent
//! anywhere (RFC 6749 section 4.1.2.1; RFC 9700 section 4.11.2).

use super::parameters::Parameters;
use super::rejection::Rejection;
use super::views::logo_path;
use crate::pages::ErrorKind;
use crate::state::AppState;
use rollcall_core::ids::ApplicationId;
use rollcall_core::limits::MAX_STATE_BYTES;
use rollcall_core::model::application::{Application, ApplicationType};
use std::net::{Ipv4Addr, Ipv6Addr};

/// How the answer is brought (OAuth 2.0 Multiple Response Types section 2.1, Form
/// Post Response Mode section 2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ResponseMode {
    Query,
    Fragment,
    FormPost,
}

impl ResponseMode {
    pub(crate) const NAMES: &[(&str, Self)] = &[
        ("query", Self::Query),
        ("fragment", Self::Fragment),
        ("form_post", Self::FormPost),
    ];

    fn from_name(name: &str) -> Option<Self> {
        let mut names = Self::NAMES.iter();
        names
            .find(|(known, _)| *known == name)
            .map(|(_, mode)| *mode)
    }
}

/// A redirect URI that the application registered, whose it is, and what goes back
/// with every answer.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) redirect_uri: String,
    /// The application's name and where its logo is, for a page on the way.
    pub(crate) name: String,
    pub(crate) logo: Option<String>,
    pub(crate) mode: ResponseMode,
    pub(crate) state: Option<String>,
}

/// The application that a request names, if people can sign in to it.
pub(crate) async fn application(
    app: &AppState,
    parameters: &Parameters,
) -> Result<Application, Rejection> {
    let id = parameters
        .get("client_id")
        .filter(|_| !parameters.repeats("client_id"))
        .and_then(|id| id.parse::<ApplicationId>().ok());
    let found = match id {
        Some(id) => app.authority.store.client(id).await?,
        None => None,
    };
    let application = found.map(|found| found.application);
    application
        .filter(|application| application.enabled)
        .ok_or(Rejection::local(
            ErrorKind::UnknownApplication,
            "invalid_client",
        ))
}

/// Where this application's answer goes.
pub(crate) fn target(
    application: &Application,
    parameters: &Parameters,
) -> Result<Target, Rejection> {
    let redirect_uri = parameters
        .get("redirect_uri")
        .filter(|_| !parameters.repeats("redirect_uri"))
        .filter(|uri| is_registered(application, uri))
        .ok_or(Rejection::local(
            ErrorKind::UnknownRedirectUri,
            "invalid_request",
        ))?;
    let state = parameters
        .get("state")
        .filter(|state| !parameters.repeats("state") && state.len() <= MAX_STATE_BYTES);
    let mode = parameters.get("response_mode");
    let mode = mode.and_then(ResponseMode::from_name);
    Ok(Target {
        redirect_uri: redirect_uri.to_owned(),
        name: application.name.clone(),
        logo: logo_path(application),
        // One that we do not know is refused later, in the way of the default.
        mode: mode.unwrap_or(ResponseMode::Query),
        state: state.map(ToOwned::to_owned),
    })
}

/// Compared as texts (RFC 9700 section 2.1); a native application listens where it
/// finds a port free (RFC 8252 section 7.3), and all the rest is compared as text too.
fn is_registered(application: &Application, uri: &str) -> bool {
    let mut registered = application.redirect_uris.iter();
    if registered.any(|known| known == uri) {
        return true;
    }
    let presented = loopback_without_port(uri);
    let mut registered = application.redirect_uris.iter();
    application.kind == ApplicationType::Native
        && presented.is_some()
        && registered.any(|known| loopback_without_port(known) == presented)
}

/// Host and what follows the port of a URI on a loopback host. Taken from the text:
/// what a parser makes of it would be alike for texts that are not.
fn loopback_without_port(uri: &str) -> Option<(&str, &str)> {
    let after_scheme = uri.strip_prefix("http://")?;
    let end = after_scheme.find(['/', '?']).unwrap_or(after_scheme.len());
    let (authority, rest) = after_scheme.split_at(end);
    let host_end = authority.find(']').map_or(0, |end| end + 1);
    let host_end = match authority[host_end..].find(':') {
        Some(colon) => host_end + colon,
        None => authority.len(),
    };
    let (host, port) = authority.split_at(host_end);
    let is_port = |text: &str| {
        let is_number = text.bytes().all(|b| b.is_ascii_digit());
        is_number && text.parse::<u16>().is_ok()
    };
    let has_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    (is_loopback(host) && has_port).then_some((host, rest))
}

fn is_loopback(host: &str) -> bool {
    let v6 = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    if let Some(v6) = v6 {
        return v6.parse::<Ipv6Addr>().is_ok_and(|v6| v6.is_loopback());
    }
    let v4 = host.parse::<Ipv4Addr>();
    host == "localhost" || v4.is_ok_and(|v4| v4.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loopback_port_alone_may_vary() {
        let known = loopback_without_port("http://127.0.0.1/cb?x=1").unwrap();
        let same = |uri: &str| loopback_without_port(uri) == Some(known);
        assert!(same("http://127.0.0.1:50000/cb?x=1"));
        for other in [
            "http://127.0.0.1:50000/cb",
            "http://127.0.0.1:50000/cb/?x=1",
            "http://127.0.0.2:50000/cb?x=1",
            "http://localhost:50000/cb?x=1",
            "https://127.0.0.1:50000/cb?x=1",
            "http://u@127.0.0.1:50000/cb?x=1",
            "http://127.0.0.1.example.com/cb?x=1",
            "http://127.0.0.1:50000/cb?x=1#f",
        ] {
            assert!(!same(other), "{other}");
        }
        assert_eq!(loopback_without_port("http://192.0.2.1/cb"), None);
    }
}
