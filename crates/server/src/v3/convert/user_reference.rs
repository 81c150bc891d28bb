//! Users as callers name them.

use rollcall_core::Refusal;
use rollcall_core::model::identifier::IdentifierKind;
use rollcall_core::operations::UserReference;
use rollcall_wire::v3::UserIdType;

/// A user named by `userId` and `userIdType`.
pub(crate) fn user_reference(
    text: String,
    user_id_type: Option<UserIdType>,
) -> Result<UserReference, Refusal> {
    let kind = user_id_type.map(identifier_kind).transpose()?;
    Ok(UserReference { text, kind })
}

/// The `userIdType` of a body, which may be said in two places.
pub(crate) fn agreed_user_id_type(
    top_level: Option<UserIdType>,
    in_options: Option<UserIdType>,
) -> Result<Option<UserIdType>, Refusal> {
    UserIdType::agreed(top_level, in_options).map_err(|_| Refusal::invalid("userIdType"))
}

/// The kind of identifier; two kinds of the contract are not built.
pub(crate) fn identifier_kind(user_id_type: UserIdType) -> Result<IdentifierKind, Refusal> {
    match user_id_type {
        UserIdType::UserId => Ok(IdentifierKind::UserId),
        UserIdType::ExternalId => Ok(IdentifierKind::ExternalId),
        UserIdType::Phone => Ok(IdentifierKind::Phone),
        UserIdType::Email => Ok(IdentifierKind::Email),
        UserIdType::Username => Ok(IdentifierKind::Username),
        UserIdType::Identity => Ok(IdentifierKind::Identity),
        UserIdType::SyncRelation | UserIdType::CustomField => {
            Err(Refusal::NotSupported(user_id_type.as_str()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_known_by_its_name_or_is_not_built() {
        for user_id_type in UserIdType::ALL {
            match identifier_kind(*user_id_type) {
                Ok(kind) => assert_eq!(kind.as_str(), user_id_type.as_str()),
                Err(refusal) => {
                    assert_eq!(refusal, Refusal::NotSupported(user_id_type.as_str()));
                }
            }
        }
    }

    #[test]
    fn two_places_must_agree() {
        let (email, phone) = (Some(UserIdType::Email), Some(UserIdType::Phone));
        assert_eq!(agreed_user_id_type(email, None), Ok(email));
        assert_eq!(
            agreed_user_id_type(email, phone),
            Err(Refusal::invalid("userIdType"))
        );
    }
}
