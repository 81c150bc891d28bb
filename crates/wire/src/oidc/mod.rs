//! Bodies and claims of the endpoints under `/oidc`, which follow their RFCs:
//! HTTP status codes decide, and failures are [`token::OAuthError`].

pub mod claims;
pub mod discovery;
pub mod introspection;
pub mod jwks;
pub mod token;
pub mod userinfo;
