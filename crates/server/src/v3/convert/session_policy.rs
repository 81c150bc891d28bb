//! An application's session policy.

use super::page::{signed, whole};
use rollcall_core::model::policy::{
    ConcurrencyChange, ConcurrencyLimit, LimitAction, SessionPolicy,
};
use rollcall_core::time::Span;
use rollcall_wire::v3::Whole;
use rollcall_wire::v3::applications::{SessionLimitAction, SessionPolicyDto};

/// The time limits that a body asks for.
pub(crate) fn session_policy(dto: Option<&SessionPolicyDto>) -> SessionPolicy {
    let Some(dto) = dto else {
        return SessionPolicy::default();
    };
    SessionPolicy {
        idle_timeout: dto.idle_timeout.map(seconds),
        max_lifetime: dto.max_lifetime.map(seconds),
    }
}

/// The number of sessions that a body asks for; 0 takes the limit away.
pub(crate) fn session_limit(dto: Option<&SessionPolicyDto>) -> ConcurrencyChange {
    let Some(dto) = dto else {
        return ConcurrencyChange::default();
    };
    ConcurrencyChange {
        // Too large a number is refused with those above the limit.
        max: dto
            .max_sessions_per_user
            .map(|max| u32::try_from(signed(max)).unwrap_or(u32::MAX)),
        action: dto.session_limit_action.map(|action| match action {
            SessionLimitAction::Refuse => LimitAction::Refuse,
            SessionLimitAction::EndOldest => LimitAction::EndOldest,
        }),
    }
}

/// What the application asks for itself; absent members follow the pool.
pub(crate) fn session_policy_dto(
    policy: SessionPolicy,
    limit: ConcurrencyLimit,
) -> SessionPolicyDto {
    SessionPolicyDto {
        idle_timeout: policy.idle_timeout.map(whole_seconds),
        max_lifetime: policy.max_lifetime.map(whole_seconds),
        max_sessions_per_user: limit.max.map(Whole::from_u32),
        session_limit_action: limit.max.map(|_| match limit.action {
            LimitAction::Refuse => SessionLimitAction::Refuse,
            LimitAction::EndOldest => SessionLimitAction::EndOldest,
        }),
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
