//! `link-identity`: ties an id in an external source to a user.

use super::{Authority, NewIdentity, UserReference};
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::event::Origin;
use crate::ports::users::Linked;
use crate::refusal::{Record, Refusal, Rule};

/// The link to make.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkIdentity {
    /// The source.
    pub ext_idp_id: String,
    /// The user's id.
    pub user_id: String,
    /// What the id is there; without it, the kind of the source.
    pub kind: Option<String>,
    /// The id there.
    pub user_id_in_idp: String,
    /// Whether the caller takes the source for a social one; a wrong belief is 400.
    pub is_social: Option<bool>,
}

/// Links the identity; linking it again is no error.
pub async fn link_identity(
    authority: &Authority,
    caller: &ManagementCaller,
    request: LinkIdentity,
    origin: Origin,
) -> Result<(), Refusal> {
    caller.require(Permission::UsersWrite)?;
    let ext_idp = authority
        .ext_idp_id(caller.pool, &request.ext_idp_id)
        .await?;
    let found = authority.store.ext_idp(caller.pool, ext_idp).await?;
    let source = found.ok_or(Refusal::NotFound(Record::ExtIdp))?;
    if request
        .is_social
        .is_some_and(|believed| believed != source.provider.is_social())
    {
        return Err(Refusal::invalid("isSocial"));
    }
    let user = authority
        .user(caller.pool, &UserReference::id(request.user_id))
        .await?;
    let new = NewIdentity {
        ext_idp_id: request.ext_idp_id,
        provider: source.provider,
        kind: request
            .kind
            .unwrap_or_else(|| source.provider.as_str().to_owned()),
        user_id_in_idp: request.user_id_in_idp,
        user_info: "{}".to_owned(),
        access_token: None,
        refresh_token: None,
        origin_connection_ids: Vec::new(),
    };
    let mut checked = authority
        .checked_identities(caller.pool, user.id, vec![new])
        .await?;
    let identity = checked.pop().ok_or(Refusal::Fault)?;
    match authority
        .store
        .link_identity(caller.pool, identity, origin)
        .await?
    {
        Linked::Linked => Ok(()),
        Linked::Taken => Err(Refusal::Taken(vec!["userIdInIdp"])),
        Linked::TooMany => Err(Refusal::Rule(Rule::TooMany("identities"))),
        Linked::ExtIdpNotFound => Err(Refusal::NotFound(Record::ExtIdp)),
        Linked::UserNotFound => Err(Refusal::NotFound(Record::User)),
    }
}
