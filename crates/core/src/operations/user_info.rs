//! `/oidc/me`: the person behind an access token (OIDC Core, section 5.3).

use super::Authority;
use super::person::PersonCaller;
use crate::model::event::Origin;
use crate::model::user::User;
use crate::refusal::Refusal;

/// The user, for claims by the token's scope. Counts as activity.
pub async fn user_info(
    authority: &Authority,
    person: &PersonCaller,
    origin: Origin,
) -> Result<User, Refusal> {
    let view = authority.signed_in(person, origin).await?;
    authority.person(person, &view).await
}
