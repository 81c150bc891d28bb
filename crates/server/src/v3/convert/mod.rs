//! Wire types to domain types and back, by hand: a change of one of them is
//! decided here and not by a derive.

pub(crate) mod application;
pub(crate) mod application_change;
pub(crate) mod audit;
pub(crate) mod branding_config;
pub(crate) mod device;
pub(crate) mod ext_idp;
pub(crate) mod identity;
pub(crate) mod login;
pub(crate) mod login_config;
pub(crate) mod logout_delivery;
pub(crate) mod names;
pub(crate) mod new_user;
pub(crate) mod oidc_config;
pub(crate) mod own_profile;
pub(crate) mod page;
pub(crate) mod security_settings;
pub(crate) mod session_policy;
pub(crate) mod sign_up;
pub(crate) mod signing_key;
pub(crate) mod unsupported;
pub(crate) mod user;
pub(crate) mod user_action;
pub(crate) mod user_agent;
pub(crate) mod user_change;
pub(crate) mod user_filter;
pub(crate) mod user_list;
pub(crate) mod user_reference;

use rollcall_wire::v3::JsonObject;
use serde_json::Value;

/// An object of a caller's as the text in which it is kept.
fn object_text(object: JsonObject) -> String {
    Value::Object(object).to_string()
}

/// A kept object. What is kept was an object when it came in.
fn object(text: &str) -> JsonObject {
    serde_json::from_str(text).unwrap_or_default()
}

/// An instant as V3 bodies carry it.
fn instant(at: rollcall_core::time::Timestamp) -> rollcall_wire::time::Timestamp {
    rollcall_wire::time::Timestamp::from_millis(at.as_millis())
}
