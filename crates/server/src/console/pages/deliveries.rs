//! Logout deliveries: who had to be told of what, and who knows.

use super::super::desk::{Answer, Desk};
use super::super::form::query;
use super::super::frame::Shell;
use super::super::show;
use super::super::texts::Texts;
use super::super::who::names_of;
use super::{Around, Choice, choices, page_of};
use askama::Template;
use rollcall_core::Refusal;
use rollcall_core::ids::UserId;
use rollcall_core::model::logout_delivery::{DeliveryState, DeliveryStatus, LogoutDelivery};
use rollcall_core::operations::UserReference;
use rollcall_core::operations::list_logout_deliveries::{
    ListLogoutDeliveries, list_logout_deliveries,
};
use rollcall_core::page::PageOf;
use std::collections::BTreeMap;

const ROWS: i64 = 25;

struct Attempt {
    when: String,
    outcome: String,
    status: String,
}

struct Row {
    user: String,
    /// Their name, or the id of somebody who is deleted.
    name: String,
    app: String,
    app_id: String,
    reason: &'static str,
    ended: String,
    uri: String,
    status: String,
    hook: &'static str,
    next: String,
    attempts: Vec<Attempt>,
}

#[derive(Template)]
#[template(path = "console/deliveries.html")]
struct Page<'a> {
    shell: Shell<'a>,
    choices: Vec<Choice>,
    statuses: Vec<(&'static str, &'static str, bool)>,
    user: String,
    rows: Vec<Row>,
    around: Around,
}

fn shown(
    row: &LogoutDelivery,
    choices: &[Choice],
    names: &BTreeMap<UserId, String>,
    t: &Texts,
) -> Row {
    let app_id = row.application.to_string();
    let mut known = choices.iter();
    let known = known.find(|choice| choice.id == app_id);
    let attempts = row.attempts.iter().map(|attempt| Attempt {
        when: show::when(attempt.at),
        outcome: attempt.outcome.clone(),
        status: attempt
            .status
            .map(|code| code.to_string())
            .unwrap_or_default(),
    });
    Row {
        user: row.user.to_string(),
        name: names
            .get(&row.user)
            .cloned()
            .unwrap_or_else(|| row.user.to_string()),
        app: known.map_or_else(|| app_id.clone(), |choice| choice.name.clone()),
        app_id,
        reason: show::reason(row.reason, t),
        ended: show::when(row.ended_at),
        uri: row.uri.clone(),
        status: t.delivery(row.state.status()).to_owned(),
        hook: row.state.status().as_str(),
        next: match row.state {
            DeliveryState::Waiting { next_at } => show::when(next_at),
            DeliveryState::Confirmed { .. } | DeliveryState::GivenUp { .. } => String::new(),
        },
        attempts: attempts.collect(),
    }
}

/// `GET /console/{pool}/deliveries?status=…&app=…&user=…`
pub(in super::super) async fn list(desk: Desk) -> Answer {
    let (mut choices, _) = choices(&desk, None).await?;
    let app = desk.query.text("app");
    for choice in &mut choices {
        choice.is_chosen = choice.id == app;
    }
    let status = desk.query.get("status").and_then(DeliveryStatus::from_name);
    let user = desk.query.text("user");
    let (page, wanted) = page_of(&desk, ROWS)?;
    let request = ListLogoutDeliveries {
        user: Some(user.as_str())
            .filter(|id| !id.is_empty())
            .map(UserReference::id),
        app_id: Some(app.clone()).filter(|id| !id.is_empty()),
        status,
    };
    let found = list_logout_deliveries(&desk.app.authority, &desk.caller, request, wanted).await;
    let found = match found {
        // Of nobody there is nothing.
        Err(Refusal::NotFound(_) | Refusal::Invalid(_)) => PageOf {
            total_count: 0,
            list: Vec::new(),
        },
        other => other?,
    };
    let t = desk.frame.t;
    let names = names_of(&desk, found.list.iter().map(|row| row.user)).await?;
    let rows = found.list.iter();
    let rows = rows.map(|row| shown(row, &choices, &names, t)).collect();
    let path = desk.here("deliveries");
    let chosen = status.map_or("", DeliveryStatus::as_str);
    let around = Around::of(page, ROWS, found.total_count, |page| {
        let page = page.to_string();
        let asked = [
            ("status", chosen),
            ("app", app.as_str()),
            ("user", user.as_str()),
            ("page", page.as_str()),
        ];
        format!("{path}?{}", query(&asked))
    });
    let statuses = DeliveryStatus::ALL.iter().map(|one| {
        let name = one.as_str();
        (name, t.delivery(*one), name == chosen)
    });
    let page = Page {
        shell: desk.frame.shell("deliveries", t.common.deliveries),
        statuses: statuses.collect(),
        choices,
        user,
        rows,
        around,
    };
    Ok(desk.frame.page(&page))
}
