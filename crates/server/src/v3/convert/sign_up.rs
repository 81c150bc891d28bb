//! People who register by themselves.

use super::names::gender;
use super::new_user::{given, refuse_encrypted_password};
use super::unsupported::{refuse, refuse_unless};
use crate::auth::client::Client;
use rollcall_core::Refusal;
use rollcall_core::model::user::{Profile, ProfileField};
use rollcall_core::operations::sign_up::SignUp;
use rollcall_core::refusal::Field;
use rollcall_wire::v3::sign_up::{SignUpConnection, SignUpDto, SignUpOptionsDto, SignUpProfileDto};
use std::net::IpAddr;

const LOCALITY: Field = "locality";
const CITY: Field = ProfileField::City.as_str();

/// The registration that a body asks for.
pub(crate) fn sign_up(dto: SignUpDto, client: &Client) -> Result<SignUp, Refusal> {
    let by_password = SignUpConnection::Password;
    refuse_unless("connection", Some(&dto.connection), &by_password)?;
    let options = dto.options.unwrap_or_default();
    refuse_options_that_are_not_built(&options)?;
    let mut profile = dto.profile.unwrap_or_default();
    // Only fields that a pool has defined for its people may be theirs to set, and
    // here none can be: what administrators keep there may be rights.
    refuse(&[("customData", &profile.custom_data)])?;
    let payload = dto.password_payload;
    let payload = payload.ok_or(Refusal::invalid("passwordPayload"))?;
    Ok(SignUp {
        application: client.application.clone(),
        username: payload.username,
        email: one_email(payload.email, profile.email.take())?,
        phone: profile.phone.take().filter(|phone| !phone.is_empty()),
        password: payload.password.as_str().to_owned(),
        gender: profile.gender.map(gender),
        profile: profile_texts(profile),
        told_address: told_address(client, &options)?,
    })
}

fn refuse_options_that_are_not_built(options: &SignUpOptionsDto) -> Result<(), Refusal> {
    refuse(&[
        ("context", &options.context),
        (
            "phonePassCodeForInformationCompletion",
            &options.phone_pass_code_for_information_completion,
        ),
        (
            "emailPassCodeForInformationCompletion",
            &options.email_pass_code_for_information_completion,
        ),
    ])?;
    refuse_encrypted_password(options.password_encrypt_type)
}

/// An e-mail has two places, and a person one e-mail.
fn one_email(payload: Option<String>, profile: Option<String>) -> Result<Option<String>, Refusal> {
    let profile = profile.filter(|email| !email.is_empty());
    match (payload, profile) {
        (Some(one), Some(other)) if one != other => Err(Refusal::invalid("email")),
        (one, other) => Ok(one.or(other)),
    }
}

/// As in `signin`: anybody could say an address.
fn told_address(client: &Client, options: &SignUpOptionsDto) -> Result<Option<IpAddr>, Refusal> {
    let told = options.client_ip.as_deref().filter(|ip| !ip.is_empty());
    match told {
        Some(told) if client.is_authenticated() => {
            let address = told.parse().map_err(|_| Refusal::invalid("clientIp"))?;
            Ok(Some(address))
        }
        Some(_) | None => Ok(None),
    }
}

/// A refusal with the name that the field has in this call.
pub(crate) fn as_sent(refusal: Refusal) -> Refusal {
    let renamed = |field| if field == CITY { LOCALITY } else { field };
    match refusal {
        Refusal::Invalid(fields) => Refusal::Invalid(fields.into_iter().map(renamed).collect()),
        other => other,
    }
}

/// `locality` is a user's `city` (OIDC Core section 5.1.1 has the one name, V3's
/// users the other).
fn profile_texts(profile: SignUpProfileDto) -> Profile {
    given([
        (ProfileField::Nickname, profile.nickname),
        (ProfileField::Company, profile.company),
        (ProfileField::Photo, profile.photo),
        (ProfileField::Device, profile.device),
        (ProfileField::Browser, profile.browser),
        (ProfileField::Name, profile.name),
        (ProfileField::GivenName, profile.given_name),
        (ProfileField::FamilyName, profile.family_name),
        (ProfileField::MiddleName, profile.middle_name),
        (ProfileField::Profile, profile.profile),
        (ProfileField::PreferredUsername, profile.preferred_username),
        (ProfileField::Website, profile.website),
        (ProfileField::Birthdate, profile.birthdate),
        (ProfileField::Zoneinfo, profile.zoneinfo),
        (ProfileField::Locale, profile.locale),
        (ProfileField::Address, profile.address),
        (ProfileField::Formatted, profile.formatted),
        (ProfileField::StreetAddress, profile.street_address),
        (ProfileField::City, profile.locality),
        (ProfileField::Region, profile.region),
        (ProfileField::PostalCode, profile.postal_code),
        (ProfileField::Country, profile.country),
    ])
}
