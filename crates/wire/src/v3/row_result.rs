//! What became of each row of a bulk change. Ours, beside the contract's `data`.

use serde::{Deserialize, Serialize};

use super::Whole;

/// What became of a row: the same words as of a call of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RowResultDto {
    /// Which row of the call, counted from 0.
    pub index: Whole,
    /// 200, or why it changed nothing.
    pub status_code: u16,
    /// Text for people, in the language of the request.
    pub message: String,
    /// The finer reason, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_code: Option<u32>,
    /// The user of a row that was carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}
