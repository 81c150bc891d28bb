//! Is this user signed in to this application, and why: the answer of
//! `check-session-status` with its reasons, decided by the same function.

use super::Authority;
use super::UserReference;
use super::check_session_status::application_id;
use super::select_user::USER_ID;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::End;
use crate::model::standing::{Limit, Moments, Standing};
use crate::model::user::UserStatus;
use crate::ports::console_reads::{SeenLogin, StandingAnswer, StandingFacts};
use crate::refusal::{Record, Refusal};
use crate::time::Timestamp;

/// A live login: what makes the answer yes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LiveLogin {
    /// The login.
    pub seen: SeenLogin,
    /// When it ends without further activity.
    pub ends_at: Timestamp,
    /// By which rule.
    pub by: Limit,
}

/// Why the answer is no.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WhyNot {
    /// The user is not `Activated`, since then.
    UserNotActivated(UserStatus, Timestamp),
    /// The application is switched off.
    ApplicationOff,
    /// The last login ended like this.
    Ended(Box<SeenLogin>, End),
    /// They never signed in there, as far as is kept.
    Never,
}

/// The answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Explained {
    /// Signed in, with these.
    Active(Vec<LiveLogin>),
    /// Not signed in.
    Inactive(WhyNot),
}

/// The answer, and about whom and what.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// What was found.
    pub facts: StandingFacts,
    /// The answer.
    pub answer: Explained,
}

/// Explains how a user, by any identifier, stands in an application.
pub async fn explain_session_status(
    authority: &Authority,
    caller: &ManagementCaller,
    app_id: &str,
    user: UserReference,
) -> Result<Explanation, Refusal> {
    caller.require(Permission::Check)?;
    caller.require(Permission::SessionsRead)?;
    let unknown = Refusal::NotFound(Record::Application);
    let application = application_id(app_id, "appId")?.ok_or(unknown.clone())?;
    let selector = user.selector_of_any_kind(USER_ID)?;
    let store = &authority.store;
    match store
        .standing_facts(caller.pool, application, selector)
        .await?
    {
        StandingAnswer::Known(facts) => Ok(explained(*facts)),
        StandingAnswer::ApplicationNotFound => Err(unknown),
        StandingAnswer::UserNotFound => Err(Refusal::NotFound(Record::User)),
        StandingAnswer::AmbiguousUser(kinds) => Err(Refusal::AmbiguousUser(kinds)),
    }
}

fn explained(facts: StandingFacts) -> Explanation {
    let live: Vec<LiveLogin> = facts.logins.iter().filter_map(live).collect();
    let answer = if live.is_empty() {
        Explained::Inactive(why_not(&facts))
    } else {
        Explained::Active(live)
    };
    Explanation { facts, answer }
}

fn live(seen: &SeenLogin) -> Option<LiveLogin> {
    let Standing::Live { expires_at } = seen.standing else {
        return None;
    };
    let (by, _) = seen
        .rules
        .next_limit(&Moments::of(&seen.login, &seen.session));
    Some(LiveLogin {
        seen: seen.clone(),
        ends_at: expires_at,
        by,
    })
}

/// The state of user and application comes first: it keeps them out whatever ended
/// their logins.
fn why_not(facts: &StandingFacts) -> WhyNot {
    let user = &facts.user;
    if user.status != UserStatus::Activated {
        return WhyNot::UserNotActivated(user.status, user.status_changed_at);
    }
    if !facts.application.enabled {
        return WhyNot::ApplicationOff;
    }
    let unrecorded = facts.logins.iter().filter_map(|seen| match seen.standing {
        Standing::Ended(end) => Some((seen.clone(), end)),
        Standing::Live { .. } => None,
    });
    let last = unrecorded.chain(facts.last.clone());
    match last.max_by_key(|(_, end)| end.at) {
        Some((seen, end)) => WhyNot::Ended(Box::new(seen), end),
        None => WhyNot::Never,
    }
}
