//! Identities in external sources.

use super::names::{provider, provider_dto};
use super::{object, object_text};
use rollcall_core::model::user::Identity;
use rollcall_core::operations::NewIdentity;
use rollcall_core::operations::get_user_logged_in_identities::LoggedInIdentity;
use rollcall_wire::v3::SecretText;
use rollcall_wire::v3::identities::{CreateIdentityDto, IdentityDto};
use rollcall_wire::v3::users::UserLoggedInIdentitiesDto;

/// An identity (V3 `IdentityDto`). The source's tokens are answered if the
/// caller stored some: they are of no use to anybody but the caller.
pub(crate) fn identity_dto(identity: &Identity) -> IdentityDto {
    IdentityDto {
        identity_id: identity.id.to_string(),
        ext_idp_id: identity.ext_idp.to_string(),
        provider: provider_dto(identity.provider),
        r#type: identity.kind.clone(),
        user_id_in_idp: identity.user_id_in_idp.clone(),
        user_info_in_idp: object(&identity.user_info),
        access_token: identity
            .access_token
            .as_ref()
            .map(|token| SecretText::from(token.reveal())),
        refresh_token: identity
            .refresh_token
            .as_ref()
            .map(|token| SecretText::from(token.reveal())),
        origin_conn_ids: identity.origin_connection_ids.clone(),
    }
}

/// An identity through which a user has signed in (V3 `UserLoggedInIdentitiesDto`). A
/// source has one name, and no logo of its own.
pub(crate) fn logged_in_identity_dto(identity: &LoggedInIdentity) -> UserLoggedInIdentitiesDto {
    UserLoggedInIdentitiesDto {
        identity_id: identity.identity.id.to_string(),
        idp_name: identity.source.name.clone(),
        idp_name_en: identity.source.name.clone(),
        idp_logo: String::new(),
        idp_id: identity.source.id.to_string(),
    }
}

/// An identity as its own person sees it, in whatever application: without the
/// source's tokens, which whoever stored them has for itself.
pub(crate) fn own_identity_dto(identity: &Identity) -> IdentityDto {
    IdentityDto {
        access_token: None,
        refresh_token: None,
        ..identity_dto(identity)
    }
}

/// An identity of a user to be made.
pub(crate) fn new_identity(dto: CreateIdentityDto) -> NewIdentity {
    let text = |token: SecretText| token.as_str().to_owned();
    NewIdentity {
        ext_idp_id: dto.ext_idp_id,
        provider: provider(dto.provider),
        kind: dto.r#type,
        user_id_in_idp: dto.user_id_in_idp,
        user_info: object_text(dto.user_info_in_idp),
        access_token: dto.access_token.map(text),
        refresh_token: dto.refresh_token.map(text),
        origin_connection_ids: dto.origin_conn_ids,
    }
}
