//! `get-my-logged-in-apps`: where the end user is signed in now.

use super::Authority;
use super::person::PersonCaller;
use crate::model::event::Origin;
use crate::ports::logins::LoggedInApplication;
use crate::refusal::Refusal;

/// The applications in which the person is signed in. Counts as activity.
pub async fn my_logged_in_apps(
    authority: &Authority,
    person: &PersonCaller,
    origin: Origin,
) -> Result<Vec<LoggedInApplication>, Refusal> {
    let view = authority.signed_in(person, origin).await?;
    Ok(authority
        .store
        .logged_in_applications(person.pool, view.login.user)
        .await?)
}
