//! `get-identities`: the end user's identities in external sources.

use super::Authority;
use super::person::PersonCaller;
use crate::model::event::Origin;
use crate::model::user::Identity;
use crate::refusal::Refusal;

/// The person's identities, in the order in which they were linked. Counts as
/// activity.
pub async fn get_my_identities(
    authority: &Authority,
    person: &PersonCaller,
    origin: Origin,
) -> Result<Vec<Identity>, Refusal> {
    let view = authority.signed_in(person, origin).await?;
    let users = vec![view.login.user];
    Ok(authority.store.identities(person.pool, users).await?)
}
