//! Users and their identities in external sources.

use crate::ids::{ApplicationId, ExtIdpId, IdentityId, PoolId, UserId};
use crate::model::ext_idp::ProviderType;
use crate::secret::{PasswordHash, Secret};
use crate::time::Timestamp;
use std::collections::BTreeMap;
use std::net::IpAddr;

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[allow(missing_docs, reason = "each variant is the V3 name beside it")]
        pub enum $name { $($variant,)+ }

        impl $name {
            /// Every value, in the contract's order.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The name in the V3 schema.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The value with this V3 name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == name)
            }
        }
    };
}
pub(crate) use named;

named! {
    /// A user's status (V3 `UserDto.status`). Only `Activated` users are signed in.
    UserStatus {
        Suspended = "Suspended",
        Resigned = "Resigned",
        Activated = "Activated",
        Archived = "Archived",
        Deactivated = "Deactivated",
    }
}

named! {
    /// Where a user came from (V3 `UserDto.userSourceType`).
    UserSource {
        Excel = "excel",
        Register = "register",
        AdminCreated = "adminCreated",
        Sync = "sync",
    }
}

named! {
    /// Gender (V3 `UserDto.gender`).
    Gender { Male = "M", Female = "F", Unknown = "U", }
}

named! {
    /// Profile texts of a user that no rule of ours reads (V3 `UserDto`).
    ProfileField {
        Name = "name",
        Nickname = "nickname",
        Photo = "photo",
        Birthdate = "birthdate",
        Country = "country",
        Province = "province",
        City = "city",
        Address = "address",
        StreetAddress = "streetAddress",
        PostalCode = "postalCode",
        Company = "company",
        Browser = "browser",
        Device = "device",
        GivenName = "givenName",
        FamilyName = "familyName",
        MiddleName = "middleName",
        Profile = "profile",
        PreferredUsername = "preferredUsername",
        Website = "website",
        Zoneinfo = "zoneinfo",
        Locale = "locale",
        Formatted = "formatted",
        Region = "region",
        IdentityNumber = "identityNumber",
    }
}

/// A user's profile texts; absent ones are not there.
pub type Profile = BTreeMap<ProfileField, String>;

/// A phone as it was given, and as it is compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Phone {
    /// As given.
    pub given: String,
    /// The country code given beside it, or the pool's.
    pub country_code: String,
    /// E.164, with its `+`.
    pub e164: String,
}

/// What is known of a user's password.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Password {
    /// None: the user cannot sign in by password.
    pub hash: Option<PasswordHash>,
    /// Grows with every change: a sign-in that verified an earlier one is refused.
    pub version: i64,
    /// When it was set.
    pub last_set_at: Option<Timestamp>,
    /// 1 weak, 2 medium, 3 strong (V3 `passwordSecurityLevel`).
    pub security_level: Option<u8>,
    /// Signing in answers 2058 until it is reset.
    pub reset_on_next_login: bool,
    /// Failures in a row; at the lock's limit the password is refused everywhere.
    pub failures_in_a_row: u32,
}

/// Addresses that the person asserted and has not shown to own. Nobody is found by
/// one, and others may have it too.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Unproven {
    /// The e-mail.
    pub email: bool,
    /// The phone.
    pub phone: bool,
}

/// What is counted of a user's sign-ins.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SignInStatistics {
    /// How many logins have begun.
    pub count: u64,
    /// When the last one began.
    pub last_at: Option<Timestamp>,
    /// From which address.
    pub last_address: Option<IpAddr>,
    /// In which application.
    pub last_application: Option<ApplicationId>,
}

/// A user as stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct User {
    /// The user's id: `sub` on the wire.
    pub id: UserId,
    /// The pool.
    pub pool: PoolId,
    /// Only `Activated` users are signed in.
    pub status: UserStatus,
    /// When the status last changed.
    pub status_changed_at: Timestamp,
    /// When the record was made.
    pub created_at: Timestamp,
    /// When the record last changed; signing in does not change it.
    pub updated_at: Timestamp,
    /// As chosen; compared by its key.
    pub username: Option<String>,
    /// In lower case.
    pub email: Option<String>,
    /// Whether the person has shown to own the address.
    pub email_verified: bool,
    /// The phone.
    pub phone: Option<Phone>,
    /// Whether the person has shown to own the number.
    pub phone_verified: bool,
    /// Which of both is asserted by the person alone.
    pub unproven: Unproven,
    /// The id in the caller's own system.
    pub external_id: Option<String>,
    /// Gender.
    pub gender: Gender,
    /// Profile texts.
    pub profile: Profile,
    /// A JSON object of the caller's, as text; never read by us.
    pub custom_data: Option<String>,
    /// Where the record came from.
    pub source: UserSource,
    /// The password.
    pub password: Password,
    /// Sign-in statistics.
    pub sign_ins: SignInStatistics,
}

