//! One box: is this person signed in to this application, and why.

use super::super::desk::{Answer, Desk};
use super::super::frame::{Shell, Trouble, refusal_text};
use super::super::show::{self, Person, fill};
use super::super::who::{Names, Who};
use super::{Choice, choices};
use askama::Template;
use rollcall_core::Refusal;
use rollcall_core::operations::UserReference;
use rollcall_core::operations::explain_session_status::{
    Explained, Explanation, WhyNot, explain_session_status,
};

struct Live {
    device: String,
    since: String,
    seen: String,
    ends: String,
    rule: &'static str,
}

struct Shown {
    person: Person,
    app: String,
    is_active: bool,
    live: Vec<Live>,
    /// Why not, and since when.
    why: String,
    since: String,
    by: Who,
    device: String,
    as_of: String,
}

#[derive(Template)]
#[template(path = "console/check.html")]
struct Page<'a> {
    shell: Shell<'a>,
    choices: Vec<Choice>,
    user: String,
    shown: Option<Shown>,
    problem: String,
}

/// `GET /console/{pool}/check?user=…&app=…`
pub(in super::super) async fn check(desk: Desk) -> Answer {
    let (choices, app) = choices(&desk, desk.query.get("app")).await?;
    let user = desk.query.text("user");
    let t = desk.frame.t;
    let (mut shown, mut problem) = (None, String::new());
    if let (false, Some(app)) = (user.is_empty(), app) {
        let reference = UserReference::id(user.as_str());
        let found = explain_session_status(&desk.app.authority, &desk.caller, &app.id, reference);
        match found.await {
            Ok(explanation) => shown = Some(shown_of(&desk, &explanation).await?),
            Err(Refusal::NotFound(_)) => problem = t.people.nobody_found.to_owned(),
            Err(refusal @ (Refusal::AmbiguousUser(_) | Refusal::Invalid(_))) => {
                problem = refusal_text(t, &refusal);
            }
            Err(refusal) => return Err(refusal.into()),
        }
    }
    let page = Page {
        shell: desk.frame.shell("check", t.common.check),
        choices,
        user,
        shown,
        problem,
    };
    Ok(desk.frame.page(&page))
}

async fn shown_of(desk: &Desk, explanation: &Explanation) -> Result<Shown, Trouble> {
    let t = desk.frame.t;
    let facts = &explanation.facts;
    let mut shown = Shown {
        person: Person::of(&facts.user, t),
        app: facts.application.name.clone(),
        is_active: false,
        live: Vec::new(),
        why: String::new(),
        since: String::new(),
        by: Who::default(),
        device: String::new(),
        as_of: show::when(facts.now),
    };
    match &explanation.answer {
        Explained::Active(live) => {
            shown.is_active = true;
            shown.live = live
                .iter()
                .map(|login| Live {
                    device: show::device(&login.seen.device, t),
                    since: show::when(login.seen.first_begun_at),
                    seen: show::when(login.seen.login.last_seen),
                    ends: show::when(login.ends_at),
                    rule: show::limit(login.by, t),
                })
                .collect();
        }
        Explained::Inactive(WhyNot::UserNotActivated(status, since)) => {
            shown.why = fill(t.people.why_status, &[t.status(*status)]);
            shown.since = show::when(*since);
        }
        Explained::Inactive(WhyNot::ApplicationOff) => {
            t.people.why_app_off.clone_into(&mut shown.why);
            shown.since = show::when(facts.application.updated_at);
        }
        Explained::Inactive(WhyNot::Ended(seen, end)) => {
            show::reason(end.reason, t).clone_into(&mut shown.why);
            shown.since = show::when(end.at);
            let names = Names::of(desk, std::iter::once(end.actor)).await?;
            shown.by = names.who(end.actor, t);
            shown.device = show::device(&seen.device, t);
        }
        Explained::Inactive(WhyNot::Never) => t.people.why_never.clone_into(&mut shown.why),
    }
    Ok(shown)
}
