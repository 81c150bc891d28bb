//! One application: snippets with its real ids, URIs, session policy, secret, switch.

use super::super::desk::{Answer, Desk};
use super::super::frame::{Shell, Trouble, refusal_text, see_other};
use super::super::show::{self, fill};
use super::{Confirm, shown_secret};
use askama::Template;
use axum::response::Response;
use http::StatusCode;
use rollcall_core::Refusal;
use rollcall_core::model::application::{Application, ApplicationChange, OauthChange};
use rollcall_core::model::policy::{ConcurrencyChange, LimitAction, SessionPolicy};
use rollcall_core::operations::get_application::get_application;
use rollcall_core::operations::get_application_secret::get_application_secret;
use rollcall_core::operations::refresh_application_secret::refresh_application_secret;
use rollcall_core::operations::update_application::update_application;

const MINUTE: i64 = 60;

#[derive(Template)]
#[template(path = "console/snippets/curl.txt", escape = "none")]
struct Curl<'a> {
    url: &'a str,
    id: &'a str,
}

#[derive(Template)]
#[template(path = "console/snippets/python.txt", escape = "none")]
struct Python<'a> {
    url: &'a str,
    id: &'a str,
}

#[derive(Template)]
#[template(path = "console/snippets/node.txt", escape = "none")]
struct Node<'a> {
    url: &'a str,
    id: &'a str,
}

#[derive(Template)]
#[template(path = "console/snippets/rust.txt", escape = "none")]
struct Rust<'a> {
    url: &'a str,
    id: &'a str,
}

