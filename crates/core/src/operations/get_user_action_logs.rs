//! `get-user-action-logs`: what people did, and what was refused to them.

use super::{Authority, log_filter};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::user_action::UserActionKind;
use crate::page::{PageOf, PageRequest};
use crate::ports::user_actions::{ActionFilter, ListedAction};
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// Which rows of the log.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GetUserActionLogs {
    /// Only this user's.
    pub user_id: Option<String>,
    /// Only those in this application.
    pub app_id: Option<String>,
    /// Only those of this call.
    pub request_id: Option<String>,
    /// Only those from this address.
    pub client_ip: Option<String>,
    /// Only those of this kind.
    pub kind: Option<UserActionKind>,
    /// Only those that were done, or only those that were refused.
    pub success: Option<bool>,
    /// Only at or after this instant.
    pub start: Option<Timestamp>,
    /// Only before or at this instant.
    pub end: Option<Timestamp>,
}

/// The newest first. Deleted users' rows are found by their id: where they acted
/// from is erased.
pub async fn get_user_action_logs(
    authority: &Authority,
    caller: &ManagementCaller,
    request: GetUserActionLogs,
    page: PageRequest,
) -> Result<PageOf<ListedAction>, Refusal> {
    caller.require(Permission::Audit)?;
    let user_id = log_filter::text(request.user_id, "userId")?;
    let app_id = log_filter::text(request.app_id, "appId")?;
    let user = user_id.map(|text| text.parse()).transpose();
    let application = app_id.map(|text| text.parse()).transpose();
    let request_id = log_filter::text(request.request_id, "requestId")?;
    let address = log_filter::address(request.client_ip.as_deref())?;
    let (Ok(user), Ok(application)) = (user, application) else {
        return Ok(PageOf {
            total_count: 0,
            list: Vec::new(),
        });
    };
    let filter = ActionFilter {
        user,
        application,
        request_id,
        address,
        kind: request.kind,
        success: request.success,
        from: request.start,
        until: request.end,
    };
    let rows = authority.store.user_actions(caller.pool, filter, page);
    Ok(rows.await?)
}
