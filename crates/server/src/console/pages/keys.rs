//! Access keys of the pool: for programs, not for people.

use super::super::desk::{Answer, Desk};
use super::super::frame::{Shell, Trouble, refusal_text, see_other};
use super::super::show::{self, fill};
use super::{Confirm, shown_secret};
use askama::Template;
use http::StatusCode;
use rollcall_core::Refusal;
use rollcall_core::model::access_key::Permission;
use rollcall_core::operations::create_access_key::{CreateAccessKey, create_access_key};
use rollcall_core::operations::delete_access_key::delete_access_key;
use rollcall_core::operations::list_access_key::{KeyFilter, list_access_key};
use rollcall_core::operations::update_access_key::{UpdateAccessKey, update_access_key};

struct Row {
    id: String,
    is_root: bool,
    permissions: String,
    enabled: bool,
    created: String,
    used: String,
}

#[derive(Template)]
#[template(path = "console/keys.html")]
struct Page<'a> {
    shell: Shell<'a>,
    rows: Vec<Row>,
    permissions: Vec<&'static str>,
    problem: String,
}

async fn page(desk: &Desk, problem: String, status: StatusCode) -> Answer {
    let filter = KeyFilter::default();
    let keys = list_access_key(&desk.app.authority, &desk.caller, filter).await?;
    let root = desk.pool.id.root_key();
    let all = &desk.frame.t.records;
    let rows = keys.iter().map(|key| {
        let names: Vec<&str> = key.permissions.iter().map(Permission::as_str).collect();
        Row {
            id: key.id.to_string(),
            is_root: key.id == root,
            permissions: if names.len() == Permission::ALL.len() {
                all.everything.to_owned()
            } else {
                names.join(", ")
            },
            enabled: key.enabled,
            created: show::when(key.created_at),
            used: key.last_used_at.map(show::when).unwrap_or_default(),
        }
    });
    let page = Page {
        shell: desk.frame.shell("keys", desk.frame.t.common.keys),
        rows: rows.collect(),
        permissions: Permission::ALL.iter().map(|one| one.as_str()).collect(),
        problem,
    };
    Ok(desk.frame.answer(status, &page))
}

/// `GET /console/{pool}/keys`
pub(in super::super) async fn list(desk: Desk) -> Answer {
    page(&desk, String::new(), StatusCode::OK).await
}

/// `POST /console/{pool}/keys`: another key; its secret is shown this once.
pub(in super::super) async fn make(desk: Desk) -> Answer {
    let request = CreateAccessKey {
        kind: rollcall_core::model::access_key::DEFAULT_KEY_TYPE.to_owned(),
        owner: None,
        permissions: Some(desk.form.all("permission")),
    };
    let origin = desk.origin.clone();
    let made = create_access_key(&desk.app.authority, &desk.caller, request, origin).await;
    let r = &desk.frame.t.records;
    match made {
        Ok(key) => {
            let shown = (
                fill(r.key_made, &[&key.id.to_string()]),
                r.key_secret.to_owned(),
                key.secret.reveal().to_owned(),
                desk.here("keys"),
            );
            Ok(shown_secret(&desk.frame, "keys", r.new_key, shown))
        }
        Err(refusal @ (Refusal::Invalid(_) | Refusal::Rule(_))) => {
            let text = refusal_text(desk.frame.t, &refusal);
            page(&desk, text, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(refusal) => Err(refusal.into()),
    }
}

/// `GET /console/{pool}/keys/{key}/delete`
pub(in super::super) async fn ask_delete(desk: Desk) -> Answer {
    let (r, p) = (&desk.frame.t.records, &desk.frame.t.people);
    let key = desk.part("key");
    let page = Confirm {
        shell: desk.frame.shell("keys", r.delete_key_title),
        about: vec![key.to_owned()],
        effects: vec![r.delete_key_effect.to_owned(), p.no_undo.to_owned()],
        fields: Vec::new(),
        action: desk.here(&format!("keys/{}/delete", url_safe(key)?)),
        button: r.delete_key,
        cancel: desk.here("keys"),
        asks_password: false,
        problem: String::new(),
    };
    Ok(desk.frame.page(&page))
}

fn url_safe(id: &str) -> Result<&str, Trouble> {
    let is_id = rollcall_core::ids::looks_like_id(id);
    is_id.then_some(id).ok_or(Trouble::NotFound)
}

/// `POST /console/{pool}/keys/{key}/delete`
pub(in super::super) async fn delete(desk: Desk) -> Answer {
    let (key, origin) = (desk.part("key"), desk.origin.clone());
    delete_access_key(&desk.app.authority, &desk.caller, key, origin).await?;
    Ok(see_other(&desk.here("keys")))
}

/// `POST /console/{pool}/keys/{key}/switch`
pub(in super::super) async fn switch(desk: Desk) -> Answer {
    let request = UpdateAccessKey {
        access_key_id: desk.part("key").to_owned(),
        enabled: desk.form.text("enabled") == "1",
        permissions: None,
    };
    let origin = desk.origin.clone();
    update_access_key(&desk.app.authority, &desk.caller, request, origin).await?;
    Ok(see_other(&desk.here("keys")))
}