#[derive(Template)]
#[template(path = "console/application.html")]
#[expect(clippy::struct_excessive_bools, reason = "boxes of a form")]
struct Page<'a> {
    shell: Shell<'a>,
    id: String,
    name: String,
    kind: &'static str,
    logo: Option<String>,
    initial: String,
    enabled: bool,
    is_confidential: bool,
    is_new: bool,
    is_console: bool,
    facts: Vec<(&'static str, String)>,
    snippets: Vec<(&'static str, String)>,
    redirect_uris: String,
    logout_redirect_uris: String,
    backchannel: String,
    idle: String,
    max: String,
    sessions: String,
    refuses: bool,
    sso: bool,
    pool_idle: String,
    pool_max: String,
    problem: String,
}

async fn found(desk: &Desk) -> Result<Application, Trouble> {
    let id = desk.part("app");
    Ok(get_application(&desk.app.authority, &desk.caller, id).await?)
}

/// `GET /console/{pool}/applications/{app}`
pub(in super::super) async fn show(desk: Desk) -> Answer {
    let app = found(&desk).await?;
    Ok(page(&desk, &app, String::new(), StatusCode::OK))
}

fn page(desk: &Desk, app: &Application, problem: String, status: StatusCode) -> Response {
    let t = desk.frame.t;
    let minutes = |span: rollcall_core::time::Span| (span.as_seconds() / MINUTE).to_string();
    let limits = desk.pool.session_limits;
    let policy = app.session_policy;
    let page = Page {
        shell: desk.frame.shell("application", &app.name),
        id: app.id.to_string(),
        name: app.name.clone(),
        kind: t.kind(app.kind),
        logo: crate::oidc::authorize::logo_path(app),
        initial: crate::pages::initial(&app.name),
        enabled: app.enabled,
        is_confidential: app.kind.is_confidential(),
        is_new: desk.query.has("made"),
        is_console: app.id == desk.me.facts.application,
        facts: facts(desk, app),
        snippets: snippets(desk, app),
        redirect_uris: app.redirect_uris.join("\n"),
        logout_redirect_uris: app.logout_redirect_uris.join("\n"),
        backchannel: app.oauth.backchannel_logout_uri.clone().unwrap_or_default(),
        idle: policy.idle_timeout.map(minutes).unwrap_or_default(),
        max: policy.max_lifetime.map(minutes).unwrap_or_default(),
        sessions: app
            .session_limit
            .max
            .map(|max| max.to_string())
            .unwrap_or_default(),
        refuses: app.session_limit.action == LimitAction::Refuse,
        sso: app.sso_enabled_at.is_some(),
        pool_idle: show::span(limits.idle_timeout),
        pool_max: show::span(limits.max_lifetime),
        problem,
    };
    desk.frame.answer(status, &page)
}

fn facts(desk: &Desk, app: &Application) -> Vec<(&'static str, String)> {
    let a = &desk.frame.t.apps;
    let issuer = desk.app.settings.issuer();
    vec![
        (a.client_id, app.id.to_string()),
        (a.pool_id, desk.pool.id.to_string()),
        (a.issuer, issuer.clone()),
        (
            a.discovery,
            format!("{issuer}/.well-known/openid-configuration"),
        ),
    ]
}

/// They end with the call that the product is there for.
fn snippets(desk: &Desk, app: &Application) -> Vec<(&'static str, String)> {
    let (url, id) = (desk.app.settings.public_url.as_str(), app.id.to_string());
    let id = id.as_str();
    let texts = [
        ("curl", Curl { url, id }.render()),
        ("Python", Python { url, id }.render()),
        ("Node", Node { url, id }.render()),
        ("Rust", Rust { url, id }.render()),
    ];
    let made = texts.into_iter();
    made.filter_map(|(name, text)| Some((name, text.ok()?)))
        .collect()
}

/// `POST /console/{pool}/applications/{app}`: URIs and session policy.
pub(in super::super) async fn save(desk: Desk) -> Answer {
    let app = found(&desk).await?;
    let form = &desk.form;
    let sessions = form.get("sessions").map_or(Ok(0), str::parse::<u32>);
    let Ok(sessions) = sessions else {
        let text = refusal_text(desk.frame.t, &Refusal::invalid("maxSessionsPerUser"));
        return Ok(page(&desk, &app, text, StatusCode::UNPROCESSABLE_ENTITY));
    };
    let limits = desk.pool.session_limits;
    let action = if form.has("refuses") {
        LimitAction::Refuse
    } else {
        LimitAction::EndOldest
    };
    let change = ApplicationChange {
        name: form.get("name").map(str::to_owned),
        redirect_uris: Some(form.lines("redirect_uris")),
        logout_redirect_uris: Some(form.lines("logout_redirect_uris")),
        sso_enabled: Some(form.has("sso")),
        oauth: OauthChange {
            backchannel_logout_uri: Some(form.text("backchannel")),
            ..OauthChange::default()
        },
        // An empty field follows the pool.
        session_policy: SessionPolicy {
            idle_timeout: Some(form.span("idle", MINUTE).unwrap_or(limits.idle_timeout)),
            max_lifetime: Some(form.span("max", MINUTE).unwrap_or(limits.max_lifetime)),
        },
        session_limit: ConcurrencyChange {
            max: Some(sessions),
            action: Some(action),
        },
        ..ApplicationChange::default()
    };
    let id = app.id.to_string();
    let origin = desk.origin.clone();
    match update_application(&desk.app.authority, &desk.caller, &id, change, origin).await {
        Ok(_) => Ok(see_other(&desk.here(&format!("applications/{id}")))),
        Err(refusal @ (Refusal::Invalid(_) | Refusal::Taken(_) | Refusal::Rule(_))) => {
            let text = refusal_text(desk.frame.t, &refusal);
            Ok(page(&desk, &app, text, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(refusal) => Err(refusal.into()),
    }
}

fn secret_page(desk: &Desk, app: &Application, explanation: &str, secret: &str) -> Response {
    let a = &desk.frame.t.apps;
    let back = desk.here(&format!("applications/{}", app.id));
    let shown = (
        explanation.to_owned(),
        fill(a.secret_of, &[&app.name]),
        secret.to_owned(),
        back,
    );
    shown_secret(&desk.frame, "application", a.secret, shown)
}

/// `POST /console/{pool}/applications/{app}/secret`: shows it; that is in the audit
/// log too.
pub(in super::super) async fn secret(desk: Desk) -> Answer {
    let app = found(&desk).await?;
    let id = app.id.to_string();
    let origin = desk.origin.clone();
    let secret = get_application_secret(&desk.app.authority, &desk.caller, &id, origin).await?;
    let text = desk.frame.t.apps.secret_shown;
    Ok(secret_page(&desk, &app, text, secret.reveal()))
}

fn confirm<'a>(
    desk: &'a Desk,
    app: &Application,
    (title, button, verb): (&'a str, &'a str, &str),
    effects: Vec<String>,
) -> Confirm<'a> {
    let path = desk.here(&format!("applications/{}", app.id));
    Confirm {
        shell: desk.frame.shell("application", title),
        about: vec![app.name.clone()],
        effects,
        fields: Vec::new(),
        action: format!("{path}/{verb}"),
        button,
        cancel: path,
        asks_password: false,
        problem: String::new(),
    }
}

/// `GET /console/{pool}/applications/{app}/rotate`
pub(in super::super) async fn ask_rotate(desk: Desk) -> Answer {
    let app = found(&desk).await?;
    let (a, p) = (&desk.frame.t.apps, &desk.frame.t.people);
    let effects = vec![a.rotate_effect.to_owned(), p.no_undo.to_owned()];
    let page = confirm(&desk, &app, (a.rotate_title, a.rotate, "rotate"), effects);
    Ok(desk.frame.page(&page))
}

/// `POST /console/{pool}/applications/{app}/rotate`
pub(in super::super) async fn rotate(desk: Desk) -> Answer {
    let app = found(&desk).await?;
    let id = app.id.to_string();
    let origin = desk.origin.clone();
    let secret = refresh_application_secret(&desk.app.authority, &desk.caller, &id, origin).await?;
    let text = desk.frame.t.apps.secret_rotated;
    Ok(secret_page(&desk, &app, text, secret.reveal()))
}

/// `GET /console/{pool}/applications/{app}/switch`
pub(in super::super) async fn ask_switch(desk: Desk) -> Answer {
    let app = found(&desk).await?;
    let a = &desk.frame.t.apps;
    let (named, effect) = if app.enabled {
        (
            (a.switch_off_title, a.switch_off, "switch"),
            a.switch_off_effect,
        )
    } else {
        (
            (a.switch_on_title, a.switch_on, "switch"),
            a.switch_on_effect,
        )
    };
    let page = confirm(&desk, &app, named, vec![effect.to_owned()]);
    Ok(desk.frame.page(&page))
}

/// `POST /console/{pool}/applications/{app}/switch`
pub(in super::super) async fn switch(desk: Desk) -> Answer {
    let app = found(&desk).await?;
    // Who switches the console off has no way back.
    if app.id == desk.me.facts.application {
        return Err(Trouble::BadRequest);
    }
    let change = ApplicationChange {
        enabled: Some(!app.enabled),
        ..ApplicationChange::default()
    };
    let id = app.id.to_string();
    let origin = desk.origin.clone();
    update_application(&desk.app.authority, &desk.caller, &id, change, origin).await?;
    Ok(see_other(&desk.here(&format!("applications/{id}"))))
}
