//! `/oidc/token`.

use serde::{Deserialize, Serialize};

use crate::v3::{SecretText, Whole};

/// Form of a token request (schema `TokenEndPointParams`; RFC 6749 section
/// 4.1.3, section 4.4.2 and section 6; RFC 7636 section 4.5). Client
/// credentials may stand here (`client_secret_post`) or in `Authorization`.
///
/// Every member is optional, since what is missing must be answered as an
/// [`OAuthError`]. A parameter that is repeated is an error (section 3.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenRequest {
    /// Which grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_type: Option<String>,
    /// The client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Its secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<SecretText>,
    /// `authorization_code`: the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<SecretText>,
    /// `authorization_code`: the redirect URI of the authorization request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// `authorization_code`: PKCE verifier, 43 to 128 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code_verifier: Option<SecretText>,
    /// `refresh_token`: the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<SecretText>,
    /// Scopes, separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// A successful token answer (RFC 6749 section 5.1, OIDC Core section 3.1.3.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenResponse {
    /// Access token.
    pub access_token: SecretText,
    /// `Bearer`.
    pub token_type: String,
    /// Seconds until the access token expires.
    pub expires_in: Whole,
    /// The same, as schema `LoginTokenResponseDataDto` spells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expire_in: Option<Whole>,
    /// ID token, with scope `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<SecretText>,
    /// Refresh token, with scope `offline_access`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<SecretText>,
    /// Scopes that were granted, separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// A failure under `/oidc` (RFC 6749 section 5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[error("{error}: {}", error_description.as_deref().unwrap_or("no description"))]
pub struct OAuthError {
    /// The error's code, such as `invalid_grant`.
    pub error: String,
    /// Text for developers; printable ASCII without `"` and `\`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

impl OAuthError {
    /// A failure with a description. Characters that RFC 6749 section 5.2 does
    /// not allow in it become `?`.
    pub fn new(error: impl Into<String>, description: &str) -> Self {
        let allowed = |character: char| {
            matches!(character, ' '..='~') && character != '"' && character != '\\'
        };
        Self {
            error: error.into(),
            error_description: Some(
                description
                    .chars()
                    .map(|character| if allowed(character) { character } else { '?' })
                    .collect(),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_request_is_a_form() {
        let request: TokenRequest =
            serde_html_form::from_str("grant_type=authorization_code&code=c&x=1").unwrap();
        assert_eq!(request.grant_type.as_deref(), Some("authorization_code"));
        assert_eq!(request.code.unwrap().as_str(), "c");
        assert_eq!(request.client_secret, None);
        assert!(serde_html_form::from_str::<TokenRequest>("code=c&code=d").is_err());
    }

    #[test]
    fn a_description_has_no_forbidden_character() {
        let error = OAuthError::new("invalid_request", "\"é\\\n ok~");
        assert_eq!(
            serde_json::to_string(&error).unwrap(),
            r#"{"error":"invalid_request","error_description":"???? ok~"}"#
        );
        assert_eq!(error.to_string(), "invalid_request: ???? ok~");
    }
}
