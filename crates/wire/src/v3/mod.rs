//! The V3 API: JSON over HTTP where the body decides.
//!
//! Conventions of every request type: `null` is absent, unknown members are
//! ignored, and a value outside of an enumeration is an error. Required
//! members are plain types, optional ones `Option`; [`Request::REQUIRED`]
//! names the required ones, so that a server can report all that are missing.

mod string_enum;

pub mod access_keys;
pub mod api_code;
pub mod applications;
pub mod authentication;
pub mod envelope;
pub mod ext_idps;
pub mod headers;
pub mod identities;
pub mod language;
pub mod logout_deliveries;
pub mod logs;
pub mod management_token;
pub mod my_account;
pub mod number;
pub mod pagination;
pub mod paths;
pub mod query;
pub mod request;
pub mod row_result;
pub mod secret;
pub mod security_settings;
pub mod sessions;
pub mod sign_up;
pub mod signature;
pub mod signing_keys;
pub mod status_code;
pub mod success;
pub mod system;
pub mod user_pools;
pub mod users;
pub mod webhooks;

pub use api_code::ApiCode;
pub use envelope::{Envelope, NoData};
pub use headers::HeaderFamily;
pub use language::Language;
pub use number::Whole;
pub use pagination::PaginationDto;
pub use request::Request;
pub use row_result::RowResultDto;
pub use secret::SecretText;
pub use status_code::StatusCode;
pub use users::UserIdType;

/// A free-form JSON object (`type: object` without properties in the contract).
pub type JsonObject = serde_json::Map<String, serde_json::Value>;
