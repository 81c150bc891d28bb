//! Payloads of the tokens that the server signs. Instants are seconds since
//! the Unix epoch (`NumericDate`, RFC 7519 section 2).

use serde::{Deserialize, Serialize};

/// `aud`: one string or a list of them (RFC 7519 section 4.1.3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Audience {
    /// One recipient; what we write.
    One(String),
    /// Several recipients.
    Many(Vec<String>),
}

impl Audience {
    /// Whether the recipient is among them.
    pub fn contains(&self, recipient: &str) -> bool {
        match self {
            Self::One(one) => one == recipient,
            Self::Many(many) => many.iter().any(|one| one == recipient),
        }
    }
}

/// Payload of an ID token (OIDC Core section 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IdTokenClaims {
    /// Issuer.
    pub iss: String,
    /// The user's id.
    pub sub: String,
    /// The client.
    pub aud: Audience,
    /// Expiry.
    pub exp: i64,
    /// Issue instant.
    pub iat: i64,
    /// When the person last proved who they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// The authorization request's nonce.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// Authentication context class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// Authentication methods (RFC 8176).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amr: Option<Vec<String>>,
    /// The login (OIDC Back-Channel Logout section 2.1); another one in each
    /// application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Half of the access token's hash (OIDC Core section 3.1.3.6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// Token id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
}

/// `typ` of a logout token's JOSE header (OIDC Back-Channel Logout section 2.4).
pub const LOGOUT_TOKEN_TYPE: &str = "logout+jwt";

/// Payload of a logout token (OIDC Back-Channel Logout section 2.4). It has no
/// nonce, so that it can never pass for an ID token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogoutTokenClaims {
    /// Issuer.
    pub iss: String,
    /// The user's id.
    pub sub: String,
    /// The client.
    pub aud: Audience,
    /// Issue instant.
    pub iat: i64,
    /// Expiry.
    pub exp: i64,
    /// Unique id of this token.
    pub jti: String,
    /// What happened.
    pub events: LogoutEvents,
    /// The login that ended.
    pub sid: String,
}

/// `events` of a logout token: one, without a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogoutEvents {
    /// The event.
    #[serde(rename = "http://schemas.openid.net/event/backchannel-logout")]
    pub backchannel_logout: LogoutEvent,
}

/// The empty object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogoutEvent {}

/// `typ` of an access token's JOSE header (RFC 9068 section 2.1).
pub const ACCESS_TOKEN_TYPE: &str = "at+jwt";

/// Payload of an access token (RFC 9068 section 2.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccessTokenClaims {
    /// Issuer.
    pub iss: String,
    /// The user's id, or the client's for `client_credentials`.
    pub sub: String,
    /// The client.
    pub aud: Audience,
    /// Expiry.
    pub exp: i64,
    /// Issue instant.
    pub iat: i64,
    /// Token id.
    pub jti: String,
    /// The client that it was issued to.
    pub client_id: String,
    /// Scopes, separated by spaces (section 2.2.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// When the person last proved who they are (section 2.2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// Authentication context class (section 2.2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// Authentication methods (section 2.2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amr: Option<Vec<String>>,
    /// The login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_is_a_string_or_a_list() {
        let one: Audience = serde_json::from_str(r#""a""#).unwrap();
        let many: Audience = serde_json::from_str(r#"["a","b"]"#).unwrap();
        assert!(one.contains("a") && !one.contains("b"));
        assert!(many.contains("b") && !many.contains("c"));
        assert_eq!(serde_json::to_string(&one).unwrap(), r#""a""#);
    }
}
