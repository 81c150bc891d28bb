//! OAuth settings as JSON text: SQL never looks into them, and the contract lets
//! them grow.

use super::super::columns::{all_named, to_json};
use rollcall_core::model::application::{
    ClientAuthMethod, GrantType, OauthSettings, SigningAlgorithm, TokenLifetimes,
};
use rollcall_core::time::Span;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Stored {
    grant_types: Vec<String>,
    token_endpoint_auth_method: Option<String>,
    introspection_endpoint_auth_method: Option<String>,
    revocation_endpoint_auth_method: Option<String>,
    access_token_ms: i64,
    id_token_ms: i64,
    refresh_token_ms: i64,
    authorization_code_ms: i64,
    refresh_token_retry_window_ms: i64,
    skip_consent: bool,
    require_pkce: bool,
    // Later than the first stores: absent there.
    #[serde(default)]
    signing_algorithm: Option<String>,
    #[serde(default)]
    backchannel_logout_session_required: bool,
}

/// The stored form.
pub(super) fn to_text(settings: &OauthSettings) -> crate::sql::Result<String> {
    let method = |method: Option<ClientAuthMethod>| method.map(|m| m.as_str().to_owned());
    let grants = settings.grant_types.iter();
    let lifetimes = settings.lifetimes;
    to_json(&Stored {
        grant_types: grants.map(|grant| grant.as_str().to_owned()).collect(),
        token_endpoint_auth_method: method(settings.token_endpoint_auth_method),
        introspection_endpoint_auth_method: method(settings.introspection_endpoint_auth_method),
        revocation_endpoint_auth_method: method(settings.revocation_endpoint_auth_method),
        access_token_ms: lifetimes.access_token.as_millis(),
        id_token_ms: lifetimes.id_token.as_millis(),
        refresh_token_ms: lifetimes.refresh_token.as_millis(),
        authorization_code_ms: lifetimes.authorization_code.as_millis(),
        refresh_token_retry_window_ms: lifetimes.refresh_token_retry_window.as_millis(),
        skip_consent: settings.skip_consent,
        require_pkce: settings.require_pkce,
        signing_algorithm: Some(settings.signing_algorithm.as_str().to_owned()),
        backchannel_logout_session_required: settings.backchannel_logout_session_required,
    })
}

/// The settings of a stored form; none if nothing of ours wrote it.
pub(super) fn from_text(text: &str) -> Option<OauthSettings> {
    let stored: Stored = serde_json::from_str(text).ok()?;
    Some(OauthSettings {
        grant_types: all_named(&stored.grant_types, GrantType::from_name)?,
        token_endpoint_auth_method: method(stored.token_endpoint_auth_method.as_deref())?,
        introspection_endpoint_auth_method: method(
            stored.introspection_endpoint_auth_method.as_deref(),
        )?,
        revocation_endpoint_auth_method: method(stored.revocation_endpoint_auth_method.as_deref())?,
        lifetimes: TokenLifetimes {
            access_token: Span::from_millis(stored.access_token_ms),
            id_token: Span::from_millis(stored.id_token_ms),
            refresh_token: Span::from_millis(stored.refresh_token_ms),
            authorization_code: Span::from_millis(stored.authorization_code_ms),
            refresh_token_retry_window: Span::from_millis(stored.refresh_token_retry_window_ms),
        },
        skip_consent: stored.skip_consent,
        require_pkce: stored.require_pkce,
        signing_algorithm: match stored.signing_algorithm {
            Some(name) => SigningAlgorithm::from_name(&name)?,
            None => SigningAlgorithm::Rs256,
        },
        // A column of its own.
        backchannel_logout_uri: None,
        backchannel_logout_session_required: stored.backchannel_logout_session_required,
    })
}

/// The outer option: whether the text is readable. The inner one: whether a
/// method was chosen.
#[expect(clippy::option_option, reason = "two questions, as said above")]
fn method(name: Option<&str>) -> Option<Option<ClientAuthMethod>> {
    match name {
        None => Some(None),
        Some(name) => ClientAuthMethod::from_name(name).map(Some),
    }
}
