//! What calls take and answer: the types of the V3 API, under the names of its
//! published schemas, and those of the standard protocols.
//!
//! Requests are made with what they need and `..Default::default()`:
//!
//! ```
//! use rollcall_client::types::KickUsersDto;
//!
//! let request = KickUsersDto {
//!     user_id: "6a0000000000000000000001".to_owned(),
//!     app_ids: vec!["6a0000000000000000000002".to_owned()],
//!     ..Default::default()
//! };
//! ```
//!
//! A minor version may give them further optional members. So write the `..`, also
//! in patterns, and make no answer of your own: then such a version changes nothing
//! for you.
//!
//! An absent member is `None`; it is not sent. Numbers are [`Whole`], instants
//! [`Timestamp`], and secrets [`SecretText`], which no `Debug` shows.

pub use rollcall_wire::oidc::claims::{Audience, IdTokenClaims};
pub use rollcall_wire::oidc::introspection::IntrospectionResponse;
pub use rollcall_wire::oidc::token::TokenResponse;
pub use rollcall_wire::oidc::userinfo::{AddressClaim, UserinfoClaims};
pub use rollcall_wire::time::Timestamp;
pub use rollcall_wire::v3::access_keys::*;
pub use rollcall_wire::v3::applications::*;
pub use rollcall_wire::v3::authentication::*;
pub use rollcall_wire::v3::ext_idps::*;
pub use rollcall_wire::v3::identities::*;
pub use rollcall_wire::v3::logout_deliveries::*;
pub use rollcall_wire::v3::logs::*;
pub use rollcall_wire::v3::my_account::*;
pub use rollcall_wire::v3::security_settings::*;
pub use rollcall_wire::v3::sessions::*;
pub use rollcall_wire::v3::sign_up::*;
pub use rollcall_wire::v3::signing_keys::*;
pub use rollcall_wire::v3::system::*;
pub use rollcall_wire::v3::user_pools::*;
pub use rollcall_wire::v3::users::*;
pub use rollcall_wire::v3::webhooks::*;
pub use rollcall_wire::v3::{JsonObject, PaginationDto, RowResultDto, SecretText, Whole};
