//! `oidcConfig`: OIDC's registered client metadata, and settings of ours.

use super::session_policy::{seconds, whole_seconds};
use super::unsupported::refuse;
use rollcall_core::Refusal;
use rollcall_core::model::application::{
    Application, ClientAuthMethod, GrantType, OauthChange, SigningAlgorithm, TokenLifetimes,
};
use rollcall_core::refusal::Field;
use rollcall_wire::v3::JsonObject;
use rollcall_wire::v3::applications::OidcConfig;

/// Registered ways for a client to prove itself that are not built (IANA
/// registry "OAuth Token Endpoint Authentication Methods").
const METHODS_NOT_BUILT: &[&str] = &[
    "client_secret_jwt",
    "private_key_jwt",
    "tls_client_auth",
    "self_signed_tls_client_auth",
];

/// Grants of RFC 6749 that are not built; registered extensions have URNs.
const GRANTS_NOT_BUILT: &[&str] = &["implicit", "password"];
const EXTENSION_GRANTS: &str = "urn:ietf:params:oauth:grant-type:";

/// The change that an `oidcConfig` asks for. Members without a meaning here are
/// ignored like every unknown field; those that have one and are not built are
/// refused by name.
pub(crate) fn oauth_change(map: Option<&JsonObject>) -> Result<OauthChange, Refusal> {
    let Some(map) = map else {
        return Ok(OauthChange::default());
    };
    let config = read(map)?;
    refuse_what_is_not_built(&config)?;
    let method =
        |field, name: Option<&String>| name.map(|name| auth_method(field, name)).transpose();
    Ok(OauthChange {
        grant_types: config.grant_types.as_deref().map(grants).transpose()?,
        token_endpoint_auth_method: method(
            "token_endpoint_auth_method",
            config.token_endpoint_auth_method.as_ref(),
        )?,
        introspection_endpoint_auth_method: method(
            "introspection_endpoint_auth_method",
            config.introspection_endpoint_auth_method.as_ref(),
        )?,
        revocation_endpoint_auth_method: method(
            "revocation_endpoint_auth_method",
            config.revocation_endpoint_auth_method.as_ref(),
        )?,
        access_token_lifetime: config.access_token_expire.map(seconds),
        id_token_lifetime: config.id_token_expire.map(seconds),
        refresh_token_lifetime: config.refresh_token_expire.map(seconds),
        authorization_code_lifetime: config.authorization_code_expire.map(seconds),
        refresh_token_retry_window: config.refresh_token_retry_window.map(seconds),
        skip_consent: config.skip_consent,
        require_pkce: config.require_pkce,
        signing_algorithm: match &config.id_token_signed_response_alg {
            Some(name) => Some(algorithm(name)?),
            None => None,
        },
        backchannel_logout_uri: config.backchannel_logout_uri,
        backchannel_logout_session_required: config.backchannel_logout_session_required,
    })
}

/// The settings in force, under their registered names. A method is there where
/// one was chosen or the application's type leaves one alone; without it, both
/// forms of the secret are accepted.
pub(crate) fn oidc_config(application: &Application) -> JsonObject {
    let settings = &application.oauth;
    let public = !application.kind.is_confidential();
    let by_type = public.then_some(ClientAuthMethod::None);
    let at_token = settings.token_endpoint_auth_method.or(by_type);
    let name = |method: Option<ClientAuthMethod>| Some(method.or(at_token)?.as_str().to_owned());
    let TokenLifetimes {
        access_token,
        id_token,
        refresh_token,
        authorization_code,
        refresh_token_retry_window,
    } = settings.lifetimes;
    let grants = settings.grant_types.iter();
    let config = OidcConfig {
        grant_types: Some(grants.map(|grant| grant.as_str().to_owned()).collect()),
        token_endpoint_auth_method: name(None),
        introspection_endpoint_auth_method: name(settings.introspection_endpoint_auth_method),
        revocation_endpoint_auth_method: name(settings.revocation_endpoint_auth_method),
        id_token_signed_response_alg: Some(settings.signing_algorithm.as_str().to_owned()),
        backchannel_logout_uri: settings.backchannel_logout_uri.clone(),
        backchannel_logout_session_required: Some(settings.backchannel_logout_session_required),
        skip_consent: Some(settings.skip_consent),
        require_pkce: Some(settings.require_pkce),
        access_token_expire: Some(whole_seconds(access_token)),
        id_token_expire: Some(whole_seconds(id_token)),
        refresh_token_expire: Some(whole_seconds(refresh_token)),
        authorization_code_expire: Some(whole_seconds(authorization_code)),
        refresh_token_retry_window: Some(whole_seconds(refresh_token_retry_window)),
        ..OidcConfig::default()
    };
    // Texts, numbers and truth values alone: nothing that JSON cannot say.
    config.to_map().unwrap_or_default()
}

/// Reads the members, and where that fails names all that are of a wrong type.
fn read(map: &JsonObject) -> Result<OidcConfig, Refusal> {
    OidcConfig::from_map(map).map_err(|_| {
        let is_wrong = |name: &&Field| {
            let alone = map.get_key_value(**name);
            let alone = alone.map(|(name, value)| (name.clone(), value.clone()));
            OidcConfig::from_map(&alone.into_iter().collect()).is_err()
        };
        let wrong = OidcConfig::MEMBERS.iter().filter(is_wrong);
        Refusal::Invalid(wrong.copied().collect())
    })
}

