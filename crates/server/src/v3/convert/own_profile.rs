//! What people change of their own record.

use super::names::gender;
use super::new_user::given;
use super::unsupported::refuse;
use rollcall_core::Refusal;
use rollcall_core::model::user::ProfileField;
use rollcall_core::operations::update_profile::UpdateProfile;
use rollcall_wire::v3::my_account::UpdateUserProfileDto;

/// The change that a body asks for.
pub(crate) fn profile_change(dto: UpdateUserProfileDto) -> Result<UpdateProfile, Refusal> {
    // Only fields that a pool has defined for its people may be theirs to set, and
    // here none can be: what administrators keep there may be rights.
    refuse(&[("customData", &dto.custom_data)])?;
    Ok(UpdateProfile {
        username: dto.username,
        external_id: dto.external_id,
        gender: dto.gender.map(gender),
        profile: given([
            (ProfileField::Name, dto.name),
            (ProfileField::Nickname, dto.nickname),
            (ProfileField::Photo, dto.photo),
            (ProfileField::Birthdate, dto.birthdate),
            (ProfileField::Country, dto.country),
            (ProfileField::Province, dto.province),
            (ProfileField::City, dto.city),
            (ProfileField::Address, dto.address),
            (ProfileField::StreetAddress, dto.street_address),
            (ProfileField::PostalCode, dto.postal_code),
            (ProfileField::Company, dto.company),
            (ProfileField::IdentityNumber, dto.identity_number),
        ]),
    })
}
