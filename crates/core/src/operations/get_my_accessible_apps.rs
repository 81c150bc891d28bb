//! `get-my-accessible-apps`: where the end user may sign in.

use super::Authority;
use super::person::PersonCaller;
use crate::model::event::Origin;
use crate::ports::applications::AccessibleApplication;
use crate::refusal::Refusal;

/// The applications that the person may sign in to. Counts as activity.
pub async fn get_my_accessible_apps(
    authority: &Authority,
    person: &PersonCaller,
    origin: Origin,
) -> Result<Vec<AccessibleApplication>, Refusal> {
    authority.signed_in(person, origin).await?;
    authority.accessible_apps(person.pool).await
}
