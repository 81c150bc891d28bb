//! Applications: the list, and the wizard that makes one.

use super::super::desk::{Answer, Desk};
use super::super::form::query;
use super::super::frame::{Shell, refusal_text, see_other};
use super::{Around, page_of};
use askama::Template;
use http::StatusCode;
use rollcall_core::Refusal;
use rollcall_core::model::application::{
    ApplicationChange, ApplicationFilter, ApplicationType, OauthChange,
};
use rollcall_core::operations::create_application::create_application;
use rollcall_core::operations::list_applications::list_applications;

const ROWS: i64 = 25;

struct Row {
    id: String,
    name: String,
    initial: String,
    kind: &'static str,
    enabled: bool,
}

#[derive(Template)]
#[template(path = "console/applications.html")]
struct Page<'a> {
    shell: Shell<'a>,
    q: String,
    rows: Vec<Row>,
    around: Around,
}

/// `GET /console/{pool}/applications?q=…`
pub(in super::super) async fn list(desk: Desk) -> Answer {
    let q = desk.query.text("q");
    let (page, request) = page_of(&desk, ROWS)?;
    let filter = ApplicationFilter {
        keywords: Some(q.clone()).filter(|q| !q.is_empty()),
        ..ApplicationFilter::default()
    };
    let found = list_applications(&desk.app.authority, &desk.caller, filter, request).await?;
    let path = desk.here("applications");
    let around = Around::of(page, ROWS, found.total_count, |page| {
        format!(
            "{path}?{}",
            query(&[("q", &q), ("page", &page.to_string())])
        )
    });
    let t = desk.frame.t;
    let rows = found.list.into_iter().map(|app| Row {
        id: app.id.to_string(),
        initial: crate::pages::initial(&app.name),
        name: app.name,
        kind: t.kind(app.kind),
        enabled: app.enabled,
    });
    let page = Page {
        shell: desk.frame.shell("applications", t.common.applications),
        rows: rows.collect(),
        q,
        around,
    };
    Ok(desk.frame.page(&page))
}

struct Kind {
    value: &'static str,
    name: &'static str,
    about: &'static str,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "console/new_application.html")]
struct NewPage<'a> {
    shell: Shell<'a>,
    kinds: Vec<Kind>,
    name: String,
    redirect_uris: String,
    logout_uri: String,
    problem: String,
}

fn new_page(desk: &Desk, problem: String, status: StatusCode) -> axum::response::Response {
    let f = &desk.frame;
    let a = &f.t.apps;
    let asked = desk.form.text("kind");
    let kind = |kind: ApplicationType, about: &'static str| Kind {
        value: kind.as_str(),
        name: f.t.kind(kind),
        about,
        is_chosen: asked == kind.as_str() || asked.is_empty() && kind == ApplicationType::Web,
    };
    let page = NewPage {
        shell: f.shell("new-application", a.new_application),
        kinds: vec![
            kind(ApplicationType::Web, a.about_web),
            kind(ApplicationType::Spa, a.about_spa),
            kind(ApplicationType::Native, a.about_native),
            kind(ApplicationType::Api, a.about_api),
        ],
        name: desk.form.text("name"),
        redirect_uris: desk.form.exact("redirect_uris"),
        logout_uri: desk.form.text("logout_uri"),
        problem,
    };
    f.answer(status, &page)
}

/// `GET /console/{pool}/applications/new`
pub(in super::super) async fn ask_new(desk: Desk) -> Answer {
    Ok(new_page(&desk, String::new(), StatusCode::OK))
}

/// `POST /console/{pool}/applications/new`
pub(in super::super) async fn make(desk: Desk) -> Answer {
    let said = ApplicationChange {
        name: desk.form.get("name").map(str::to_owned),
        kind: desk.form.get("kind").and_then(ApplicationType::from_name),
        redirect_uris: Some(desk.form.lines("redirect_uris")),
        oauth: OauthChange {
            backchannel_logout_uri: desk.form.get("logout_uri").map(str::to_owned),
            ..OauthChange::default()
        },
        ..ApplicationChange::default()
    };
    let origin = desk.origin.clone();
    match create_application(&desk.app.authority, &desk.caller, said, origin).await {
        Ok(made) => {
            let path = desk.here(&format!("applications/{}", made.id));
            Ok(see_other(&format!("{path}?made=1")))
        }
        Err(refusal @ (Refusal::Invalid(_) | Refusal::Taken(_) | Refusal::Rule(_))) => {
            let text = refusal_text(desk.frame.t, &refusal);
            Ok(new_page(&desk, text, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(refusal) => Err(refusal.into()),
    }
}
