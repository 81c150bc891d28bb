//! `get-user-login-history`: the logins that a user began.

use super::check_session_status::known_application_id;
use super::{Authority, UserReference};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::login::LoginHistoryRow;
use crate::page::{PageOf, PageRequest};
use crate::ports::logins::HistoryFilter;
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// Which rows of whose history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GetUserLoginHistory {
    /// The user.
    pub user: UserReference,
    /// Only this application.
    pub app_id: Option<String>,
    /// Only from this address.
    pub client_ip: Option<String>,
    /// Only at or after this instant.
    pub start: Option<Timestamp>,
    /// Only before or at this instant.
    pub end: Option<Timestamp>,
}

/// One row for each login begun, the newest first; only successes.
pub async fn get_user_login_history(
    authority: &Authority,
    caller: &ManagementCaller,
    request: GetUserLoginHistory,
    page: PageRequest,
) -> Result<PageOf<LoginHistoryRow>, Refusal> {
    caller.require(Permission::SessionsRead)?;
    let address = match &request.client_ip {
        Some(text) => Some(text.parse().map_err(|_| Refusal::invalid("clientIp"))?),
        None => None,
    };
    let application = match &request.app_id {
        Some(text) => Some(known_application_id(text)?),
        None => None,
    };
    let user = authority.user(caller.pool, &request.user).await?;
    let filter = HistoryFilter {
        application,
        address,
        from: request.start,
        until: request.end,
    };
    Ok(authority
        .store
        .login_history(caller.pool, user.id, filter, page)
        .await?)
}
