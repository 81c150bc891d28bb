//! `list-logout-deliveries`: for each end, which application had to be told, each
//! attempt, and whether it knows.

use super::check_session_status::known_application_id;
use super::{Authority, UserReference};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::logout_delivery::{DeliveryStatus, LogoutDelivery};
use crate::page::{PageOf, PageRequest};
use crate::ports::logout_deliveries::DeliveryFilter;
use crate::refusal::{Record, Refusal};

/// Which entries of the ledger.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ListLogoutDeliveries {
    /// Only this user's.
    pub user: Option<UserReference>,
    /// Only those that this application is owed.
    pub app_id: Option<String>,
    /// Only those that stand like this.
    pub status: Option<DeliveryStatus>,
}

/// The end that was recorded last comes first. A deleted application's entries are
/// found by its id: it is owed the ends that its deletion made.
pub async fn list_logout_deliveries(
    authority: &Authority,
    caller: &ManagementCaller,
    request: ListLogoutDeliveries,
    page: PageRequest,
) -> Result<PageOf<LogoutDelivery>, Refusal> {
    caller.require(Permission::SessionsRead)?;
    let store = &authority.store;
    let application = match &request.app_id {
        Some(text) => Some(known_application_id(text)?),
        None => None,
    };
    let user = match &request.user {
        Some(reference) => Some(authority.user(caller.pool, reference).await?.id),
        None => None,
    };
    let filter = DeliveryFilter {
        user,
        application,
        login: None,
        status: request.status,
    };
    let list = store
        .list_logout_deliveries(caller.pool, filter, page)
        .await?;
    if let (Some(application), 0) = (application, list.total_count) {
        let all = DeliveryFilter {
            application: Some(application),
            ..DeliveryFilter::default()
        };
        let first = PageRequest::new(None, None)?;
        let known = store.application(caller.pool, application).await?.is_some()
            || store
                .list_logout_deliveries(caller.pool, all, first)
                .await?
                .total_count
                > 0;
        if !known {
            return Err(Refusal::NotFound(Record::Application));
        }
    }
    Ok(list)
}
