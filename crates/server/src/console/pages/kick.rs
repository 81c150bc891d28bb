//! Kicking one or many: the effect stated first, what came of it after.

use super::super::desk::{Answer, Desk};
use super::super::form::query;
use super::super::frame::{Shell, Trouble, see_other};
use super::super::show::{Person, fill};
use super::Confirm;
use askama::Template;
use rollcall_core::limits;
use rollcall_core::model::application::Application;
use rollcall_core::model::logout_delivery::DeliveryStatus;
use rollcall_core::operations::UserReference;
use rollcall_core::operations::get_application::get_application;
use rollcall_core::operations::get_user::UserDetails;
use rollcall_core::operations::get_user_batch::{GetUserBatch, get_user_batch};
use rollcall_core::operations::kick_users::{KickUsers, kick_users};
use rollcall_core::operations::list_logout_deliveries::{
    ListLogoutDeliveries, list_logout_deliveries,
};
use rollcall_core::page::PageRequest;
use rollcall_core::time::Timestamp;

/// Who is to be kicked from what.
struct Kick {
    app: Application,
    people: Vec<Person>,
}

async fn kick_of(desk: &Desk, app: Option<&str>, users: Vec<String>) -> Result<Kick, Trouble> {
    let app = app.ok_or(Trouble::NotFound)?;
    let app = get_application(&desk.app.authority, &desk.caller, app).await?;
    if users.is_empty() || users.len() > limits::MAX_BATCH_IDS {
        return Err(Trouble::BadRequest);
    }
    let request = GetUserBatch {
        user_ids: users,
        user_id_type: None,
        with_identities: false,
    };
    let found = get_user_batch(&desk.app.authority, &desk.caller, request).await?;
    let person = |details: &UserDetails| Person::of(&details.user, desk.frame.t);
    let people: Vec<Person> = found.iter().map(person).collect();
    if people.is_empty() {
        return Err(Trouble::NotFound);
    }
    Ok(Kick { app, people })
}

/// `GET /console/{pool}/kick?app=…&user=…&user=…`: what it will do.
pub(in super::super) async fn ask(desk: Desk) -> Answer {
    let users = desk.query.all("user");
    let app = desk.query.text("app");
    let back = format!("{}?{}", desk.here("online"), query(&[("app", &app)]));
    if users.is_empty() {
        return Ok(see_other(&back));
    }
    let kick = kick_of(&desk, Some(&app), users).await?;
    let (f, p) = (&desk.frame, &desk.frame.t.people);
    let number = kick.people.len().to_string();
    let name = kick.app.name.as_str();
    let told = match &kick.app.oauth.backchannel_logout_uri {
        Some(uri) => fill(p.kick_tells, &[name, uri]),
        None => fill(p.kick_tells_nobody, &[name]),
    };
    let mut fields = vec![("app", kick.app.id.to_string())];
    fields.extend(kick.people.iter().map(|person| ("user", person.id.clone())));
    let page = Confirm {
        shell: f.shell("kick", p.kick_title),
        about: kick.people.iter().map(label).collect(),
        effects: vec![
            fill(p.kick_effect, &[&number, name]),
            told,
            p.kick_again.to_owned(),
            p.no_undo.to_owned(),
        ],
        fields,
        action: desk.here("kick"),
        button: p.kick,
        cancel: back,
        asks_password: false,
        problem: String::new(),
    };
    Ok(f.page(&page))
}

fn label(person: &Person) -> String {
    if person.detail.is_empty() {
        person.name.clone()
    } else {
        format!("{} · {}", person.name, person.detail)
    }
}

