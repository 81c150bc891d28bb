//! What callers say of a user, checked.

mod birthdate;

use super::{Authority, GivenPassword};
use crate::ids::{ExtIdpId, IdentityId, PoolId, UserId};
use crate::limits;
use crate::model::ext_idp::ProviderType;
use crate::model::identifier::{email_key, has_phone_characters, is_country_code, phone_key};
use crate::model::password::{Holder, check_new_password, security_level};
use crate::model::user::{
    Gender, Identity, NewPassword, Phone, Profile, ProfileField, UserChange, UserStatus,
};
use crate::refusal::{Field, Record, Refusal, Rule};
use crate::secret::Secret;
use crate::time::Timestamp;

/// What a caller says of a user: absent members say nothing.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct UserFields {
    /// Status.
    pub status: Option<UserStatus>,
    /// Username.
    pub username: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Whether it is verified.
    pub email_verified: Option<bool>,
    /// Phone.
    pub phone: Option<String>,
    /// Country code of the phone, with its `+`.
    pub phone_country_code: Option<String>,
    /// Whether it is verified.
    pub phone_verified: Option<bool>,
    /// External id.
    pub external_id: Option<String>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Profile texts.
    pub profile: Profile,
    /// A JSON object as text.
    pub custom_data: Option<String>,
    /// The password.
    pub password: Option<GivenPassword>,
    /// Whether the password must be reset at the next sign-in.
    pub reset_on_next_login: Option<bool>,
}

/// An external identity of a user, as a caller gives it.
#[derive(Clone)]
pub struct NewIdentity {
    /// The source's id.
    pub ext_idp_id: String,
    /// The kind of source.
    pub provider: ProviderType,
    /// What the id is there.
    pub kind: String,
    /// The id there.
    pub user_id_in_idp: String,
    /// A JSON object as text.
    pub user_info: String,
    /// The source's access token.
    pub access_token: Option<String>,
    /// The source's refresh token.
    pub refresh_token: Option<String>,
    /// Connections through which it was made.
    pub origin_connection_ids: Vec<String>,
}

/// A name or id of 1 to 256 characters without control characters.
pub(super) fn is_name(text: &str) -> bool {
    (1..=limits::MAX_NAME_CHARS).contains(&text.chars().count())
        && !text.chars().any(char::is_control)
}

/// A text of at most 2,048 characters without NUL; it may be empty.
pub(super) fn is_text(text: &str) -> bool {
    text.chars().count() <= limits::MAX_TEXT_CHARS && !text.contains('\0')
}

/// Profile texts that hold more than a name.
fn is_profile_text(field: ProfileField, text: &str) -> bool {
    use ProfileField as Of;
    match field {
        Of::Birthdate => birthdate::is_birthdate(text),
        Of::Photo
        | Of::Address
        | Of::StreetAddress
        | Of::Browser
        | Of::Profile
        | Of::Website
        | Of::Formatted => is_text(text),
        _ => text.is_empty() || is_name(text),
    }
}

