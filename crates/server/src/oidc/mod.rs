//! The endpoints under `/oidc`, which follow their RFCs: HTTP status codes, and
//! failures as RFC 6749 section 5.2 has them.

mod authorization_code;
pub(crate) mod authorize;
mod claims;
mod client_credentials;
pub(crate) mod discovery;
pub(crate) mod end_session;
mod endpoint;
pub(crate) mod form;
pub(crate) mod introspect_token;
pub(crate) mod issue;
pub(crate) mod jwks;
pub(crate) mod logo;
pub(crate) mod parameters;
mod presented;
mod refresh_grant;
pub(crate) mod respond;
pub(crate) mod revoke_token;
mod scope;
pub(crate) mod token;
pub(crate) mod user_info;

pub(crate) use endpoint::{anyone, browser, client, image, not_built, person};
