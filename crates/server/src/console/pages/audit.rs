//! The audit log: filtered, and exported.

use super::super::desk::{Answer, Desk};
use super::super::form::query;
use super::super::frame::{Shell, Trouble};
use super::super::show;
use super::super::who::{Names, Who};
use super::{Around, page_of};
use crate::v3::convert::instant;
use askama::Template;
use axum::response::IntoResponse as _;
use http::HeaderValue;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use rollcall_core::limits;
use rollcall_core::model::audit::{AuditAction, AuditResource, AuditRow};
use rollcall_core::operations::get_admin_audit_logs::{GetAdminAuditLogs, get_admin_audit_logs};
use rollcall_core::page::PageRequest;
use rollcall_core::time::Span;
use serde_json::json;

const ROWS: i64 = 50;

struct Row {
    when: String,
    actor: Who,
    action: &'static str,
    resource: &'static str,
    resource_id: String,
    detail: String,
    address: String,
    request_id: String,
}

#[derive(Template)]
#[template(path = "console/audit.html")]
struct Page<'a> {
    shell: Shell<'a>,
    actions: Vec<(&'static str, bool)>,
    resources: Vec<(&'static str, bool)>,
    actor: String,
    from: String,
    until: String,
    rows: Vec<Row>,
    around: Around,
    csv: String,
    json: String,
}

fn request_of(desk: &Desk) -> GetAdminAuditLogs {
    let action = desk.query.get("action");
    let resource = desk.query.get("resource");
    let changes = (action.is_some() || resource.is_some()).then(|| {
        let all = AuditAction::ALL.iter().flat_map(|action| {
            let resources = AuditResource::ALL.iter();
            resources.map(move |resource| (*action, *resource))
        });
        all.filter(|(is_action, is_resource)| {
            action.is_none_or(|action| is_action.as_str() == action)
                && resource.is_none_or(|resource| is_resource.as_str() == resource)
        })
        .collect()
    });
    // The last day counts as a whole.
    let end = desk
        .query
        .day("until")
        .map(|day| day + Span::from_days(1) - Span::from_millis(1));
    GetAdminAuditLogs {
        actor: desk.query.get("actor").map(str::to_owned),
        changes,
        start: desk.query.day("from"),
        end,
        ..GetAdminAuditLogs::default()
    }
}

/// The filter as a query, with a page or none.
fn asked(desk: &Desk, page: &str) -> String {
    let text = |name: &str| desk.query.text(name);
    query(&[
        ("action", &text("action")),
        ("resource", &text("resource")),
        ("actor", &text("actor")),
        ("from", &text("from")),
        ("until", &text("until")),
        ("page", page),
    ])
}

/// `GET /console/{pool}/audit`
pub(in super::super) async fn list(desk: Desk) -> Answer {
    let (page, wanted) = page_of(&desk, ROWS)?;
    let request = request_of(&desk);
    let found = get_admin_audit_logs(&desk.app.authority, &desk.caller, request, wanted).await?;
    let path = desk.here("audit");
    let around = Around::of(page, ROWS, found.total_count, |page| {
        format!("{path}?{}", asked(&desk, &page.to_string()))
    });
    let names = Names::of(&desk, found.list.iter().map(|row| row.actor)).await?;
    let t = desk.frame.t;
    let chosen = |name: &str, value: &str| desk.query.get(name) == Some(value);
    let actions = AuditAction::ALL.iter().map(|action| action.as_str());
    let resources = AuditResource::ALL.iter().map(|resource| resource.as_str());
    let page = Page {
        shell: desk.frame.shell("audit", t.common.audit),
        actions: actions.map(|name| (name, chosen("action", name))).collect(),
        resources: resources
            .map(|name| (name, chosen("resource", name)))
            .collect(),
        actor: desk.query.text("actor"),
        from: desk.query.text("from"),
        until: desk.query.text("until"),
        rows: found
            .list
            .iter()
            .map(|row| shown(row, &names, &desk))
            .collect(),
        around,
        csv: format!("{path}.csv?{}", asked(&desk, "")),
        json: format!("{path}.json?{}", asked(&desk, "")),
    };
    Ok(desk.frame.page(&page))
}

fn shown(row: &AuditRow, names: &Names, desk: &Desk) -> Row {
    Row {
        when: show::when(row.at),
        actor: names.who(row.actor, desk.frame.t),
        action: row.action.as_str(),
        resource: row.resource.as_str(),
        resource_id: row.resource_id.clone(),
        detail: row.detail.clone(),
        address: row
            .address
            .map(|address| address.to_string())
            .unwrap_or_default(),
        request_id: row.request_id.clone(),
    }
}

/// All rows that the filter leaves, up to the limit of an export.
async fn exported(desk: &Desk) -> Result<Vec<AuditRow>, Trouble> {
    let rows = i64::from(limits::MAX_PAGE_ROWS);
    let mut all = Vec::new();
    for page in 1..=i64::from(limits::MAX_EXPORTED_ROWS) / rows {
        let wanted = PageRequest::new(Some(page), Some(rows))?;
        let request = request_of(desk);
        let found = get_admin_audit_logs(&desk.app.authority, &desk.caller, request, wanted);
        let found = found.await?;
        let is_last = i64::try_from(found.list.len()).unwrap_or(0) < rows;
        all.extend(found.list);
        if is_last {
            break;
        }
    }
    Ok(all)
}

/// `GET /console/{pool}/audit.csv` (RFC 4180)
pub(in super::super) async fn csv(desk: Desk) -> Answer {
    let mut text = String::from(
        "at,actor_kind,actor,action,resource,resource_id,detail,address,user_agent,request_id\r\n",
    );
    for row in exported(&desk).await? {
        let address = row.address.map(|address| address.to_string());
        let fields = [
            instant(row.at).to_string(),
            row.actor.kind().to_owned(),
            actor_id(&row),
            row.action.as_str().to_owned(),
            row.resource.as_str().to_owned(),
            row.resource_id.clone(),
            row.detail.clone(),
            address.unwrap_or_default(),
            row.user_agent.clone().unwrap_or_default(),
            row.request_id.clone(),
        ];
        let fields: Vec<String> = fields.iter().map(|field| csv_field(field)).collect();
        text.push_str(&fields.join(","));
        text.push_str("\r\n");
    }
    Ok(file(
        text,
        "text/csv; charset=utf-8",
        "attachment; filename=\"audit.csv\"",
    ))
}

fn actor_id(row: &AuditRow) -> String {
    use rollcall_core::model::event::Actor;
    match row.actor {
        Actor::System | Actor::Operator => String::new(),
        Actor::Person(user) | Actor::Administrator(user) => user.to_string(),
        Actor::Key(key) => key.to_string(),
        Actor::Client(application) => application.to_string(),
    }
}

/// Quoted, and never a formula: spreadsheets run what begins like one, and a user
/// agent is whatever its sender writes (OWASP, "CSV Injection").
fn csv_field(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if is_formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// `GET /console/{pool}/audit.json`
pub(in super::super) async fn json(desk: Desk) -> Answer {
    let rows = exported(&desk).await?;
    let rows: Vec<serde_json::Value> = rows
        .iter()
        .map(|row| {
            json!({
                "at": instant(row.at).to_string(),
                "actorKind": row.actor.kind(),
                "actor": actor_id(row),
                "action": row.action.as_str(),
                "resource": row.resource.as_str(),
                "resourceId": row.resource_id,
                "detail": row.detail,
                "address": row.address.map(|address| address.to_string()),
                "userAgent": row.user_agent,
                "requestId": row.request_id,
            })
        })
        .collect();
    let text = serde_json::Value::Array(rows).to_string();
    let name = "attachment; filename=\"audit.json\"";
    Ok(file(text, "application/json", name))
}

fn file(text: String, kind: &'static str, name: &'static str) -> axum::response::Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CONTENT_DISPOSITION, HeaderValue::from_static(name)),
    ];
    (headers, text).into_response()
}

#[cfg(test)]
mod tests {
    use super::csv_field;

    #[test]
    fn a_field_is_quoted_and_no_formula() {
        assert_eq!(csv_field("a \"b\", c"), "\"a \"\"b\"\", c\"");
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"] {
            assert_eq!(csv_field(formula), format!("\"'{formula}\""));
        }
        assert_eq!(csv_field(""), "\"\"");
    }
}
