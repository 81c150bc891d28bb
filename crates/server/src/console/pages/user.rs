//! One person: profile, identities, sessions, history, and what can be done about them.

use super::super::desk::{Answer, Desk};
use super::super::form::query;
use super::super::frame::{Frame, Shell, Trouble, refusal_text, see_other};
use super::super::show::{self, Person, fill};
use super::super::who::Names;
use super::Confirm;
use askama::Template;
use axum::response::Response;
use http::StatusCode;
use rollcall_core::Refusal;
use rollcall_core::limits;
use rollcall_core::model::standing::Standing;
use rollcall_core::model::user::{ProfileField, User, UserStatus};
use rollcall_core::model::user_action::{ActionFailure, UserActionKind};
use rollcall_core::operations::console_reads::{list_past_logins, list_sessions_of_user};
use rollcall_core::operations::end_all_sessions::{EndAllSessions, end_all_sessions};
use rollcall_core::operations::get_user::get_user;
use rollcall_core::operations::get_user_action_logs::{GetUserActionLogs, get_user_action_logs};
use rollcall_core::operations::update_user::{UpdateUser, update_user};
use rollcall_core::operations::{GivenPassword, UserFields, UserReference};
use rollcall_core::page::PageRequest;
use rollcall_core::ports::console_reads::SessionTree;
use rollcall_core::time::Timestamp;

/// A session of the tree.
struct Branch {
    device: String,
    id: String,
    is_browser: bool,
    since: String,
    seen: String,
    ends: String,
    logins: Vec<Leaf>,
}

/// A login of a session.
struct Leaf {
    app: String,
    app_id: String,
    since: String,
    seen: String,
    ends: String,
}

/// Something that happened.
struct Entry {
    at: Timestamp,
    when: String,
    hook: &'static str,
    title: String,
    detail: String,
}

struct IdentityRow {
    provider: &'static str,
    ext_idp: String,
    kind: String,
    id: String,
}

#[derive(Template)]
#[template(path = "console/user.html")]
struct Page<'a> {
    shell: Shell<'a>,
    person: Person,
    facts: Vec<(&'a str, String)>,
    instants: Vec<(&'a str, String)>,
    identities: Vec<IdentityRow>,
    sessions: Vec<Branch>,
    history: Vec<Entry>,
    older: String,
}

async fn found(desk: &Desk) -> Result<User, Trouble> {
    let reference = UserReference::id(desk.user_id()?.to_string());
    let details = get_user(&desk.app.authority, &desk.caller, reference, false).await?;
    Ok(details.user)
}

/// `GET /console/{pool}/users/{user}`
pub(in super::super) async fn user(desk: Desk) -> Answer {
    let reference = UserReference::id(desk.user_id()?.to_string());
    let authority = &desk.app.authority;
    let details = get_user(authority, &desk.caller, reference, true).await?;
    let user = details.user;
    let t = desk.frame.t;
    let trees = list_sessions_of_user(authority, &desk.caller, user.id).await?;
    let before = desk.query.get("before").and_then(|text| text.parse().ok());
    let history = history(&desk, &user, before.map(Timestamp::from_millis)).await?;
    let is_cut = history.len() >= usize::try_from(limits::HISTORY_ROWS).unwrap_or(50);
    let older = history.last().filter(|_| is_cut).map(|last| {
        let before = last.at.as_millis().to_string();
        let path = desk.here(&format!("users/{}", user.id));
        format!("{path}?{}#history", query(&[("before", &before)]))
    });
    let identities = details.identities.unwrap_or_default();
    let person = Person::of(&user, t);
    let title = person.name.clone();
    let page = Page {
        shell: desk.frame.shell("user", &title),
        facts: facts(&user, &desk.frame),
        instants: instants(&user, &desk.frame),
        identities: identities
            .iter()
            .map(|identity| IdentityRow {
                provider: identity.provider.as_str(),
                ext_idp: identity.ext_idp.to_string(),
                kind: identity.kind.clone(),
                id: identity.user_id_in_idp.clone(),
            })
            .collect(),
        sessions: trees.iter().map(|tree| branch(tree, &desk.frame)).collect(),
        history,
        older: older.unwrap_or_default(),
        person,
    };
    Ok(desk.frame.page(&page))
}

fn facts<'a>(user: &User, f: &Frame) -> Vec<(&'a str, String)> {
    let p = &f.t.people;
    let profile = |field| user.profile.get(&field).cloned();
    let phone = user.phone.as_ref().map(|phone| phone.e164.clone());
    let all = [
        (p.status, Some(f.t.status(user.status).to_owned())),
        (p.user_id, Some(user.id.to_string())),
        (p.username, user.username.clone()),
        (p.email, user.email.clone()),
        (p.phone, phone),
        (p.external_id, user.external_id.clone()),
        (p.display_name, profile(ProfileField::Name)),
        (p.nickname, profile(ProfileField::Nickname)),
        (p.company, profile(ProfileField::Company)),
        (p.sign_in_count, Some(user.sign_ins.count.to_string())),
    ];
    let given = all.into_iter().filter_map(|(name, value)| {
        let value = value.filter(|value| !value.is_empty())?;
        Some((name, value))
    });
    given.collect()
}

