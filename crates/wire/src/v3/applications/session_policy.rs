//! Limits of logins.

use serde::{Deserialize, Serialize};

use crate::v3::Whole;
use crate::v3::string_enum::string_enum;

/// Limits of an application's logins. Ours, not in the contract. An absent
/// member stays as it is; an application may only shorten the pool's limits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionPolicyDto {
    /// Seconds without activity after which a login ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_timeout: Option<Whole>,
    /// Seconds after its begin at which a login ends in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_lifetime: Option<Whole>,
    /// How many live logins one user may have in the application.
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
        /// The login that began first ends, with reason `replaced`.
        EndOldest = "end_oldest",
    }
}
