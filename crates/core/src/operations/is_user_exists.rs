//! `is-user-exists`: whether one of these values belongs to a user.

use super::Authority;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::identifier::{IdentifierKind, UserSelector};
use crate::ports::users::Found;
use crate::refusal::{Field, Refusal};

/// The values to look for; at least one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct IsUserExists {
    /// A username.
    pub username: Option<String>,
    /// An e-mail.
    pub email: Option<String>,
    /// A phone.
    pub phone: Option<String>,
    /// An external id.
    pub external_id: Option<String>,
}

/// Whether any of the values belongs to a user.
pub async fn is_user_exists(
    authority: &Authority,
    caller: &ManagementCaller,
    request: IsUserExists,
) -> Result<bool, Refusal> {
    caller.require(Permission::UsersRead)?;
    let asked: [(Field, IdentifierKind, Option<String>); 4] = [
        ("username", IdentifierKind::Username, request.username),
        ("email", IdentifierKind::Email, request.email),
        ("phone", IdentifierKind::Phone, request.phone),
        (
            "externalId",
            IdentifierKind::ExternalId,
            request.external_id,
        ),
    ];
    if asked.iter().all(|(_, _, value)| value.is_none()) {
        return Err(Refusal::Invalid(
            asked.iter().map(|(field, ..)| *field).collect(),
        ));
    }
    let mut selectors = Vec::new();
    for (field, kind, value) in asked {
        if let Some(value) = value {
            selectors.push(UserSelector::of_kind(kind, &value, field)?);
        }
    }
    for selector in selectors {
        if authority.store.find_user(caller.pool, selector).await? != Found::Nobody {
            return Ok(true);
        }
    }
    Ok(false)
}