fn instants<'a>(user: &User, f: &Frame) -> Vec<(&'a str, String)> {
    let p = &f.t.people;
    let all = [
        (p.created, Some(user.created_at)),
        (p.last_sign_in, user.sign_ins.last_at),
        (p.password_set, user.password.last_set_at),
        (p.status_since, Some(user.status_changed_at)),
    ];
    let given = all.into_iter();
    given
        .filter_map(|(name, at)| Some((name, show::when(at?))))
        .collect()
}

fn branch(tree: &SessionTree, f: &Frame) -> Branch {
    let device = tree.logins.first().map(|login| &login.device);
    let device = device.map_or_else(
        || f.t.people.unknown_device.to_owned(),
        |device| show::device(device, f.t),
    );
    Branch {
        device,
        id: tree.session.id.to_string(),
        is_browser: tree.is_browser,
        since: show::when(tree.session.begun_at),
        seen: show::when(tree.session.last_seen),
        ends: ends(tree.standing),
        logins: tree
            .logins
            .iter()
            .map(|login| Leaf {
                app: login.application_name.clone(),
                app_id: login.login.application.to_string(),
                since: show::when(login.first_begun_at),
                seen: show::when(login.login.last_seen),
                ends: ends(login.standing),
            })
            .collect(),
    }
}

fn ends(standing: Standing) -> String {
    match standing {
        Standing::Live { expires_at } => show::when(expires_at),
        Standing::Ended(_) => String::new(),
    }
}

/// Logins that began and ended, and what else they did, in one line of time.
async fn history(
    desk: &Desk,
    user: &User,
    before: Option<Timestamp>,
) -> Result<Vec<Entry>, Trouble> {
    let authority = &desk.app.authority;
    let (t, p) = (desk.frame.t, &desk.frame.t.people);
    let mut entries = Vec::new();
    let past = list_past_logins(authority, &desk.caller, user.id, before).await?;
    let enders = past.iter().filter_map(|past| past.end.as_ref());
    let names = Names::of(desk, enders.map(|end| end.actor)).await?;
    for past in past {
        let app = if past.application_name.is_empty() {
            past.application.to_string()
        } else {
            past.application_name
        };
        if let Some(end) = past.end {
            entries.push(Entry {
                at: end.at,
                when: show::when(end.at),
                hook: end.reason.as_str(),
                title: fill(p.ended_in, &[&app]),
                detail: format!(
                    "{} · {}",
                    show::reason(end.reason, t),
                    names.who(end.actor, t).text
                ),
            });
        }
        entries.push(Entry {
            at: past.begun_at,
            when: show::when(past.begun_at),
            hook: "began",
            title: fill(p.began_in, &[&app]),
            detail: show::device(&past.device, t),
        });
    }
    entries.extend(other_actions(desk, user, before).await?);
    entries.retain(|entry| before.is_none_or(|before| entry.at < before));
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    entries.truncate(usize::try_from(limits::HISTORY_ROWS).unwrap_or(50));
    Ok(entries)
}

/// What is no login: refusals, sign-outs, changes of one's own.
async fn other_actions(
    desk: &Desk,
    user: &User,
    before: Option<Timestamp>,
) -> Result<Vec<Entry>, Trouble> {
    let request = GetUserActionLogs {
        user_id: Some(user.id.to_string()),
        end: before,
        ..GetUserActionLogs::default()
    };
    let page = PageRequest::new(None, Some(i64::from(limits::MAX_PAGE_ROWS)))?;
    let rows = get_user_action_logs(&desk.app.authority, &desk.caller, request, page).await?;
    let p = &desk.frame.t.people;
    let others = rows.list.into_iter().filter_map(|listed| {
        let row = listed.row;
        let title = match (row.action.kind, row.action.failure) {
            (UserActionKind::Login, None) => return None,
            (UserActionKind::Login, Some(_)) => p.refused_sign_in.to_owned(),
            (UserActionKind::Logout, _) => p.did_sign_out.to_owned(),
            (UserActionKind::UpdatePassword, _) => p.did_change_password.to_owned(),
            (UserActionKind::UpdateProfile, _) => p.did_change_profile.to_owned(),
            (UserActionKind::Register, _) => p.did_register.to_owned(),
            (kind, _) => kind.as_str().to_owned(),
        };
        let device = show::device(&row.action.device, desk.frame.t);
        let failure = row.action.failure.map(ActionFailure::as_str);
        Some(Entry {
            at: row.at,
            when: show::when(row.at),
            hook: failure.unwrap_or(row.action.kind.as_str()),
            title,
            detail: match failure {
                Some(failure) => format!("{} · {device}", failure.replace('_', " ")),
                None => device,
            },
        })
    });
    Ok(others.collect())
}