/// A user's identity in an external source (V3 `IdentityDto`).
#[derive(Clone, Debug)]
pub struct Identity {
    /// The record's own id.
    pub id: IdentityId,
    /// Whose it is.
    pub user: UserId,
    /// The source.
    pub ext_idp: ExtIdpId,
    /// The kind of source.
    pub provider: ProviderType,
    /// What the id is there (`openid`, `unionid` …).
    pub kind: String,
    /// The id there; unique in the source.
    pub user_id_in_idp: String,
    /// What the source told of the person, a JSON object as text.
    pub user_info: String,
    /// The source's tokens, if the caller stored them: kept encrypted.
    pub access_token: Option<Secret>,
    /// The source's refresh token.
    pub refresh_token: Option<Secret>,
    /// Connections through which it was made.
    pub origin_connection_ids: Vec<String>,
}

/// A change to a user: absent members stay as they are.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// New status.
    pub status: Option<UserStatus>,
    /// New username.
    pub username: Option<String>,
    /// New e-mail, in lower case.
    pub email: Option<String>,
    /// New verification state of the e-mail.
    pub email_verified: Option<bool>,
    /// New phone.
    pub phone: Option<Phone>,
    /// New verification state of the phone.
    pub phone_verified: Option<bool>,
    /// New external id.
    pub external_id: Option<String>,
    /// New gender.
    pub gender: Option<Gender>,
    /// Profile texts to set.
    pub profile: Profile,
    /// New custom data.
    pub custom_data: Option<String>,
    /// New password: ends logins.
    pub password: Option<NewPassword>,
    /// Whether the password must be reset before the next sign-in.
    pub reset_on_next_login: Option<bool>,
}

/// A password to be stored: its hash, and what is known of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewPassword {
    /// Its hash.
    pub hash: PasswordHash,
    /// 1 weak, 2 medium, 3 strong; nobody knows it of a hash made elsewhere.
    pub security_level: Option<u8>,
}

/// A user whose status is `Archived`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ArchivedUser {
    /// Who.
    pub user: UserId,
    /// Since when.
    pub archived_at: Timestamp,
}

/// An ordering of users (V3 `SortingDto.field`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UserSort {
    /// By which column.
    pub field: UserSortField,
    /// Whether the largest comes first.
    pub descending: bool,
}

named! {
    /// What users can be sorted by (V3 `SortingDto.field`, less what is not kept).
    UserSortField {
        CreatedAt = "createdAt",
        UpdatedAt = "updatedAt",
        Email = "email",
        Username = "username",
        ExternalId = "externalId",
        Phone = "phone",
        Status = "status",
        StatusChangedAt = "statusChangedAt",
        PasswordLastSetAt = "passwordLastSetAt",
        LoginsCount = "loginsCount",
        Gender = "gender",
        LastLogin = "lastLogin",
        UserSourceType = "userSourceType",
        PasswordSecurityLevel = "passwordSecurityLevel",
        PhoneCountryCode = "phoneCountryCode",
        LastIp = "lastIp",
    }
}

/// What a filter or key-word search looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UserFilterField {
    /// The user id.
    Id,
    /// A sortable column.
    Column(UserSortField),
    /// A profile text.
    Profile(ProfileField),
}

/// A filter's comparison (V3 `ListUsersAdvancedFilterItemDto.operator`). Values
/// are compared as text, instants and counts as numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UserFilterTest {
    /// `EQUAL`
    Equal(String),
    /// `NOT_EQUAL`; also true where the field is absent.
    NotEqual(String),
    /// `CONTAINS`, without case for ASCII letters.
    Contains(String),
    /// `NOT_CONTAINS`; also true where the field is absent.
    NotContains(String),
    /// `IS_NULL`
    IsNull,
    /// `NOT_NULL`
    NotNull,
    /// `IN`
    In(Vec<String>),
    /// `GREATER`
    Greater(String),
    /// `LESSER`
    Lesser(String),
    /// `BETWEEN`, both ends included.
    Between(String, String),
}

/// Which users a list shows.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UserFilter {
    /// Key words: a user matches if one of `search_in` contains them.
    pub keywords: Option<String>,
    /// Where key words are looked for.
    pub search_in: Vec<UserFilterField>,
    /// All of these must hold.
    pub tests: Vec<(UserFilterField, UserFilterTest)>,
    /// Only this status.
    pub status: Option<UserStatus>,
    /// Only records changed at or after this instant.
    pub updated_from: Option<Timestamp>,
    /// Only records changed before or at this instant.
    pub updated_until: Option<Timestamp>,
    /// Order; records made first come last where the order leaves it open.
    pub sort: Vec<UserSort>,
}
