//! `list-application-active-users`: who is signed in to an application now.

use super::Authority;
use super::check_session_status::known_application_id;
use super::get_user::UserDetails;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::page::{PageOf, PageRequest};
use crate::refusal::{Record, Refusal};

/// A page of the users signed in now, each once, and how many there are.
pub async fn list_application_active_users(
    authority: &Authority,
    caller: &ManagementCaller,
    app_id: &str,
    page: PageRequest,
    with_identities: bool,
) -> Result<PageOf<UserDetails>, Refusal> {
    caller.require(Permission::SessionsRead)?;
    let id = known_application_id(app_id)?;
    let found = authority.store.active_users(caller.pool, id, page).await?;
    let users = found.ok_or(Refusal::NotFound(Record::Application))?;
    authority
        .page_with_details(caller.pool, users, with_identities)
        .await
}
