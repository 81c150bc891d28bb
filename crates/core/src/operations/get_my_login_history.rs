//! `get-my-login-history`: the end user's own sign-ins, and those that were refused.

use super::person::PersonCaller;
use super::{Authority, log_filter};
use crate::model::event::Origin;
use crate::model::user_action::UserActionKind;
use crate::page::{PageOf, PageRequest};
use crate::ports::user_actions::{ActionFilter, ListedAction};
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// Which of them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GetMyLoginHistory {
    /// Only in this application.
    pub app_id: Option<String>,
    /// Only from this address.
    pub client_ip: Option<String>,
    /// Only sign-ins, or only what was refused.
    pub success: Option<bool>,
    /// Only at or after this instant.
    pub start: Option<Timestamp>,
    /// Only before or at this instant.
    pub end: Option<Timestamp>,
}

/// The newest first, in all applications of the pool. Counts as activity.
pub async fn get_my_login_history(
    authority: &Authority,
    person: &PersonCaller,
    request: GetMyLoginHistory,
    page: PageRequest,
    origin: Origin,
) -> Result<PageOf<ListedAction>, Refusal> {
    let address = log_filter::address(request.client_ip.as_deref())?;
    let app_id = log_filter::text(request.app_id, "appId")?;
    let view = authority.signed_in(person, origin).await?;
    let Ok(application) = app_id.map(|text| text.parse()).transpose() else {
        return Ok(PageOf {
            total_count: 0,
            list: Vec::new(),
        });
    };
    let filter = ActionFilter {
        user: Some(view.login.user),
        application,
        address,
        kind: Some(UserActionKind::Login),
        success: request.success,
        from: request.start,
        until: request.end,
        request_id: None,
    };
    let rows = authority.store.user_actions(person.pool, filter, page);
    Ok(rows.await?)
}