/// `POST /console/{pool}/kick`: does it, for each of them.
pub(in super::super) async fn kick(desk: Desk) -> Answer {
    let app = desk.form.text("app");
    let kick = kick_of(&desk, Some(&app), desk.form.all("user")).await?;
    let since = desk.app.authority.store.now();
    for person in &kick.people {
        let request = KickUsers {
            user: UserReference::id(person.id.as_str()),
            app_ids: vec![app.clone()],
        };
        kick_users(
            &desk.app.authority,
            &desk.caller,
            request,
            desk.origin.clone(),
        )
        .await?;
    }
    let since = since.as_millis().to_string();
    let mut asked = vec![("app", app.as_str()), ("since", since.as_str())];
    asked.extend(
        kick.people
            .iter()
            .map(|person| ("user", person.id.as_str())),
    );
    Ok(see_other(&format!(
        "{}?{}",
        desk.here("kicked"),
        query(&asked)
    )))
}

/// What an application was told of somebody's end.
struct Told {
    name: String,
    status: String,
    hook: &'static str,
    uri: String,
    tries: usize,
}

#[derive(Template)]
#[template(path = "console/kicked.html")]
struct Page<'a> {
    shell: Shell<'a>,
    app: String,
    people: Vec<Person>,
    part: Part<'a>,
    back: String,
}

#[derive(Template)]
#[template(path = "console/kicked_rows.html")]
struct Part<'a> {
    shell: Shell<'a>,
    told: Vec<Told>,
    wants_to_be_told: bool,
    /// Asked again until nobody waits any more.
    waits: bool,
    path: String,
}

/// `GET /console/{pool}/kicked`: what came of it.
pub(in super::super) async fn kicked(desk: Desk) -> Answer {
    let (kick, since) = asked(&desk).await?;
    let f = &desk.frame;
    let id = kick.app.id.to_string();
    let part = part(&desk, &kick, since).await?;
    let page = Page {
        shell: f.shell("kicked", f.t.people.kicked_title),
        app: kick.app.name.clone(),
        people: kick.people,
        part,
        back: format!("{}?{}", desk.here("online"), query(&[("app", &id)])),
    };
    Ok(f.page(&page))
}

/// `GET /console/{pool}/kicked/rows`: the same part, as it is now.
pub(in super::super) async fn rows(desk: Desk) -> Answer {
    let (kick, since) = asked(&desk).await?;
    let part = part(&desk, &kick, since).await?;
    Ok(desk.frame.page(&part))
}

async fn asked(desk: &Desk) -> Result<(Kick, Timestamp), Trouble> {
    let since = desk.query.get("since").and_then(|text| text.parse().ok());
    let since = since.ok_or(Trouble::BadRequest)?;
    let kick = kick_of(desk, desk.query.get("app"), desk.query.all("user")).await?;
    Ok((kick, Timestamp::from_millis(since)))
}

async fn part<'a>(desk: &'a Desk, kick: &Kick, since: Timestamp) -> Result<Part<'a>, Trouble> {
    let app = kick.app.id.to_string();
    let mut told = Vec::new();
    for person in &kick.people {
        let request = ListLogoutDeliveries {
            user: Some(UserReference::id(person.id.as_str())),
            app_id: Some(app.clone()),
            status: None,
        };
        let page = PageRequest::new(None, Some(20))?;
        let list = list_logout_deliveries(&desk.app.authority, &desk.caller, request, page).await?;
        let new = list.list.into_iter().filter(|row| row.ended_at >= since);
        told.extend(new.map(|row| Told {
            name: person.name.clone(),
            status: desk.frame.t.delivery(row.state.status()).to_owned(),
            hook: row.state.status().as_str(),
            uri: row.uri,
            tries: row.attempts.len(),
        }));
    }
    let wants_to_be_told = kick.app.oauth.backchannel_logout_uri.is_some();
    let waiting = DeliveryStatus::Waiting.as_str();
    let since = since.as_millis().to_string();
    let mut asked = vec![("app", app.as_str()), ("since", since.as_str())];
    asked.extend(
        kick.people
            .iter()
            .map(|person| ("user", person.id.as_str())),
    );
    Ok(Part {
        shell: desk.frame.shell("kicked", ""),
        waits: told.iter().any(|row| row.hook == waiting),
        told,
        wants_to_be_told,
        path: format!("{}?{}", desk.here("kicked/rows"), query(&asked)),
    })
}
