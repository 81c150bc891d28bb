//! The pool's session policy, and who administers it.

use super::super::desk::{Answer, Desk};
use super::super::frame::{Shell, refusal_text, see_other};
use super::super::show::fill;
use super::shown_secret;
use askama::Template;
use http::StatusCode;
use rollcall_core::Refusal;
use rollcall_core::model::console::Role;
use rollcall_core::model::policy::{ConcurrencyChange, LimitAction};
use rollcall_core::model::pool::{Pool, PoolChange};
use rollcall_core::operations::console_access::{
    administrator_name, invite_administrator, list_administrators, set_administrator_role,
};
use rollcall_core::operations::get_security_settings::get_security_settings;
use rollcall_core::operations::update_security_settings::{
    UpdateSecuritySettings, update_security_settings,
};
use rollcall_core::time::Span;

const MINUTE: i64 = 60;

struct Row {
    id: String,
    name: String,
    roles: Vec<(&'static str, &'static str, bool)>,
    is_me: bool,
}

#[derive(Template)]
#[template(path = "console/settings.html")]
#[expect(clippy::struct_excessive_bools, reason = "boxes of a form")]
struct Page<'a> {
    shell: Shell<'a>,
    idle: String,
    max: String,
    sessions: String,
    refuses: bool,
    with_browser: bool,
    registration: bool,
    administrators: Vec<Row>,
    roles: Vec<(&'static str, &'static str)>,
    is_of_server: bool,
    problem: String,
}

async fn page(desk: &Desk, problem: String, status: StatusCode) -> Answer {
    let authority = &desk.app.authority;
    let pool: Pool = get_security_settings(authority, &desk.caller).await?;
    let all = list_administrators(authority, &desk.caller).await?;
    let t = desk.frame.t;
    let rows = all.iter().map(|one| Row {
        id: one.user.id.to_string(),
        name: administrator_name(&one.user),
        roles: Role::ALL
            .iter()
            .map(|role| (role.as_str(), t.role(*role), *role == one.role))
            .collect(),
        is_me: one.user.id == desk.me.roles.user,
    });
    let limits = pool.session_limits;
    let minutes = |span: Span| (span.as_seconds() / MINUTE).to_string();
    let sessions = pool.session_limit.max.map(|max| max.to_string());
    // What was refused stands there to be put right.
    let typed = |name: &str, stored: String| desk.form.get(name).map_or(stored, str::to_owned);
    let page = Page {
        shell: desk.frame.shell("settings", t.common.settings),
        idle: typed("idle", minutes(limits.idle_timeout)),
        max: typed("max", minutes(limits.max_lifetime)),
        sessions: typed("sessions", sessions.unwrap_or_default()),
        refuses: pool.session_limit.action == LimitAction::Refuse,
        with_browser: pool.cookie_ends_with_browser,
        registration: pool.registration_open,
        administrators: rows.collect(),
        roles: Role::ALL
            .iter()
            .map(|role| (role.as_str(), t.role(*role)))
            .collect(),
        is_of_server: pool.id == desk.me.facts.pool,
        problem,
    };
    Ok(desk.frame.answer(status, &page))
}

/// `GET /console/{pool}/settings`
pub(in super::super) async fn show(desk: Desk) -> Answer {
    page(&desk, String::new(), StatusCode::OK).await
}

/// `POST /console/{pool}/settings`
pub(in super::super) async fn save(desk: Desk) -> Answer {
    let form = &desk.form;
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    let spans = (form.span("idle", MINUTE), form.span("max", MINUTE));
    let sessions = form.get("sessions").map_or(Ok(0), str::parse::<u32>);
    let ((Some(idle), Some(max)), Ok(sessions)) = (spans, sessions) else {
        let refusal = Refusal::Invalid(vec!["idleTimeout", "maxLifetime", "maxSessionsPerUser"]);
        return page(&desk, refusal_text(desk.frame.t, &refusal), wrong).await;
    };
    let action = if form.has("refuses") {
        LimitAction::Refuse
    } else {
        LimitAction::EndOldest
    };
    let said = UpdateSecuritySettings {
        cookie_expires_in: None,
        change: PoolChange {
            idle_timeout: Some(idle),
            max_lifetime: Some(max),
            session_limit: ConcurrencyChange {
                max: Some(sessions),
                action: Some(action),
            },
            cookie_ends_with_browser: Some(form.has("with_browser")),
            registration_open: Some(form.has("registration")),
        },
    };
    let origin = desk.origin.clone();
    match update_security_settings(&desk.app.authority, &desk.caller, said, origin).await {
        Ok(_) => Ok(see_other(&desk.here("settings"))),
        Err(refusal @ (Refusal::Invalid(_) | Refusal::Rule(_))) => {
            page(&desk, refusal_text(desk.frame.t, &refusal), wrong).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// `POST /console/{pool}/administrators`: a link for somebody, shown this once.
pub(in super::super) async fn invite(desk: Desk) -> Answer {
    let email = desk.form.text("email");
    let role = Role::from_name(&desk.form.text("role")).unwrap_or(Role::Viewer);
    let origin = desk.origin.clone();
    let made = invite_administrator(&desk.app.authority, &desk.caller, &email, role, origin).await;
    let r = &desk.frame.t.records;
    match made {
        Ok(secret) => {
            let url = &desk.app.settings.public_url;
            let link = format!("{url}/console/welcome?link={}", secret.reveal());
            let shown = (
                fill(r.invited, &[&email]),
                r.invitation_link.to_owned(),
                link,
                desk.here("settings"),
            );
            Ok(shown_secret(&desk.frame, "settings", r.invite, shown))
        }
        Err(refusal @ (Refusal::Invalid(_) | Refusal::Rule(_) | Refusal::Taken(_))) => {
            let text = refusal_text(desk.frame.t, &refusal);
            page(&desk, text, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// `POST /console/{pool}/administrators/{user}`: another role, or none.
pub(in super::super) async fn set_role(desk: Desk) -> Answer {
    let user = desk.user_id()?;
    let role = Role::from_name(&desk.form.text("role"));
    let origin = desk.origin.clone();
    match set_administrator_role(&desk.app.authority, &desk.caller, user, role, origin).await {
        Ok(()) => Ok(see_other(&desk.here("settings"))),
        Err(Refusal::Taken(_)) => {
            let text = desk.frame.t.records.last_owner.to_owned();
            page(&desk, text, StatusCode::CONFLICT).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}
