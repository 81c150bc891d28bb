//! `get-user-logged-in-identities`: through which external identities a user has
//! signed in, now or before (so the published clients describe it).

use super::{Authority, UserReference};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::ext_idp::ExtIdp;
use crate::model::user::Identity;
use crate::refusal::Refusal;

/// An identity, and the source that signed its user in.
#[derive(Clone, Debug)]
pub struct LoggedInIdentity {
    /// The identity.
    pub identity: Identity,
    /// Its source.
    pub source: ExtIdp,
}

/// The identities whose source has ever signed the user in.
///
/// That an identity is linked says nothing of it: administrators link them. Whoever
/// signs in here proves a password (`amr` of each grant is `pwd`), and no session has
/// ever come from a source, so there are none, whoever is signed in where.
pub async fn get_user_logged_in_identities(
    authority: &Authority,
    caller: &ManagementCaller,
    user: UserReference,
) -> Result<Vec<LoggedInIdentity>, Refusal> {
    caller.require(Permission::SessionsRead)?;
    authority.user(caller.pool, &user).await?;
    Ok(Vec::new())
}
