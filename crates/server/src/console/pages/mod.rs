//! The pages of a pool: a file for each place.

pub(super) mod application;
pub(super) mod applications;
pub(super) mod audit;
pub(super) mod check;
pub(super) mod deliveries;
pub(super) mod keys;
pub(super) mod kick;
pub(super) mod online;
pub(super) mod overview;
pub(super) mod settings;
pub(super) mod user;
pub(super) mod users;

use super::desk::Desk;
use super::frame::{Frame, Shell, Trouble};
use askama::Template;
use axum::response::Response;
use rollcall_core::ids::ApplicationId;
use rollcall_core::operations::console_reads::list_application_names;
use rollcall_core::operations::get_application::get_application;
use rollcall_core::page::PageRequest;

/// A question before something that cannot be undone, or that others will notice: the
/// effect first, then the button.
#[derive(Template)]
#[template(path = "console/confirm.html")]
pub(super) struct Confirm<'a> {
    pub(super) shell: Shell<'a>,
    /// Whom or what it is about.
    pub(super) about: Vec<String>,
    /// What will happen, a sentence each.
    pub(super) effects: Vec<String>,
    /// What the form carries.
    pub(super) fields: Vec<(&'static str, String)>,
    pub(super) action: String,
    pub(super) button: &'a str,
    pub(super) cancel: String,
    /// Whether the form asks for a password.
    pub(super) asks_password: bool,
    pub(super) problem: String,
}

/// A secret, shown this once.
#[derive(Template)]
#[template(path = "console/secret.html")]
pub(super) struct SecretShown<'a> {
    pub(super) shell: Shell<'a>,
    pub(super) explanation: String,
    pub(super) name: String,
    pub(super) secret: String,
    pub(super) back: String,
}

pub(super) fn shown_secret(
    frame: &Frame,
    hook: &'static str,
    title: &str,
    (explanation, name, secret, back): (String, String, String, String),
) -> Response {
    let page = SecretShown {
        shell: frame.shell(hook, title),
        explanation,
        name,
        secret,
        back,
    };
    frame.page(&page)
}

/// An application to choose.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) is_chosen: bool,
}

/// Applications to choose from, and the chosen one: the asked one, or the newest.
pub(super) async fn choices(
    desk: &Desk,
    asked: Option<&str>,
) -> Result<(Vec<Choice>, Option<Choice>), Trouble> {
    let names = list_application_names(&desk.app.authority, &desk.caller).await?;
    let of = |(id, name): (ApplicationId, String)| Choice {
        id: id.to_string(),
        name,
        is_chosen: false,
    };
    let mut all: Vec<Choice> = names.into_iter().map(of).collect();
    let mut place = 0;
    if let Some(asked) = asked {
        let found = all.iter().position(|choice| choice.id == asked);
        place = found.unwrap_or(all.len());
        if found.is_none() {
            // One of many more, or none at all.
            let app = get_application(&desk.app.authority, &desk.caller, asked).await?;
            all.push(of((app.id, app.name)));
        }
    }
    if let Some(chosen) = all.get_mut(place) {
        chosen.is_chosen = true;
    }
    let chosen = all.get(place).cloned();
    Ok((all, chosen))
}

/// The page that a query asks for.
pub(super) fn page_of(desk: &Desk, rows: i64) -> Result<(i64, PageRequest), Trouble> {
    let page = desk.query.get("page").and_then(|text| text.parse().ok());
    let page = page.unwrap_or(1).clamp(1, 1_000_000);
    Ok((page, PageRequest::new(Some(page), Some(rows))?))
}

/// Links to the pages before and after.
#[derive(Clone, Debug, Default)]
pub(super) struct Around {
    pub(super) before: String,
    pub(super) after: String,
    pub(super) total: u64,
    pub(super) first: u64,
    pub(super) last: u64,
}

impl Around {
    /// `link` makes the path of a page.
    pub(super) fn of(page: i64, rows: i64, total: u64, link: impl Fn(i64) -> String) -> Self {
        let (page_u, rows) = (page.unsigned_abs(), rows.unsigned_abs());
        let last = (page_u * rows).min(total);
        Self {
            before: if page > 1 {
                link(page - 1)
            } else {
                String::new()
            },
            after: if last < total {
                link(page + 1)
            } else {
                String::new()
            },
            total,
            first: ((page_u - 1) * rows + 1).min(total),
            last,
        }
    }
}
