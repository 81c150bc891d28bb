//! Limits of sessions and logins.

use serde::{Deserialize, Serialize};

use crate::v3::Whole;
use crate::v3::string_enum::string_enum;

/// Limits of an application's logins, or of a pool's sessions. Ours, not in the
/// contract. An absent member stays as it is; an application may only shorten the
/// pool's limits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SessionPolicyDto {
    /// Seconds without activity after which a login or session ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_timeout: Option<Whole>,
    /// Seconds after its begin at which it ends in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_lifetime: Option<Whole>,
    /// How many live logins one user may have in the application, or live sessions
    /// in the pool; 0 takes the limit away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_sessions_per_user: Option<Whole>,
    /// What happens to a sign-in above that number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_limit_action: Option<SessionLimitAction>,
}

string_enum! {
    /// What happens to a sign-in above the limit.
    pub enum SessionLimitAction {
        /// It is refused.
        Refuse = "refuse",
        /// What began first ends, with reason `replaced`.
        EndOldest = "end_oldest",
    }
}
