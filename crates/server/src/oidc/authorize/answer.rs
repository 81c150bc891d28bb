//! The answer that goes back to the application, with `iss` in each (RFC 9207).

use super::target::{ResponseMode, Target};
use crate::browser::Visitor;
use crate::pages::{Face, FormPostPage, Frame, Nonce};
use crate::state::AppState;
use axum::response::{IntoResponse as _, Response};
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use rollcall_wire::v3::Language;
use url::Url;

/// Brings an answer to the application.
pub(crate) fn send(
    app: &AppState,
    visitor: &Visitor,
    language: Language,
    target: &Target,
    fields: &[(&str, &str)],
) -> Response {
    let mut fields = fields.to_vec();
    fields.extend(target.state.as_deref().map(|state| ("state", state)));
    fields.push(("iss", app.tokens.issuer()));
    let uri = &target.redirect_uri;
    match target.mode {
        ResponseMode::Query => {
            let joint = if uri.contains('?') { '&' } else { '?' };
            see_other(&format!("{uri}{joint}{}", encoded(&fields)))
        }
        ResponseMode::Fragment => see_other(&format!("{uri}#{}", encoded(&fields))),
        ResponseMode::FormPost => {
            let page = FormPostPage {
                frame: Frame {
                    language,
                    application: Some(Face {
                        name: &target.name,
                        logo: target.logo.as_deref(),
                    }),
                    request_id: visitor.request_id(),
                    continues_to: None,
                },
                action: uri,
                fields: &fields,
            };
            let nonce = Nonce::generate(app.authority.entropy.as_ref());
            page.respond(StatusCode::OK, &nonce)
        }
    }
}

fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish()
}

/// A redirect by 303: whatever was posted to us is not posted on (RFC 9700 section
/// 4.12).
pub(crate) fn see_other(uri: &str) -> Response {
    let as_it_is = || HeaderValue::from_str(uri).ok();
    // Registered with other letters: a header's octets beyond ASCII have no meaning
    // (RFC 9110 section 5.5).
    let encoded = || {
        let url = Url::parse(uri).ok()?;
        HeaderValue::from_str(url.as_str()).ok()
    };
    let location = if uri.is_ascii() {
        as_it_is()
    } else {
        encoded()
    };
    match location {
        Some(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
