//! How instants, people, devices and rules are written.

use super::texts::Texts;
use crate::v3::convert::instant;
use crate::v3::convert::user_agent::client_of;
use rollcall_core::model::event::Reason;
use rollcall_core::model::login::LoginDevice;
use rollcall_core::model::standing::Limit;
use rollcall_core::model::user::{ProfileField, User};
use rollcall_core::time::{Span, Timestamp};

/// An instant as HTML: the script writes it in the viewer's zone, and the exact
/// instant is its title. Digits, dashes and colons alone: nothing to escape.
pub(super) fn when(at: Timestamp) -> String {
    let exact = instant(at).to_string();
    let short: String = exact.chars().take(16).collect();
    let short = short.replace('T', " ");
    format!(r#"<time datetime="{exact}" title="{exact}">{short} UTC</time>"#)
}

/// A text with its `{}` filled, in order.
pub(super) fn fill(text: &str, with: &[&str]) -> String {
    let mut parts = text.split("{}");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    let mut with = with.iter();
    for part in parts {
        filled.push_str(with.next().copied().unwrap_or_default());
        filled.push_str(part);
    }
    filled
}

/// A user's name and what tells them from others of that name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Person {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) detail: String,
    pub(super) is_activated: bool,
    pub(super) status: String,
}

impl Person {
    pub(super) fn of(user: &User, t: &Texts) -> Self {
        let phone = user.phone.as_ref().map(|phone| phone.e164.clone());
        let own = [user.username.clone(), user.email.clone(), phone];
        let identifier = own.into_iter().flatten().next();
        let identifier = identifier.unwrap_or_else(|| user.id.to_string());
        let name = user.profile.get(&ProfileField::Name);
        let name = name.filter(|name| !name.is_empty()).cloned();
        let name = name.unwrap_or_else(|| identifier.clone());
        let detail = user.email.clone().unwrap_or(identifier);
        Self {
            id: user.id.to_string(),
            detail: if detail == name {
                String::new()
            } else {
                detail
            },
            name,
            is_activated: user.status == rollcall_core::model::user::UserStatus::Activated,
            status: t.status(user.status).to_owned(),
        }
    }

    /// A large letter for the name.
    pub(super) fn initial(&self) -> String {
        crate::pages::initial(&self.name)
    }
}

/// Where a login began, in a few words.
pub(super) fn device(device: &LoginDevice, t: &Texts) -> String {
    let client = device.user_agent.as_deref().map(client_of);
    let title = client.and_then(|client| client.title());
    let title = title.unwrap_or_else(|| t.people.unknown_device.to_owned());
    match device.address {
        Some(address) => format!("{title} · {address}"),
        None => title,
    }
}

/// Which rule ends a login.
pub(super) fn limit(limit: Limit, t: &Texts) -> &'static str {
    let r = &t.reasons;
    match limit {
        Limit::LoginIdle => r.by_login_idle,
        Limit::LoginLifetime => r.by_login_lifetime,
        Limit::SessionIdle => r.by_session_idle,
        Limit::SessionLifetime => r.by_session_lifetime,
        Limit::Code => r.by_code,
    }
}

/// Why a login ended.
pub(super) fn reason(reason: Reason, t: &Texts) -> &'static str {
    let r = &t.reasons;
    match reason {
        Reason::SignedOut => r.signed_out,
        Reason::Kicked => r.kicked,
        Reason::SessionRevoked => r.session_revoked,
        Reason::TokenRevoked => r.token_revoked,
        Reason::CodeReused => r.code_reused,
        Reason::RefreshTokenReused => r.refresh_token_reused,
        Reason::NotRedeemed => r.not_redeemed,
        Reason::IdleTimeout => r.idle_timeout,
        Reason::MaxLifetime => r.max_lifetime,
        Reason::PolicyChanged => r.policy_changed,
        Reason::Replaced => r.replaced,
        Reason::PasswordChanged => r.password_changed,
        Reason::UserDisabled => r.user_disabled,
        Reason::UserDeleted => r.user_deleted,
        Reason::AppDisabled => r.app_disabled,
        Reason::AppDeleted => r.app_deleted,
        Reason::DeviceRevoked => r.device_revoked,
        Reason::UpstreamLogout => r.upstream_logout,
    }
}

/// A span in the largest unit that divides it: `14 d`, `90 min`.
pub(super) fn span(span: Span) -> String {
    let seconds = span.as_seconds();
    for (unit, name) in [(86_400, "d"), (3_600, "h"), (60, "min")] {
        if seconds >= unit && seconds % unit == 0 {
            return format!("{} {name}", seconds / unit);
        }
    }
    format!("{seconds} s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_carries_its_exact_self() {
        assert_eq!(
            when(Timestamp::from_millis(1_795_651_200_123)),
            "<time datetime=\"2026-11-26T00:00:00.123Z\" title=\"2026-11-26T00:00:00.123Z\">\
             2026-11-26 00:00 UTC</time>"
        );
    }

    #[test]
    fn places_are_filled_in_order() {
        assert_eq!(fill("{} of {}", &["1", "{}"]), "1 of {}");
        assert_eq!(fill("none", &["x"]), "none");
        assert_eq!(fill("{}{}", &["x"]), "x");
    }

    #[test]
    fn a_span_has_one_unit() {
        assert_eq!(span(Span::from_days(14)), "14 d");
        assert_eq!(span(Span::from_seconds(5_400)), "90 min");
        assert_eq!(span(Span::from_seconds(61)), "61 s");
    }
}
