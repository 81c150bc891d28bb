//! `delete-application`: deletes an application and ends its logins.

use super::Authority;
use super::check_session_status::known_application_id;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::refusal::{Record, Refusal};

/// Deletes the application; everybody is signed out of it in the same commit.
pub async fn delete_application(
    authority: &Authority,
    caller: &ManagementCaller,
    app_id: &str,
    origin: Origin,
) -> Result<(), Refusal> {
    caller.require(Permission::AppsWrite)?;
    let id = known_application_id(app_id)?;
    if authority
        .store
        .delete_application(caller.pool, id, origin)
        .await?
    {
        Ok(())
    } else {
        Err(Refusal::NotFound(Record::Application))
    }
}
