//! `end-all-sessions` (ours, V3 style): signs out everybody of a scope.

use super::check_session_status::known_application_id;
use super::select_user::USER_ID;
use super::{Authority, UserReference};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::ports::logins::{EndScope, EndedAll};
use crate::refusal::{Record, Refusal};

/// Whose sessions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EndAllSessions {
    /// A user's, in all applications and browsers.
    OfUser(UserReference),
    /// Everybody's logins in this application.
    OfApplication(String),
    /// Everybody's in the pool.
    OfPool,
}

/// Ends them; when this has answered, all of them have ended, however many. What
/// begins later is not touched.
pub async fn end_all_sessions(
    authority: &Authority,
    caller: &ManagementCaller,
    request: EndAllSessions,
    origin: Origin,
) -> Result<(), Refusal> {
    caller.require(Permission::SessionsEnd)?;
    let scope = match request {
        EndAllSessions::OfUser(user) => EndScope::User(user.selector(USER_ID)?),
        EndAllSessions::OfApplication(id) => EndScope::Application(known_application_id(&id)?),
        EndAllSessions::OfPool => EndScope::Pool,
    };
    let store = &authority.store;
    match store.end_all_sessions(caller.pool, scope, origin).await? {
        EndedAll::Ended => Ok(()),
        EndedAll::ApplicationNotFound => Err(Refusal::NotFound(Record::Application)),
        EndedAll::UserNotFound => Err(Refusal::NotFound(Record::User)),
        EndedAll::AmbiguousUser(kinds) => Err(Refusal::AmbiguousUser(kinds)),
    }
}
