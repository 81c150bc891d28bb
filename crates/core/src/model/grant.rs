//! Grants: the tokens that an application holds for a login.

use crate::ids::{ApplicationId, GrantId, LoginId};
use crate::time::Timestamp;

/// A grant as stored. Access tokens are not stored: each carries its grant and
/// its number, and the grant knows the newest number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Grant {
    /// Its id.
    pub id: GrantId,
    /// The login that it belongs to and dies with.
    pub login: LoginId,
    /// The application that holds it.
    pub application: ApplicationId,
    /// Granted scopes, space-separated.
    pub scope: String,
    /// How the person proved to be there (RFC 8176 `amr` values).
    pub authentication_methods: Vec<String>,
    /// When the person proved to be there, as of this grant: the `auth_time` of
    /// all its tokens (OIDC Core, section 12.2). The session's may be later.
    pub authenticated_at: Timestamp,
    /// The number of the newest access token.
    pub newest_token: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What an access token says of itself: `jti` is `<grant>.<number>`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TokenNumber {
    /// The grant.
    pub grant: GrantId,
    /// The number, from 1.
    pub number: i64,
}

impl std::fmt::Display for TokenNumber {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.grant, self.number)
    }
}

impl std::str::FromStr for TokenNumber {
    type Err = crate::ids::InvalidId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (grant, number) = text.split_once('.').ok_or(crate::ids::InvalidId)?;
        let number = number.parse().map_err(|_| crate::ids::InvalidId)?;
        Ok(Self {
            grant: grant.parse()?,
            number,
        })
    }
}

/// `amr` of a password (RFC 8176, section 2).
pub const PASSWORD_METHOD: &str = "pwd";

/// The scope value that asks for a refresh token (OIDC Core, section 11).
pub const OFFLINE_ACCESS: &str = "offline_access";

/// Scopes that this server grants; others are dropped (RFC 6749, section 3.3).
pub const SUPPORTED_SCOPES: &[&str] = &[
    "openid",
    OFFLINE_ACCESS,
    "profile",
    "email",
    "phone",
    "address",
    "username",
    "external_id",
];

/// The supported ones among the requested scopes, each once, in order.
pub fn granted_scope(requested: &str) -> String {
    let mut granted: Vec<&str> = Vec::new();
    for scope in requested.split_ascii_whitespace() {
        if SUPPORTED_SCOPES.contains(&scope) && !granted.contains(&scope) {
            granted.push(scope);
        }
    }
    granted.join(" ")
}

/// Whether a space-separated scope has this value.
pub fn has_scope(scope: &str, value: &str) -> bool {
    scope.split_ascii_whitespace().any(|part| part == value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_and_repeated_scopes_are_dropped() {
        assert_eq!(granted_scope("openid role openid  email"), "openid email");
        assert!(has_scope("openid email", "email"));
        assert!(!has_scope("openid emails", "email"));
    }

    #[test]
    fn a_token_number_reads_back() {
        let number = TokenNumber {
            grant: GrantId::from_bytes([7; 16]),
            number: 12,
        };
        assert_eq!(number.to_string().parse(), Ok(number));
        assert!("x.1".parse::<TokenNumber>().is_err());
    }
}
