//! Who is online in an application: by parts, live, and found by any identifier.

use super::super::desk::{Answer, Desk};
use super::super::form::query;
use super::super::frame::{Shell, Trouble, refusal_text};
use super::super::show::{self, Person};
use super::{Choice, choices};
use askama::Template;
use rollcall_core::Refusal;
use rollcall_core::ids::UserId;
use rollcall_core::operations::UserReference;
use rollcall_core::operations::console_reads::list_online_users;
use rollcall_core::operations::explain_session_status::{
    Explained, LiveLogin, explain_session_status,
};
use rollcall_core::ports::console_reads::{OnlineUser, SeenLogin};

/// A person, and where they are signed in from.
struct Row {
    person: Person,
    devices: Vec<Device>,
    has_more: bool,
}

struct Device {
    label: String,
    since: String,
    seen: String,
}

/// The rows of a page, which are asked for anew when something changes.
struct Rows {
    list: Vec<Row>,
    next: String,
    problem: String,
}

#[derive(Template)]
#[template(path = "console/online.html")]
struct Page<'a> {
    shell: Shell<'a>,
    choices: Vec<Choice>,
    app: Option<(String, String)>,
    q: String,
    rows: Rows,
    rows_path: String,
    events_path: String,
    kick_path: String,
    new_path: String,
}

#[derive(Template)]
#[template(path = "console/online_rows.html")]
struct Part<'a> {
    shell: Shell<'a>,
    rows: Rows,
}

/// `GET /console/{pool}/online?app=…&q=…&after=…`
pub(in super::super) async fn online(desk: Desk) -> Answer {
    let (choices, app) = choices(&desk, desk.query.get("app")).await?;
    let q = desk.query.text("q");
    let rows = match &app {
        Some(app) => rows_of(&desk, app, &q).await?,
        None => Rows::none(),
    };
    let id = app.as_ref().map(|app| app.id.clone()).unwrap_or_default();
    let asked = query(&[
        ("app", &id),
        ("q", &q),
        ("after", &desk.query.text("after")),
    ]);
    let f = &desk.frame;
    let page = Page {
        shell: f.shell("online", f.t.common.online),
        choices,
        app: app.map(|app| (app.id, app.name)),
        q,
        rows,
        rows_path: format!("{}?{asked}", desk.here("online/rows")),
        events_path: desk.here("online/events"),
        kick_path: desk.here("kick"),
        new_path: desk.here("applications/new"),
    };
    Ok(f.page(&page))
}

/// `GET /console/{pool}/online/rows`: the same rows, as they are now.
pub(in super::super) async fn rows(desk: Desk) -> Answer {
    let (_, app) = choices(&desk, desk.query.get("app")).await?;
    let app = app.ok_or(Trouble::NotFound)?;
    let rows = rows_of(&desk, &app, &desk.query.text("q")).await?;
    let f = &desk.frame;
    let part = Part {
        shell: f.shell("online", ""),
        rows,
    };
    Ok(f.page(&part))
}

impl Rows {
    const fn none() -> Self {
        Self {
            list: Vec::new(),
            next: String::new(),
            problem: String::new(),
        }
    }
}

async fn rows_of(desk: &Desk, app: &Choice, q: &str) -> Result<Rows, Trouble> {
    if !q.is_empty() {
        return searched(desk, app, q).await;
    }
    let after = desk.query.get("after").map(str::parse::<UserId>);
    let after = after.transpose().map_err(|_| Trouble::BadRequest)?;
    let part = list_online_users(&desk.app.authority, &desk.caller, &app.id, after).await?;
    let next = part.next.map(|after| {
        let asked = query(&[("app", &app.id), ("after", &after.to_string())]);
        format!("{}?{asked}", desk.here("online"))
    });
    Ok(Rows {
        list: part.users.iter().map(|user| row(desk, user)).collect(),
        next: next.unwrap_or_default(),
        ..Rows::none()
    })
}

/// One person by any identifier. That nobody has it, or that they are not signed in,
/// is an answer and no error.
async fn searched(desk: &Desk, app: &Choice, q: &str) -> Result<Rows, Trouble> {
    let found = explain_session_status(
        &desk.app.authority,
        &desk.caller,
        &app.id,
        UserReference::id(q),
    )
    .await;
    let t = desk.frame.t;
    let mut rows = Rows::none();
    match found {
        Ok(explanation) => {
            if let Explained::Active(live) = explanation.answer {
                let of = |login: &LiveLogin| device(desk, &login.seen);
                rows.list.push(Row {
                    person: Person::of(&explanation.facts.user, t),
                    devices: live.iter().map(of).collect(),
                    has_more: false,
                });
            } else {
                t.people.found_offline.clone_into(&mut rows.problem);
            }
        }
        Err(refusal @ (Refusal::NotFound(_) | Refusal::AmbiguousUser(_) | Refusal::Invalid(_))) => {
            rows.problem = match refusal {
                Refusal::NotFound(_) => t.people.nobody_found.to_owned(),
                other => refusal_text(t, &other),
            };
        }
        Err(refusal) => return Err(refusal.into()),
    }
    Ok(rows)
}

fn row(desk: &Desk, online: &OnlineUser) -> Row {
    Row {
        person: Person::of(&online.user, desk.frame.t),
        devices: online
            .logins
            .iter()
            .map(|login| device(desk, login))
            .collect(),
        has_more: online.has_more,
    }
}

fn device(desk: &Desk, seen: &SeenLogin) -> Device {
    Device {
        label: show::device(&seen.device, desk.frame.t),
        since: show::when(seen.first_begun_at),
        seen: show::when(seen.login.last_seen),
    }
}
