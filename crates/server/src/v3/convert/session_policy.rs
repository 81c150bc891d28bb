//! An application's session policy.

use super::page::{signed, whole};
use rollcall_core::Refusal;
use rollcall_core::model::policy::SessionPolicy;
use rollcall_core::time::Span;
use rollcall_wire::v3::Whole;
use rollcall_wire::v3::applications::SessionPolicyDto;

/// The policy that a body asks for. The number of sessions is not limited yet.
pub(crate) fn session_policy(dto: Option<SessionPolicyDto>) -> Result<SessionPolicy, Refusal> {
    let dto = dto.unwrap_or_default();
    if dto.max_sessions_per_user.is_some() {
        return Err(Refusal::NotSupported("maxSessionsPerUser"));
    }
    if dto.session_limit_action.is_some() {
        return Err(Refusal::NotSupported("sessionLimitAction"));
    }
    Ok(SessionPolicy {
        idle_timeout: dto.idle_timeout.map(seconds),
        max_lifetime: dto.max_lifetime.map(seconds),
    })
}

/// What the application asks for itself; absent members follow the pool.
pub(crate) fn session_policy_dto(policy: SessionPolicy) -> SessionPolicyDto {
    SessionPolicyDto {
        idle_timeout: policy.idle_timeout.map(whole_seconds),
        max_lifetime: policy.max_lifetime.map(whole_seconds),
        max_sessions_per_user: None,
        session_limit_action: None,
    }
}

/// A lifetime in seconds.
pub(super) fn seconds(number: Whole) -> Span {
    Span::from_seconds(signed(number))
}

/// A lifetime in whole seconds.
pub(super) fn whole_seconds(span: Span) -> Whole {
    whole(u64::try_from(span.as_seconds()).unwrap_or_default())
}