impl UserFields {
    /// The change that these fields ask for, but for the password. All that is
    /// wrong is told at once.
    pub(super) fn checked(
        &self,
        default_country_code: &str,
        present: Option<&Phone>,
    ) -> Result<UserChange, Refusal> {
        let mut wrong: Vec<Field> = Vec::new();
        let email = self
            .email
            .as_deref()
            .map(|text| email_key(text).filter(|key| is_name(key)));
        if email == Some(None) {
            wrong.push("email");
        }
        let phone = self.checked_phone(default_country_code, present, &mut wrong);
        for (field, text) in [
            ("username", &self.username),
            ("externalId", &self.external_id),
        ] {
            if text.as_deref().is_some_and(|text| !is_name(text)) {
                wrong.push(field);
            }
        }
        for (field, text) in &self.profile {
            if !is_profile_text(*field, text) {
                wrong.push(field.as_str());
            }
        }
        let too_large = |text: &String| text.len() > limits::MAX_CUSTOM_DATA_BYTES;
        if self.custom_data.as_ref().is_some_and(too_large) {
            wrong.push("customData");
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        Ok(UserChange {
            status: self.status,
            username: self.username.clone(),
            email: email.flatten(),
            email_verified: self.email_verified,
            phone,
            phone_verified: self.phone_verified,
            external_id: self.external_id.clone(),
            gender: self.gender,
            profile: self.profile.clone(),
            custom_data: self.custom_data.clone(),
            password: None,
            reset_on_next_login: self.reset_on_next_login,
        })
    }

    /// A new phone, or the present one under a new country code.
    fn checked_phone(
        &self,
        default_country_code: &str,
        present: Option<&Phone>,
        wrong: &mut Vec<Field>,
    ) -> Option<Phone> {
        let given_code = self.phone_country_code.as_deref();
        if given_code.is_some_and(|code| !is_country_code(code)) {
            wrong.push("phoneCountryCode");
            return None;
        }
        let given = match (&self.phone, given_code) {
            (Some(phone), _) => phone.clone(),
            (None, Some(_)) => present?.given.clone(),
            (None, None) => return None,
        };
        let code = given_code
            .or(present.map(|phone| phone.country_code.as_str()))
            .unwrap_or(default_country_code);
        let e164 = has_phone_characters(&given)
            .then(|| phone_key(&given, code))
            .flatten();
        let Some(e164) = e164 else {
            wrong.push("phone");
            return None;
        };
        Some(Phone {
            given,
            country_code: code.to_owned(),
            e164,
        })
    }
}

impl Authority {
    /// Hashes a new password, if one was given.
    pub(super) async fn new_password(
        &self,
        password: Option<&str>,
        holder: Holder,
        field: Field,
    ) -> Result<Option<NewPassword>, Refusal> {
        let Some(password) = password else {
            return Ok(None);
        };
        check_new_password(password, holder, field)?;
        let hash = self.passwords.place().await?.hash(password).await?;
        Ok(Some(NewPassword {
            hash,
            security_level: Some(security_level(password)),
        }))
    }

    /// The present instant of the store's clock.
    pub(super) fn now(&self) -> Timestamp {
        self.store.now()
    }

    /// Identities to be stored for a user.
    pub(super) async fn checked_identities(
        &self,
        pool: PoolId,
        user: UserId,
        identities: Vec<NewIdentity>,
    ) -> Result<Vec<Identity>, Refusal> {
        if identities.len() > limits::MAX_IDENTITIES_PER_USER {
            return Err(Refusal::Rule(Rule::TooMany("identities")));
        }
        let mut checked = Vec::with_capacity(identities.len());
        for identity in identities {
            checked.push(self.checked_identity(pool, user, identity).await?);
        }
        Ok(checked)
    }

    async fn checked_identity(
        &self,
        pool: PoolId,
        user: UserId,
        new: NewIdentity,
    ) -> Result<Identity, Refusal> {
        let ext_idp = self.ext_idp_id(pool, &new.ext_idp_id).await?;
        let mut wrong: Vec<Field> = Vec::new();
        if !is_name(&new.kind) {
            wrong.push("type");
        }
        if !is_name(&new.user_id_in_idp) {
            wrong.push("userIdInIdp");
        }
        if new.user_info.len() > limits::MAX_CUSTOM_DATA_BYTES {
            wrong.push("userInfoInIdp");
        }
        let tokens = [
            ("accessToken", &new.access_token),
            ("refreshToken", &new.refresh_token),
        ];
        for (field, token) in tokens {
            if token
                .as_ref()
                .is_some_and(|t| t.len() > limits::MAX_CUSTOM_DATA_BYTES)
            {
                wrong.push(field);
            }
        }
        let connections = &new.origin_connection_ids;
        let too_many = connections.len() > limits::MAX_BATCH_IDS;
        if too_many || !connections.iter().all(|id| is_name(id)) {
            wrong.push("originConnIds");
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        Ok(Identity {
            id: IdentityId::generate(self.now(), self.entropy.as_ref()),
            user,
            ext_idp,
            provider: new.provider,
            kind: new.kind,
            user_id_in_idp: new.user_id_in_idp,
            user_info: new.user_info,
            access_token: new.access_token.map(Secret::new),
            refresh_token: new.refresh_token.map(Secret::new),
            origin_connection_ids: new.origin_connection_ids,
        })
    }

    /// A source's id as typed, if the pool has it.
    pub(super) async fn ext_idp_id(&self, pool: PoolId, text: &str) -> Result<ExtIdpId, Refusal> {
        if !is_name(text) {
            return Err(Refusal::invalid("extIdpId"));
        }
        let unknown = Refusal::NotFound(Record::ExtIdp);
        let id = text.parse().map_err(|_| unknown.clone())?;
        self.store
            .ext_idp(pool, id)
            .await?
            .map(|found| found.id)
            .ok_or(unknown)
    }
}
