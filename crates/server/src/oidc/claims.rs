//! What a scope tells of a person (OIDC Core section 5.4).

use rollcall_core::model::grant::has_scope;
use rollcall_core::model::user::{Gender, ProfileField, User};
use rollcall_wire::oidc::userinfo::{AddressClaim, UserinfoClaims};

/// Every claim that some scope tells, and those of the tokens themselves: what
/// discovery answers as `claims_supported`.
pub(super) const CLAIMS: &[&str] = &[
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "sid",
    "at_hash",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "updated_at",
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
    "address",
    "username",
    "external_id",
];

/// The claims of a person, as far as the token's scope goes. A claim without a
/// value is left out rather than empty (OIDC Core section 5.3.2).
pub(super) fn claims(user: &User, scope: &str) -> UserinfoClaims {
    let mut told = UserinfoClaims {
        sub: user.id.to_string(),
        ..UserinfoClaims::default()
    };
    if has_scope(scope, "profile") {
        add_profile(&mut told, user);
    }
    // Clients find people by an address more often than they look whether it is
    // verified: one that is only asserted is told to none.
    if has_scope(scope, "email") && user.email.is_some() && !user.unproven.email {
        told.email.clone_from(&user.email);
        told.email_verified = Some(user.email_verified);
    }
    if has_scope(scope, "phone")
        && !user.unproven.phone
        && let Some(phone) = &user.phone
    {
        told.phone_number = Some(phone.e164.clone());
        told.phone_number_verified = Some(user.phone_verified);
    }
    if has_scope(scope, "address") {
        told.address = address(user);
    }
    if has_scope(scope, "username") {
        told.username.clone_from(&user.username);
    }
    if has_scope(scope, "external_id") {
        told.external_id.clone_from(&user.external_id);
    }
    told
}

fn text(user: &User, field: ProfileField) -> Option<String> {
    let text = user.profile.get(&field)?;
    (!text.is_empty()).then(|| text.clone())
}

fn add_profile(told: &mut UserinfoClaims, user: &User) {
    told.name = text(user, ProfileField::Name);
    told.given_name = text(user, ProfileField::GivenName);
    told.family_name = text(user, ProfileField::FamilyName);
    told.middle_name = text(user, ProfileField::MiddleName);
    told.nickname = text(user, ProfileField::Nickname);
    told.preferred_username = text(user, ProfileField::PreferredUsername);
    told.profile = text(user, ProfileField::Profile);
    told.picture = text(user, ProfileField::Photo);
    told.website = text(user, ProfileField::Website);
    told.gender = gender(user.gender).map(ToOwned::to_owned);
    told.birthdate = text(user, ProfileField::Birthdate).and_then(|text| date(&text));
    told.zoneinfo = text(user, ProfileField::Zoneinfo);
    told.locale = text(user, ProfileField::Locale);
    told.updated_at = Some(user.updated_at.as_seconds());
}

/// OIDC Core section 5.1 names these two values, V3 has letters.
const fn gender(gender: Gender) -> Option<&'static str> {
    match gender {
        Gender::Male => Some("male"),
        Gender::Female => Some("female"),
        Gender::Unknown => None,
    }
}

/// `YYYY-MM-DD` (OIDC Core section 5.1). V3 takes any text there, often an
/// instant, which begins with the date; what has no date tells none.
fn date(text: &str) -> Option<String> {
    let date = text.get(..10)?;
    let is_date = date.bytes().enumerate().all(|(index, byte)| match index {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    is_date.then(|| date.to_owned())
}

/// OIDC Core section 5.1.1.
fn address(user: &User) -> Option<AddressClaim> {
    let claim = AddressClaim {
        formatted: text(user, ProfileField::Formatted)
            .or_else(|| text(user, ProfileField::Address)),
        street_address: text(user, ProfileField::StreetAddress),
        locality: text(user, ProfileField::City),
        region: text(user, ProfileField::Region).or_else(|| text(user, ProfileField::Province)),
        postal_code: text(user, ProfileField::PostalCode),
        country: text(user, ProfileField::Country),
    };
    (claim != AddressClaim::default()).then_some(claim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_date_of_a_birthdate_is_told() {
        assert_eq!(date("2001-02-03").as_deref(), Some("2001-02-03"));
        assert_eq!(
            date("2001-02-03T00:00:00.000Z").as_deref(),
            Some("2001-02-03")
        );
        for text in ["", "2001", "03.02.2001", "2001-02-0x", "一二三四五六"] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
