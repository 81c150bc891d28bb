//! The ledger of back-channel logout. Ours, in the style of the contract.

use serde::{Deserialize, Serialize};

use super::string_enum::string_enum;
use super::{Request, UserIdType, Whole};
use crate::time::Timestamp;

string_enum! {
    /// How a delivery stands.
    pub enum LogoutDeliveryStatus {
        Waiting = "waiting",
        Confirmed = "confirmed",
        GivenUp = "given_up",
    }
}

/// Body of `list-logout-deliveries`. All of it may be absent: then the whole ledger
/// is listed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListLogoutDeliveriesDto {
    /// Only the ends of this user's logins: an identifier of the kind that
    /// `userIdType` says, up to 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// What kind of identifier the user is named by; `user_id` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id_type: Option<UserIdType>,
    /// Options; all have defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<ListLogoutDeliveriesOptionsDto>,
    /// Only what this application is owed, 24 hex digits. It may be deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// Only what stands like this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<LogoutDeliveryStatus>,
    /// Page number from 1; 1 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<Whole>,
    /// Entries per page, 1 to 50; 10 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Whole>,
}

impl Request for ListLogoutDeliveriesDto {
    const REQUIRED: &'static [&'static str] = &[];
}

/// Options of [`ListLogoutDeliveriesDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListLogoutDeliveriesOptionsDto {
    /// The same as at the top level; both given and differing is an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id_type: Option<UserIdType>,
}

/// A page of the ledger, the end that was recorded last first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LogoutDeliveryPagingDto {
    /// How many entries there are in all.
    pub total_count: Whole,
    /// The entries of this page.
    pub list: Vec<LogoutDeliveryDto>,
}

/// One end that an application had to be told of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LogoutDeliveryDto {
    /// The login that ended: `sid` of the application's tokens, 32 hex digits.
    pub sid: String,
    /// Its session, 32 hex digits.
    pub device_id: String,
    /// The user, 24 hex digits.
    pub user_id: String,
    /// The application, 24 hex digits.
    pub app_id: String,
    /// Why the login ended.
    pub reason: String,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Where the last attempt went, or the first one will go.
    pub uri: String,
    /// How it stands.
    pub status: LogoutDeliveryStatus,
    /// The attempts, the first one first.
    pub attempts: Vec<LogoutAttemptDto>,
    /// While it waits: when it is tried next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<Timestamp>,
    /// When it was confirmed or given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
}

/// One attempt to tell an application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LogoutAttemptDto {
    /// Its number, from 1.
    pub number: Whole,
    /// When it began.
    pub at: Timestamp,
    /// `confirmed`, `unavailable` (408, 429, 5xx), `rejected` (any other status), or
    /// why there was no answer.
    pub outcome: String,
    /// The HTTP status, if there was an answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
}
