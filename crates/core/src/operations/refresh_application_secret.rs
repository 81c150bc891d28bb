//! `refresh-application-secret`: replaces the secret at once.

use super::Authority;
use super::check_session_status::known_application_id;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::refusal::{Record, Refusal};
use crate::secret::Secret;

/// The new secret. The former one, and the application's own tokens, are refused
/// from this answer on; people stay signed in.
pub async fn refresh_application_secret(
    authority: &Authority,
    caller: &ManagementCaller,
    app_id: &str,
    origin: Origin,
) -> Result<Secret, Refusal> {
    caller.require(Permission::AppsSecret)?;
    let id = known_application_id(app_id)?;
    let secret = Secret::generate(authority.entropy.as_ref());
    let store = &authority.store;
    if store
        .rotate_application_secret(caller.pool, id, secret.clone(), origin)
        .await?
    {
        Ok(secret)
    } else {
        Err(Refusal::NotFound(Record::Application))
    }
}
