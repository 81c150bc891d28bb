//! `update-security-settings`: changes the limits of a pool's sessions. Shortening
//! them ends in the same commit what has outlived them.

use super::Authority;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::model::policy::is_settable;
use crate::model::pool::{Pool, PoolChange};
use crate::refusal::{Field, Record, Refusal};
use crate::time::Span;

/// What a caller says; absent members stay as they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct UpdateSecuritySettings {
    /// The idle timeout by its name in the contract (`cookieExpiresIn`).
    pub cookie_expires_in: Option<Span>,
    /// Everything else, and the idle timeout by our name.
    pub change: PoolChange,
}

/// Changes the caller's pool.
pub async fn update_security_settings(
    authority: &Authority,
    caller: &ManagementCaller,
    said: UpdateSecuritySettings,
    origin: Origin,
) -> Result<Pool, Refusal> {
    caller.require(Permission::Settings)?;
    let change = checked(said)?;
    let store = &authority.store;
    let pool = store
        .update_pool_settings(caller.pool, change, origin)
        .await?;
    pool.ok_or(Refusal::NotFound(Record::Pool))
}

/// The change, with its idle timeout from wherever it was said.
fn checked(said: UpdateSecuritySettings) -> Result<PoolChange, Refusal> {
    let UpdateSecuritySettings {
        cookie_expires_in,
        change,
    } = said;
    let mut wrong: Vec<Field> = Vec::new();
    for (field, span) in [
        ("cookieExpiresIn", cookie_expires_in),
        ("idleTimeout", change.idle_timeout),
        ("maxLifetime", change.max_lifetime),
    ] {
        if span.is_some_and(|span| !is_settable(span)) {
            wrong.push(field);
        }
    }
    if !change.session_limit.is_settable() {
        wrong.push("maxSessionsPerUser");
    }
    if !wrong.is_empty() {
        return Err(Refusal::Invalid(wrong));
    }
    match (cookie_expires_in, change.idle_timeout) {
        (Some(cookie), Some(idle)) if cookie != idle => {
            Err(Refusal::Invalid(vec!["cookieExpiresIn", "idleTimeout"]))
        }
        (cookie, idle) => Ok(PoolChange {
            idle_timeout: idle.or(cookie),
            ..change
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;
    use crate::model::policy::ConcurrencyChange;

    const HOUR: Span = Span::from_seconds(3_600);

    fn said(cookie: Option<Span>, idle: Option<Span>) -> UpdateSecuritySettings {
        UpdateSecuritySettings {
            cookie_expires_in: cookie,
            change: PoolChange {
                idle_timeout: idle,
                ..PoolChange::default()
            },
        }
    }

    #[test]
    fn the_idle_timeout_has_two_names_and_one_value() {
        for (cookie, idle) in [
            (Some(HOUR), None),
            (None, Some(HOUR)),
            (Some(HOUR), Some(HOUR)),
        ] {
            let change = checked(said(cookie, idle));
            assert_eq!(change.map(|change| change.idle_timeout), Ok(Some(HOUR)));
        }
        let both = Refusal::Invalid(vec!["cookieExpiresIn", "idleTimeout"]);
        let differing = said(Some(HOUR), Some(Span::from_seconds(3_601)));
        assert_eq!(checked(differing), Err(both));
        assert_eq!(checked(said(None, None)), Ok(PoolChange::default()));
    }

    #[test]
    fn every_value_past_its_range_is_named() {
        let long = Some(Span::from_millis(limits::MAX_SESSION_LIMIT.as_millis() + 1));
        let change = PoolChange {
            idle_timeout: Some(Span::ZERO),
            max_lifetime: long,
            session_limit: ConcurrencyChange {
                max: Some(limits::MAX_SESSIONS_PER_USER + 1),
                action: None,
            },
            cookie_ends_with_browser: None,
            registration_open: None,
        };
        let all = vec![
            "cookieExpiresIn",
            "idleTimeout",
            "maxLifetime",
            "maxSessionsPerUser",
        ];
        let wrong = UpdateSecuritySettings {
            cookie_expires_in: long,
            change,
        };
        assert_eq!(checked(wrong), Err(Refusal::Invalid(all)));
        let limit = PoolChange {
            idle_timeout: Some(limits::MIN_SESSION_LIMIT),
            max_lifetime: Some(limits::MAX_SESSION_LIMIT),
            session_limit: ConcurrencyChange {
                max: Some(limits::MAX_SESSIONS_PER_USER),
                action: None,
            },
            cookie_ends_with_browser: None,
            registration_open: None,
        };
        let right = UpdateSecuritySettings {
            cookie_expires_in: None,
            change: limit,
        };
        assert_eq!(checked(right), Ok(limit));
    }
}
