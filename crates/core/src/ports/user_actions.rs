//! What people did. Rows are written by the changes themselves; what was refused
//! and changed nothing is written by itself.

use super::StoreResult;
use crate::ids::{ApplicationId, PoolId, UserId};
use crate::model::event::Origin;
use crate::model::user::User;
use crate::model::user_action::{UserAction, UserActionKind, UserActionRow};
use crate::page::{PageOf, PageRequest};
use crate::time::Timestamp;
use async_trait::async_trait;
use std::net::IpAddr;

/// Which rows of the log: those that every given member fits.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ActionFilter {
    /// Only this user's.
    pub user: Option<UserId>,
    /// Only those in this application.
    pub application: Option<ApplicationId>,
    /// Only those of this call.
    pub request_id: Option<String>,
    /// Only those from this address.
    pub address: Option<IpAddr>,
    /// Only those of this kind.
    pub kind: Option<UserActionKind>,
    /// Only those that were done, or only those that were refused.
    pub success: Option<bool>,
    /// Only those at this instant or later.
    pub from: Option<Timestamp>,
    /// Only those until this instant, itself included.
    pub until: Option<Timestamp>,
}

/// A row with what is known now of whom and what it names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListedAction {
    /// The row.
    pub row: UserActionRow,
    /// The user; none: deleted.
    pub user: Option<Box<User>>,
    /// The application's name; empty if there was none, or it is deleted.
    pub application_name: String,
    /// Its logo; empty likewise.
    pub application_logo: String,
    /// Where people sign in to it; empty likewise.
    pub application_login_url: String,
}

/// The log of what people do.
#[async_trait]
pub trait UserActions: Send + Sync {
    /// Writes what was refused, unless the user is gone: nothing of who was deleted
    /// is kept anew. Of each user's refusals the newest
    /// `limits::MAX_REFUSED_ACTIONS_PER_USER` are kept.
    async fn record_refused_action(
        &self,
        pool: PoolId,
        action: UserAction,
        origin: Origin,
    ) -> StoreResult<()>;

    /// A page of the log, the newest first.
    async fn user_actions(
        &self,
        pool: PoolId,
        filter: ActionFilter,
        page: PageRequest,
    ) -> StoreResult<PageOf<ListedAction>>;
}
