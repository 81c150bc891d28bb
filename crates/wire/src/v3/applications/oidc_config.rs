//! An application's OIDC settings.

use serde::{Deserialize, Serialize};

use crate::v3::{JsonObject, Whole};

/// The members of `oidcConfig` that have a meaning here. The contract leaves
/// the object free-form; these are OIDC's registered client metadata under
/// their own names (IANA registry "OAuth Dynamic Client Registration
/// Metadata"), and settings of ours. Lifetimes are in seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OidcConfig {
    /// Grants that the application may use (RFC 7591 section 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_types: Option<Vec<String>>,
    /// How it authenticates at the token endpoint (RFC 7591 section 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_endpoint_auth_method: Option<String>,
    /// How it authenticates at the introspection endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub introspection_endpoint_auth_method: Option<String>,
    /// How it authenticates at the revocation endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation_endpoint_auth_method: Option<String>,
    /// JWS algorithm of its ID tokens (OIDC Registration section 2); RS256 if
    /// absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<String>,
    /// Where it is told of logouts (OIDC Back-Channel Logout section 2.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
    /// Whether that message must carry `sid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_session_required: Option<bool>,
    /// What the browser loads on logout (OIDC Front-Channel Logout section 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_uri: Option<String>,
    /// Whether that URI gets `iss` and `sid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frontchannel_logout_session_required: Option<bool>,
    /// Whether authorization requests must be pushed (RFC 9126 section 6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_pushed_authorization_requests: Option<bool>,
    /// Whether access tokens must be bound by `DPoP` (RFC 9449 section 5.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dpop_bound_access_tokens: Option<bool>,
    /// Its public keys (RFC 7591 section 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks: Option<JsonObject>,
    /// Where its public keys are (RFC 7591 section 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jwks_uri: Option<String>,
    /// Where a sign-in that others start begins (OIDC Core section 4).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initiate_login_uri: Option<String>,
    /// Whether people are not asked for consent; true if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skip_consent: Option<bool>,
    /// Whether authorization requests need PKCE (RFC 7636); true if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_pkce: Option<bool>,
    /// Life of access tokens in seconds; 7200 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token_expire: Option<Whole>,
    /// Life of ID tokens in seconds; 3600 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_expire: Option<Whole>,
    /// Life of refresh tokens in seconds; 30 days if absent, never past the
    /// login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_expire: Option<Whole>,
    /// Life of authorization codes in seconds; 60 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization_code_expire: Option<Whole>,
    /// Seconds (0 to 60) in which a rotated refresh token may be tried again;
    /// 0 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_retry_window: Option<Whole>,
}

impl OidcConfig {
    /// The names of all members. A server answers 501 for a member that is not
    /// among them, rather than to store and ignore it.
    pub const MEMBERS: &'static [&'static str] = &[
        "grant_types",
        "token_endpoint_auth_method",
        "introspection_endpoint_auth_method",
        "revocation_endpoint_auth_method",
        "id_token_signed_response_alg",
        "backchannel_logout_uri",
        "backchannel_logout_session_required",
        "frontchannel_logout_uri",
        "frontchannel_logout_session_required",
        "require_pushed_authorization_requests",
        "dpop_bound_access_tokens",
        "jwks",
        "jwks_uri",
        "initiate_login_uri",
        "skip_consent",
        "require_pkce",
        "access_token_expire",
        "id_token_expire",
        "refresh_token_expire",
        "authorization_code_expire",
        "refresh_token_retry_window",
    ];

    /// Reads the members out of a free-form `oidcConfig`, ignoring others.
    pub fn from_map(map: &JsonObject) -> Result<Self, serde_json::Error> {
        Self::deserialize(map)
    }

    /// The free-form object, without absent members.
    pub fn to_map(&self) -> Result<JsonObject, serde_json::Error> {
        serde_json::to_value(self).and_then(serde_json::from_value)
    }

    /// The members of a free-form `oidcConfig` that have no meaning here.
    pub fn unknown_members(map: &JsonObject) -> impl Iterator<Item = &str> {
        map.keys()
            .map(String::as_str)
            .filter(|name| !Self::MEMBERS.contains(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_knows_and_names_the_rest() {
        let map: JsonObject = serde_json::from_str(
            r#"{"access_token_expire":60.0,"require_pkce":null,"colour":1,"jwks":{"keys":[]}}"#,
        )
        .unwrap();
        let config = OidcConfig::from_map(&map).unwrap();
        assert_eq!(config.access_token_expire, Some(Whole::from_u32(60)));
        assert_eq!(config.require_pkce, None);
        assert_eq!(
            OidcConfig::unknown_members(&map).collect::<Vec<_>>(),
            ["colour"]
        );
        assert_eq!(
            OidcConfig::from_map(&config.to_map().unwrap()).unwrap(),
            config
        );

        let wrong: JsonObject = serde_json::from_str(r#"{"skip_consent":"yes"}"#).unwrap();
        assert!(OidcConfig::from_map(&wrong).is_err());
    }

    #[test]
    fn the_list_of_members_is_complete() {
        // One wrong type for all: a member that is known refuses it.
        for name in OidcConfig::MEMBERS {
            let map = JsonObject::from_iter([((*name).to_owned(), serde_json::json!(-1.5))]);
            assert!(OidcConfig::from_map(&map).is_err(), "{name}");
        }
        assert_eq!(OidcConfig::MEMBERS.len(), 21);
    }
}
