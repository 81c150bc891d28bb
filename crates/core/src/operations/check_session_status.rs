//! `check-session-status`: is this user signed in to this application, right now?

use super::select_user::USER_ID;
use super::{Authority, UserReference};
use crate::ids::ApplicationId;
use crate::model::access_key::{KeyClaim, Permission};
use crate::model::identifier::{IdentifierKind, UserSelector, is_name_length};
use crate::ports::logins::SessionStatus;
use crate::refusal::{Field, Record, Refusal};

/// Whom and what is asked about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CheckSessionStatus {
    /// The application's id.
    pub app_id: String,
    /// Any identifier of the user.
    pub user_id: String,
    /// Which kind of identifier it is, if the caller says so.
    pub user_id_type: Option<IdentifierKind>,
}

/// Answers from committed state that is no older than the call. Asking is not
/// activity.
///
/// The caller is confirmed by the same look at the store that answers. So the request
/// is read before, and what is wrong with it is told only to a caller that may ask.
pub async fn check_session_status<E: From<Refusal>>(
    authority: &Authority,
    claim: KeyClaim,
    request: Result<CheckSessionStatus, E>,
) -> Result<bool, E> {
    let question = request.and_then(|request| question(request).map_err(E::from));
    let (application, user) = match question {
        Ok(question) => question,
        Err(told) => {
            let caller = authority.confirm_caller(claim).await?;
            caller.require(Permission::Check)?;
            return Err(told);
        }
    };
    let store = &authority.store;
    let check = store.session_status(claim.key, application, &user).await;
    let Some(check) = check.map_err(Refusal::from)? else {
        return Err(Refusal::NotAuthenticated.into());
    };
    let caller = authority.confirm(claim, Some(&check.key))?;
    caller.require(Permission::Check)?;
    Ok(active(check.status)?)
}

/// What the store is asked.
fn question(request: CheckSessionStatus) -> Result<(ApplicationId, UserSelector), Refusal> {
    let reference = UserReference {
        text: request.user_id,
        kind: request.user_id_type,
    };
    let application = application_id(&request.app_id, "appId");
    let selector = reference.selector_of_any_kind(USER_ID);
    match (application, selector) {
        (Err(Refusal::Invalid(mut fields)), Err(Refusal::Invalid(more))) => {
            fields.extend(more);
            Err(Refusal::Invalid(fields))
        }
        // The application is looked up before the user.
        (Ok(None), Ok(_)) => Err(Refusal::NotFound(Record::Application)),
        (application, selector) => {
            let (application, selector) = (application?, selector?);
            let application = application.ok_or(Refusal::NotFound(Record::Application))?;
            Ok((application, selector))
        }
    }
}

fn active(status: SessionStatus) -> Result<bool, Refusal> {
    match status {
        SessionStatus::Known { active } => Ok(active),
        SessionStatus::ApplicationNotFound => Err(Refusal::NotFound(Record::Application)),
        SessionStatus::UserNotFound => Err(Refusal::NotFound(Record::User)),
        SessionStatus::AmbiguousUser(kinds) => Err(Refusal::AmbiguousUser(kinds)),
    }
}

/// An application id as typed: none when no application can have it.
pub(super) fn application_id(text: &str, field: Field) -> Result<Option<ApplicationId>, Refusal> {
    // What is an id is well-formed.
    if let Ok(id) = text.parse() {
        return Ok(Some(id));
    }
    if text.is_empty() || !is_name_length(text) || text.contains('\0') {
        return Err(Refusal::invalid(field));
    }
    Ok(None)
}

/// An application id as typed, where one that no application can have is unknown.
pub(super) fn known_application_id(text: &str) -> Result<ApplicationId, Refusal> {
    application_id(text, "appId")?.ok_or(Refusal::NotFound(Record::Application))
}
