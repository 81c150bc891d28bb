//! `get-profile`: the end user's own record.

use super::Authority;
use super::get_user::UserDetails;
use super::person::PersonCaller;
use crate::model::event::Origin;
use crate::refusal::Refusal;

/// The person behind the token. Counts as activity.
pub async fn get_profile(
    authority: &Authority,
    person: &PersonCaller,
    with_identities: bool,
    origin: Origin,
) -> Result<UserDetails, Refusal> {
    let view = authority.signed_in(person, origin).await?;
    let user = authority.person(person, &view).await?;
    authority.one_with_details(user, with_identities).await
}
