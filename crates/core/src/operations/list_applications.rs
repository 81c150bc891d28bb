//! `list-applications`: a page of the pool's applications.

use super::Authority;
use super::user_input::is_text;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::application::{Application, ApplicationFilter};
use crate::page::{PageOf, PageRequest};
use crate::refusal::Refusal;

/// Lists the applications that pass the filter, the newest first.
pub async fn list_applications(
    authority: &Authority,
    caller: &ManagementCaller,
    filter: ApplicationFilter,
    page: PageRequest,
) -> Result<PageOf<Application>, Refusal> {
    caller.require(Permission::AppsRead)?;
    if filter
        .keywords
        .as_deref()
        .is_some_and(|text| !is_text(text))
    {
        return Err(Refusal::invalid("keywords"));
    }
    Ok(authority
        .store
        .list_applications(caller.pool, filter, page)
        .await?)
}
