//! `get-application`: one application.

use super::Authority;
use super::check_session_status::known_application_id;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::application::Application;
use crate::refusal::{Record, Refusal};

/// The application with this id.
pub async fn get_application(
    authority: &Authority,
    caller: &ManagementCaller,
    app_id: &str,
) -> Result<Application, Refusal> {
    caller.require(Permission::AppsRead)?;
    let id = known_application_id(app_id)?;
    let found = authority.store.application(caller.pool, id).await?;
    found.ok_or(Refusal::NotFound(Record::Application))
}
