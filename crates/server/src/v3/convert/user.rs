//! Users as they are answered.

use super::identity::identity_dto;
use super::names::{gender_dto, user_source_dto, user_status_dto};
use super::page::whole;
use super::{instant, object};
use rollcall_core::model::user::{ProfileField, User, UserStatus};
use rollcall_core::operations::get_user::UserDetails;
use rollcall_core::page::PageOf;
use rollcall_wire::v3::users::{UserDto, UserPagingDto, WorkStatus};

/// What `photo` is where none was set, since it is never empty: a neutral head
/// that needs no request to anywhere.
pub(crate) const NEUTRAL_PHOTO: &str = concat!(
    "data:image/svg+xml,",
    "%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20viewBox='0%200%2024%2024'%3E",
    "%3Cpath%20fill='%23ccc'%20d='M0%200h24v24H0z'/%3E",
    "%3Ccircle%20fill='%23fff'%20cx='12'%20cy='9'%20r='4'/%3E",
    "%3Cpath%20fill='%23fff'%20d='M4%2022a8%208%200%200%201%2016%200z'/%3E",
    "%3C/svg%3E"
);

/// The members that are answered only when asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct UserView {
    /// `customData`.
    pub(crate) with_custom_data: bool,
    /// `identities`.
    pub(crate) with_identities: bool,
    /// `departmentIds`: there are no departments, so an empty list.
    pub(crate) with_department_ids: bool,
}

/// A user (V3 `UserDto`).
pub(crate) fn user_dto(details: &UserDetails, view: &UserView) -> UserDto {
    let user = &details.user;
    let identities = || {
        let identities = details.identities.iter().flatten();
        identities.map(identity_dto).collect()
    };
    let custom_data = || user.custom_data.as_deref().map(object).unwrap_or_default();
    UserDto {
        custom_data: view.with_custom_data.then(custom_data),
        identities: view.with_identities.then(identities),
        department_ids: view.with_department_ids.then(Vec::new),
        ..own_members(user)
    }
}

/// A page of users (V3 `UserPagingDto`).
pub(crate) fn user_paging_dto(page: &PageOf<UserDetails>, view: &UserView) -> UserPagingDto {
    UserPagingDto {
        total_count: whole(page.total_count),
        list: page.list.iter().map(|user| user_dto(user, view)).collect(),
    }
}

/// The members that are always answered, as far as they are known.
fn own_members(user: &User) -> UserDto {
    let text = |field: ProfileField| user.profile.get(&field).cloned();
    let photo = text(ProfileField::Photo).filter(|photo| !photo.is_empty());
    UserDto {
        user_id: user.id.to_string(),
        created_at: instant(user.created_at),
        updated_at: instant(user.updated_at),
        status: user_status_dto(user.status),
        work_status: work_status(user.status),
        external_id: user.external_id.clone(),
        email: user.email.clone(),
        phone: user.phone.as_ref().map(|phone| phone.given.clone()),
        phone_country_code: user.phone.as_ref().map(|phone| phone.country_code.clone()),
        username: user.username.clone(),
        name: text(ProfileField::Name),
        nickname: text(ProfileField::Nickname),
        photo: Some(photo.unwrap_or_else(|| NEUTRAL_PHOTO.to_owned())),
        logins_count: Some(whole(user.sign_ins.count)),
        last_login: user.sign_ins.last_at.map(instant),
        last_ip: user
            .sign_ins
            .last_address
            .map(|address| address.to_string()),
        gender: gender_dto(user.gender),
        email_verified: user.email_verified,
        phone_verified: user.phone_verified,
        password_last_set_at: user.password.last_set_at.map(instant),
        birthdate: text(ProfileField::Birthdate),
        country: text(ProfileField::Country),
        province: text(ProfileField::Province),
        city: text(ProfileField::City),
        address: text(ProfileField::Address),
        street_address: text(ProfileField::StreetAddress),
        postal_code: text(ProfileField::PostalCode),
        company: text(ProfileField::Company),
        browser: text(ProfileField::Browser),
        device: text(ProfileField::Device),
        given_name: text(ProfileField::GivenName),
        family_name: text(ProfileField::FamilyName),
        middle_name: text(ProfileField::MiddleName),
        profile: text(ProfileField::Profile),
        preferred_username: text(ProfileField::PreferredUsername),
        website: text(ProfileField::Website),
        zoneinfo: text(ProfileField::Zoneinfo),
        locale: text(ProfileField::Locale),
        formatted: text(ProfileField::Formatted),
        region: text(ProfileField::Region),
        identity_number: text(ProfileField::IdentityNumber),
        user_source_type: user_source_dto(user.source),
        last_login_app: user.sign_ins.last_application.map(|app| app.to_string()),
        password_security_level: user
            .password
            .security_level
            .map(|level| whole(level.into())),
        reset_password_on_next_login: Some(user.password.reset_on_next_login),
        status_changed_at: Some(instant(user.status_changed_at)),
        // Nothing here is organised in departments, posts or tenants, or knows a
        // further factor yet; `userSourceType` says who registered.
        user_source_id: None,
        main_department_id: None,
        last_mfa_time: None,
        register_source: None,
        department_ids: None,
        identities: None,
        custom_data: None,
        post_id_list: None,
        tenant_id: None,
    }
}

/// Employment as far as a status tells of it.
const fn work_status(status: UserStatus) -> WorkStatus {
    match status {
        UserStatus::Resigned => WorkStatus::Closed,
        UserStatus::Suspended
        | UserStatus::Activated
        | UserStatus::Archived
        | UserStatus::Deactivated => WorkStatus::Active,
    }
}
