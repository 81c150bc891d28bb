//! `check-session-status`: is this user signed in to this application, right now?

use super::select_user::USER_ID;
use super::{Authority, UserReference};
use crate::ids::ApplicationId;
use crate::limits;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::identifier::IdentifierKind;
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
pub async fn check_session_status(
    authority: &Authority,
    caller: &ManagementCaller,
    request: CheckSessionStatus,
) -> Result<bool, Refusal> {
    caller.require(Permission::Check)?;
    let reference = UserReference {
        text: request.user_id,
        kind: request.user_id_type,
    };
    let application = application_id(&request.app_id, "appId");
    let selector = authority
        .selector_of_any_kind(caller.pool, &reference, USER_ID)
        .await;
    let (application, selector) = match (application, selector) {
        (Err(Refusal::Invalid(mut fields)), Err(Refusal::Invalid(more))) => {
            fields.extend(more);
            return Err(Refusal::Invalid(fields));
        }
        // The application is looked up before the user.
        (Ok(None), Ok(_)) => return Err(Refusal::NotFound(Record::Application)),
        (application, selector) => (application?, selector?),
    };
    let application = application.ok_or(Refusal::NotFound(Record::Application))?;
    match authority
        .store
        .session_status(caller.pool, application, &selector)
        .await?
    {
        SessionStatus::Known { active } => Ok(active),
        SessionStatus::ApplicationNotFound => Err(Refusal::NotFound(Record::Application)),
        SessionStatus::UserNotFound => Err(Refusal::NotFound(Record::User)),
        SessionStatus::AmbiguousUser(kinds) => Err(Refusal::AmbiguousUser(kinds)),
    }
}

/// An application id as typed: none when no application can have it.
pub(super) fn application_id(text: &str, field: Field) -> Result<Option<ApplicationId>, Refusal> {
    let too_long = text.chars().count() > limits::MAX_NAME_CHARS;
    if text.is_empty() || too_long || text.contains('\0') {
        return Err(Refusal::invalid(field));
    }
    Ok(text.parse().ok())
}

/// An application id as typed, where one that no application can have is unknown.
pub(super) fn known_application_id(text: &str) -> Result<ApplicationId, Refusal> {
    application_id(text, "appId")?.ok_or(Refusal::NotFound(Record::Application))
}