fn confirm<'a>(
    desk: &'a Desk,
    user: &User,
    (title, button, verb): (&'a str, &'a str, &str),
    effects: Vec<String>,
) -> Confirm<'a> {
    let person = Person::of(user, desk.frame.t);
    let path = desk.here(&format!("users/{}", user.id));
    Confirm {
        shell: desk.frame.shell("user", title),
        about: vec![person.name, person.detail]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect(),
        effects,
        fields: Vec::new(),
        action: format!("{path}/{verb}"),
        button,
        cancel: path,
        asks_password: false,
        problem: String::new(),
    }
}

/// `GET /console/{pool}/users/{user}/end`
pub(in super::super) async fn ask_end(desk: Desk) -> Answer {
    let user = found(&desk).await?;
    let p = &desk.frame.t.people;
    let effects = vec![p.end_effect.to_owned(), p.no_undo.to_owned()];
    let page = confirm(
        &desk,
        &user,
        (p.end_title, p.end_everywhere, "end"),
        effects,
    );
    Ok(desk.frame.page(&page))
}

/// `POST /console/{pool}/users/{user}/end`: ends every session of theirs.
pub(in super::super) async fn end(desk: Desk) -> Answer {
    let user = desk.user_id()?.to_string();
    let request = EndAllSessions::OfUser(UserReference::id(user.as_str()));
    end_all_sessions(
        &desk.app.authority,
        &desk.caller,
        request,
        desk.origin.clone(),
    )
    .await?;
    Ok(see_other(&desk.here(&format!("users/{user}"))))
}

/// `GET /console/{pool}/users/{user}/suspend`
pub(in super::super) async fn ask_suspend(desk: Desk) -> Answer {
    let user = found(&desk).await?;
    let p = &desk.frame.t.people;
    let effects = vec![p.suspend_effect.to_owned(), p.suspend_undo.to_owned()];
    let page = confirm(
        &desk,
        &user,
        (p.suspend_title, p.suspend, "suspend"),
        effects,
    );
    Ok(desk.frame.page(&page))
}

/// `POST /console/{pool}/users/{user}/suspend`
pub(in super::super) async fn suspend(desk: Desk) -> Answer {
    set_status(&desk, UserStatus::Suspended).await
}

/// `POST /console/{pool}/users/{user}/activate`
pub(in super::super) async fn activate(desk: Desk) -> Answer {
    set_status(&desk, UserStatus::Activated).await
}

async fn set_status(desk: &Desk, status: UserStatus) -> Answer {
    let fields = UserFields {
        status: Some(status),
        ..UserFields::default()
    };
    change(desk, fields).await?;
    let path = format!("users/{}", desk.part("user"));
    Ok(see_other(&desk.here(&path)))
}

async fn change(desk: &Desk, fields: UserFields) -> Result<(), Refusal> {
    let request = UpdateUser {
        user: UserReference::id(desk.part("user")),
        fields,
    };
    let origin = desk.origin.clone();
    update_user(&desk.app.authority, &desk.caller, request, origin).await?;
    Ok(())
}

/// `GET /console/{pool}/users/{user}/password`
pub(in super::super) async fn ask_password(desk: Desk) -> Answer {
    let user = found(&desk).await?;
    Ok(password_page(&desk, &user, String::new(), StatusCode::OK))
}

fn password_page(desk: &Desk, user: &User, problem: String, status: StatusCode) -> Response {
    let p = &desk.frame.t.people;
    let effects = vec![p.password_effect.to_owned(), p.no_undo.to_owned()];
    let named = (p.password_title, p.set_password, "password");
    let page = Confirm {
        asks_password: true,
        problem,
        ..confirm(desk, user, named, effects)
    };
    desk.frame.answer(status, &page)
}

/// `POST /console/{pool}/users/{user}/password`
pub(in super::super) async fn password(desk: Desk) -> Answer {
    let user = found(&desk).await?;
    let given = desk.form.exact("password");
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    if given != desk.form.exact("again") {
        let text = desk.frame.t.doors.differing.to_owned();
        return Ok(password_page(&desk, &user, text, wrong));
    }
    let fields = UserFields {
        password: Some(GivenPassword::Clear(given)),
        ..UserFields::default()
    };
    match change(&desk, fields).await {
        Ok(()) => Ok(see_other(&desk.here(&format!("users/{}", user.id)))),
        Err(refusal @ (Refusal::Invalid(_) | Refusal::Rule(_))) => {
            let text = refusal_text(desk.frame.t, &refusal);
            Ok(password_page(&desk, &user, text, wrong))
        }
        Err(refusal) => Err(refusal.into()),
    }
}
