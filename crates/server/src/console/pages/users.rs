//! Finding people, and making one.

use super::super::desk::{Answer, Desk};
use super::super::form::query;
use super::super::frame::{Shell, Trouble, refusal_text, see_other};
use super::super::show::{self, Person};
use askama::Template;
use http::StatusCode;
use rollcall_core::Refusal;
use rollcall_core::limits;
use rollcall_core::model::user::{Profile, ProfileField, User};
use rollcall_core::operations::console_reads::{
    find_any_user, find_users_beginning, list_newest_users,
};
use rollcall_core::operations::create_user::{CreateUser, create_user};
use rollcall_core::operations::{GivenPassword, UserFields};
use rollcall_core::time::Timestamp;

struct Row {
    person: Person,
    last_at: String,
    created_at: String,
}

#[derive(Template)]
#[template(path = "console/users.html")]
struct Page<'a> {
    shell: Shell<'a>,
    q: String,
    exact: Option<Person>,
    rows: Vec<Row>,
    next: String,
    problem: String,
}

/// `GET /console/{pool}/users?q=…`: the person whose identifier it is, and those whose
/// username or e-mail begins like that.
pub(in super::super) async fn users(desk: Desk) -> Answer {
    let q = desk.query.text("q");
    let t = desk.frame.t;
    let (mut exact, mut problem) = (None, String::new());
    if !q.is_empty() {
        match find_any_user(&desk.app.authority, &desk.caller, &q).await {
            Ok(user) => exact = Some(Person::of(&user, t)),
            Err(Refusal::NotFound(_) | Refusal::Invalid(_)) => {}
            Err(refusal @ Refusal::AmbiguousUser(_)) => problem = refusal_text(t, &refusal),
            Err(refusal) => return Err(refusal.into()),
        }
    }
    let (found, next) = if q.is_empty() {
        newest(&desk).await?
    } else {
        let found = find_users_beginning(&desk.app.authority, &desk.caller, &q).await;
        let found = match found {
            Err(Refusal::Invalid(_)) => Vec::new(),
            other => other?,
        };
        (found, String::new())
    };
    let others = found.iter().filter(|user| {
        let is_same = |exact: &Person| exact.id == user.id.to_string();
        !exact.as_ref().is_some_and(is_same)
    });
    let rows = others.map(|user| Row {
        person: Person::of(user, t),
        last_at: user.sign_ins.last_at.map(show::when).unwrap_or_default(),
        created_at: show::when(user.created_at),
    });
    let page = Page {
        shell: desk.frame.shell("users", t.common.users),
        rows: rows.collect(),
        q,
        exact,
        next,
        problem,
    };
    Ok(desk.frame.page(&page))
}

/// The newest users, and where those before them are.
async fn newest(desk: &Desk) -> Result<(Vec<User>, String), Trouble> {
    let after = match (desk.query.get("at"), desk.query.get("after")) {
        (Some(at), Some(id)) => {
            let at = at.parse().map_err(|_| Trouble::BadRequest)?;
            let id = id.parse().map_err(|_| Trouble::BadRequest)?;
            Some((Timestamp::from_millis(at), id))
        }
        _ => None,
    };
    let found = list_newest_users(&desk.app.authority, &desk.caller, after).await?;
    let is_cut = found.len() >= usize::try_from(limits::USERS_SHOWN).unwrap_or(usize::MAX);
    let next = found.last().filter(|_| is_cut).map(|last| {
        let at = last.created_at.as_millis().to_string();
        let asked = query(&[("at", &at), ("after", &last.id.to_string())]);
        format!("{}?{asked}", desk.here("users"))
    });
    Ok((found, next.unwrap_or_default()))
}

#[derive(Template)]
#[template(path = "console/new_user.html")]
struct NewPage<'a> {
    shell: Shell<'a>,
    name: String,
    username: String,
    email: String,
    phone: String,
    problem: String,
}

fn new_page(desk: &Desk, problem: String, status: StatusCode) -> axum::response::Response {
    let f = &desk.frame;
    let page = NewPage {
        shell: f.shell("new-user", f.t.people.new_user),
        name: desk.form.text("name"),
        username: desk.form.text("username"),
        email: desk.form.text("email"),
        phone: desk.form.text("phone"),
        problem,
    };
    f.answer(status, &page)
}

/// `GET /console/{pool}/users/new`
pub(in super::super) async fn ask_new(desk: Desk) -> Answer {
    Ok(new_page(&desk, String::new(), StatusCode::OK))
}

/// `POST /console/{pool}/users/new`
pub(in super::super) async fn make(desk: Desk) -> Answer {
    let text = |name: &str| desk.form.get(name).map(str::to_owned);
    let mut profile = Profile::new();
    if let Some(name) = text("name") {
        profile.insert(ProfileField::Name, name);
    }
    let password = Some(desk.form.exact("password")).filter(|text| !text.is_empty());
    let request = CreateUser {
        fields: UserFields {
            username: text("username"),
            email: text("email"),
            phone: text("phone"),
            profile,
            password: password.map(GivenPassword::Clear),
            ..UserFields::default()
        },
        identities: Vec::new(),
    };
    let origin = desk.origin.clone();
    match create_user(&desk.app.authority, &desk.caller, request, origin).await {
        Ok(made) => Ok(see_other(&desk.here(&format!("users/{}", made.user.id)))),
        Err(
            refusal
            @ (Refusal::Invalid(_) | Refusal::Taken(_) | Refusal::Rule(_) | Refusal::NoName),
        ) => {
            let text = refusal_text(desk.frame.t, &refusal);
            Ok(new_page(&desk, text, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(refusal) => Err(refusal.into()),
    }
}