/// What says the same as leaving it out is no setting: an answer of
/// `get-application` can be sent back.
fn refuse_what_is_not_built(config: &OidcConfig) -> Result<(), Refusal> {
    refuse(&[
        ("frontchannel_logout_uri", &config.frontchannel_logout_uri),
        (
            "frontchannel_logout_session_required",
            &config.frontchannel_logout_session_required,
        ),
        (
            "require_pushed_authorization_requests",
            &config.require_pushed_authorization_requests,
        ),
        ("dpop_bound_access_tokens", &config.dpop_bound_access_tokens),
        ("jwks", &config.jwks),
        ("jwks_uri", &config.jwks_uri),
        ("initiate_login_uri", &config.initiate_login_uri),
    ])
}

/// Algorithms of RFC 7518 and RFC 8037 that are not built; `none` never will be.
const ALGORITHMS_NOT_BUILT: &[&str] = &[
    "HS256", "HS384", "HS512", "RS384", "RS512", "PS256", "PS384", "PS512", "ES384", "ES512",
    "none",
];

fn algorithm(name: &str) -> Result<SigningAlgorithm, Refusal> {
    let field = "id_token_signed_response_alg";
    match SigningAlgorithm::from_name(name) {
        Some(algorithm) => Ok(algorithm),
        None if ALGORITHMS_NOT_BUILT.contains(&name) => Err(Refusal::NotSupported(field)),
        None => Err(Refusal::invalid(field)),
    }
}

fn grants(names: &[String]) -> Result<Vec<GrantType>, Refusal> {
    let grant = |name: &String| {
        GrantType::from_name(name).ok_or_else(|| {
            let registered = name.starts_with(EXTENSION_GRANTS);
            not_built_or_invalid(
                "grant_types",
                registered || GRANTS_NOT_BUILT.contains(&name.as_str()),
            )
        })
    };
    names.iter().map(grant).collect()
}

fn auth_method(field: Field, name: &str) -> Result<ClientAuthMethod, Refusal> {
    ClientAuthMethod::from_name(name)
        .ok_or_else(|| not_built_or_invalid(field, METHODS_NOT_BUILT.contains(&name)))
}

fn not_built_or_invalid(field: Field, not_built: bool) -> Refusal {
    if not_built {
        Refusal::NotSupported(field)
    } else {
        Refusal::invalid(field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn change(config: &serde_json::Value) -> Result<OauthChange, Refusal> {
        oauth_change(config.as_object())
    }

    #[test]
    fn every_member_is_built_or_refused_by_its_name() {
        let asking = json!({
            "frontchannel_logout_uri": "https://a.example/out",
            "frontchannel_logout_session_required": true,
            "require_pushed_authorization_requests": true,
            "dpop_bound_access_tokens": true,
            "jwks": {"keys": []},
            "jwks_uri": "https://a.example/jwks",
            "initiate_login_uri": "https://a.example/login",
        });
        for (name, value) in asking.as_object().unwrap() {
            let refusal = change(&json!({ name: value })).unwrap_err();
            let named = OidcConfig::MEMBERS.iter().find(|member| *member == name);
            assert_eq!(refusal, Refusal::NotSupported(named.unwrap()));
        }
        let built = OidcConfig::MEMBERS.len() - asking.as_object().unwrap().len();
        assert_eq!(built, 14);
    }

    #[test]
    fn what_asks_for_nothing_is_no_setting() {
        let nothing = json!({
            "frontchannel_logout_uri": "",
            "dpop_bound_access_tokens": false,
            "jwks": {},
            "initiate_login_uri": null,
            "response_types": ["code"],
        });
        assert_eq!(change(&nothing), Ok(OauthChange::default()));
        assert_eq!(oauth_change(None), Ok(OauthChange::default()));
    }

    #[test]
    fn an_algorithm_is_built_or_refused_or_none_at_all() {
        let field = "id_token_signed_response_alg";
        for name in ["RS256", "ES256", "EdDSA"] {
            let change = change(&json!({ field: name })).unwrap();
            assert_eq!(change.signing_algorithm, SigningAlgorithm::from_name(name));
        }
        for name in ALGORITHMS_NOT_BUILT {
            let refusal = change(&json!({ field: name }));
            assert_eq!(refusal, Err(Refusal::NotSupported(field)), "{name}");
        }
        for name in ["", "rs256", "ROT13"] {
            let refusal = change(&json!({ field: name }));
            assert_eq!(refusal, Err(Refusal::invalid(field)), "{name}");
        }
    }

    #[test]
    fn all_members_of_a_wrong_type_are_named() {
        let wrong = json!({"skip_consent": "yes", "grant_types": 1, "access_token_expire": -1});
        assert_eq!(
            change(&wrong),
            Err(Refusal::Invalid(vec![
                "grant_types",
                "skip_consent",
                "access_token_expire"
            ]))
        );
    }

    #[test]
    fn a_registered_name_is_not_built_and_any_other_is_wrong() {
        for grant in [
            "password",
            "implicit",
            "urn:ietf:params:oauth:grant-type:device_code",
        ] {
            let refusal = change(&json!({ "grant_types": [grant] }));
            assert_eq!(refusal, Err(Refusal::NotSupported("grant_types")));
        }
        let refusal = change(&json!({"grant_types": ["no-such-grant"]}));
        assert_eq!(refusal, Err(Refusal::invalid("grant_types")));
        let field = "token_endpoint_auth_method";
        let refusal = change(&json!({ field: "private_key_jwt" }));
        assert_eq!(refusal, Err(Refusal::NotSupported(field)));
        let refusal = change(&json!({ field: "no-such-method" }));
        assert_eq!(refusal, Err(Refusal::invalid(field)));
    }
}
