//! `get-application-secret`: the secret, with an audit row for the reading.

use super::Authority;
use super::check_session_status::known_application_id;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::refusal::{Record, Refusal};
use crate::secret::Secret;

/// The application's secret.
pub async fn get_application_secret(
    authority: &Authority,
    caller: &ManagementCaller,
    app_id: &str,
    origin: Origin,
) -> Result<Secret, Refusal> {
    caller.require(Permission::AppsSecret)?;
    let id = known_application_id(app_id)?;
    let secret = authority
        .store
        .application_secret(caller.pool, id, origin)
        .await?;
    secret.ok_or(Refusal::NotFound(Record::Application))
}
