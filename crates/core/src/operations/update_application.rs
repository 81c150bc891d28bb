//! `update-application` (ours, V3 style): changes an application. Switching it
//! off or shortening its session policy ends logins in the same commit.

use super::Authority;
use super::application_input::check_application;
use super::check_session_status::known_application_id;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::application::{Application, ApplicationChange};
use crate::model::event::Origin;
use crate::ports::applications::Updated;
use crate::refusal::{Record, Refusal};

/// Changes an application; absent members stay as they are.
pub async fn update_application(
    authority: &Authority,
    caller: &ManagementCaller,
    app_id: &str,
    change: ApplicationChange,
    origin: Origin,
) -> Result<Application, Refusal> {
    caller.require(Permission::AppsWrite)?;
    let id = known_application_id(app_id)?;
    let unknown = Refusal::NotFound(Record::Application);
    let present = authority
        .store
        .application(caller.pool, id)
        .await?
        .ok_or(unknown.clone())?;
    let limits = authority.session_limits(caller).await?;
    check_application(&change, change.kind.unwrap_or(present.kind), limits)?;
    match authority
        .store
        .update_application(caller.pool, id, change, origin)
        .await?
    {
        Updated::Updated(application) => Ok(*application),
        Updated::Refused(rule) => Err(Refusal::Rule(rule)),
        Updated::IdentifierTaken => Err(Refusal::Taken(vec!["appIdentifier"])),
        Updated::NotFound => Err(unknown),
    }
}
