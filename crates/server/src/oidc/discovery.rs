//! `GET /oidc/.well-known/openid-configuration`, and the same at the place of
//! RFC 8414 section 3.1.

use super::authorize::{PROMPTS, ResponseMode};
use super::claims::CLAIMS;
use super::respond::OAuthResult;
use super::token::GRANTS;
use crate::state::AppState;
use crate::tokens::ONE_FACTOR;
use rollcall_core::Refusal;
use rollcall_core::model::application::{ClientAuthMethod, SigningAlgorithm};
use rollcall_core::model::grant::SUPPORTED_SCOPES;
use rollcall_wire::oidc::discovery::OidcDiscoveryMetadata;
use rollcall_wire::v3::Language;
use serde_json::{Map, Value};

/// RFC 8414 section 3.1 inserts its well-known path before the issuer's own,
/// where OIDC Discovery section 4 appends it.
pub(crate) const OAUTH_METADATA: &str = "/.well-known/oauth-authorization-server/oidc";

/// What this server can do.
pub(crate) fn discovery(app: &AppState) -> OAuthResult<Map<String, Value>> {
    without_empty_arrays(&metadata(app.tokens.issuer()))
}

/// RFC 8414 section 3.2: members with zero elements must be omitted. The
/// published schema requires five of them all the same (encryption and signed
/// userinfo); a document that OpenID's own check refuses would help nobody.
fn without_empty_arrays(metadata: &OidcDiscoveryMetadata) -> OAuthResult<Map<String, Value>> {
    let Ok(Value::Object(mut members)) = serde_json::to_value(metadata) else {
        return Err(Refusal::Fault.into());
    };
    members.retain(|_, value| value.as_array().is_none_or(|array| !array.is_empty()));
    Ok(members)
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn metadata(issuer: &str) -> OidcDiscoveryMetadata {
    let methods: Vec<&str> = ClientAuthMethod::ALL
        .iter()
        .map(|method| method.as_str())
        .collect();
    let algorithms: Vec<&str> = SigningAlgorithm::ALL
        .iter()
        .map(|algorithm| algorithm.as_str())
        .collect();
    // Who shows no secret is told of no token.
    let mut with_secret = methods.clone();
    with_secret.retain(|method| *method != ClientAuthMethod::None.as_str());
    let modes: Vec<&str> = ResponseMode::NAMES.iter().map(|(name, _)| *name).collect();
    let languages: Vec<&str> = Language::ALL
        .iter()
        .map(|language| language.as_str())
        .collect();
    OidcDiscoveryMetadata {
        issuer: issuer.to_owned(),
        authorization_endpoint: format!("{issuer}/auth"),
        token_endpoint: format!("{issuer}/token"),
        userinfo_endpoint: format!("{issuer}/me"),
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        end_session_endpoint: format!("{issuer}/session/end"),
        introspection_endpoint: format!("{issuer}/token/introspection"),
        revocation_endpoint: format!("{issuer}/token/revocation"),
        scopes_supported: owned(SUPPORTED_SCOPES),
        response_types_supported: owned(&["code"]),
        response_modes_supported: owned(&modes),
        grant_types_supported: owned(GRANTS),
        id_token_signing_alg_values_supported: owned(&algorithms),
        token_endpoint_auth_methods_supported: owned(&methods),
        introspection_endpoint_auth_methods_supported: owned(&with_secret),
        revocation_endpoint_auth_methods_supported: owned(&methods),
        claim_types_supported: owned(&["normal"]),
        claims_supported: owned(CLAIMS),
        code_challenge_methods_supported: owned(&["S256"]),
        subject_types_supported: owned(&["public"]),
        acr_values_supported: Some(owned(&[ONE_FACTOR])),
        prompt_values_supported: Some(owned(PROMPTS)),
        // The others are taken, and shown the same page.
        display_values_supported: Some(owned(&["page"])),
        ui_locales_supported: Some(owned(&languages)),
        authorization_response_iss_parameter_supported: Some(true),
        backchannel_logout_supported: Some(true),
        backchannel_logout_session_supported: Some(true),
        claims_parameter_supported: Some(false),
        request_parameter_supported: Some(false),
        // OIDC Discovery section 3: absent would mean true.
        request_uri_parameter_supported: Some(false),
        ..OidcDiscoveryMetadata::default()
    }
}
