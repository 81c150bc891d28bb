//! `kick-users`: ends a user's logins in named applications, on every device.

use super::check_session_status::application_id;
use super::select_user::USER_ID;
use super::{Authority, UserReference};
use crate::limits;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::ports::logins::Kicked;
use crate::refusal::{Record, Refusal};

/// Whom to kick from where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KickUsers {
    /// The user.
    pub user: UserReference,
    /// 1 to 50 applications; if one is unknown, nobody is kicked.
    pub app_ids: Vec<String>,
}

/// A kick is final when this has answered. A user who is not signed in is no
/// error: the mark is set all the same.
pub async fn kick_users(
    authority: &Authority,
    caller: &ManagementCaller,
    request: KickUsers,
    origin: Origin,
) -> Result<(), Refusal> {
    caller.require(Permission::SessionsEnd)?;
    if request.app_ids.is_empty() || request.app_ids.len() > limits::MAX_BATCH_IDS {
        return Err(Refusal::invalid("appIds"));
    }
    let mut applications = Vec::with_capacity(request.app_ids.len());
    for text in &request.app_ids {
        let id = application_id(text, "appIds")?;
        let id = id.ok_or(Refusal::NotFound(Record::Application))?;
        if !applications.contains(&id) {
            applications.push(id);
        }
    }
    let selector = request.user.selector(USER_ID)?;
    match authority
        .store
        .kick_user(caller.pool, selector, applications, origin)
        .await?
    {
        Kicked::Kicked => Ok(()),
        Kicked::ApplicationNotFound => Err(Refusal::NotFound(Record::Application)),
        Kicked::UserNotFound => Err(Refusal::NotFound(Record::User)),
        Kicked::AmbiguousUser(kinds) => Err(Refusal::AmbiguousUser(kinds)),
    }
}
