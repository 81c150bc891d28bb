//! The enumerations of users.

use crate::v3::string_enum::string_enum;

string_enum! {
    /// What kind of identifier a user is named by.
    #[derive(Default)]
    pub enum UserIdType {
        #[default]
        /// Our id, 24 hex digits.
        UserId = "user_id",
        /// The id that the caller gave the user.
        ExternalId = "external_id",
        /// A phone number.
        Phone = "phone",
        /// An e-mail address.
        Email = "email",
        /// A username.
        Username = "username",
        /// A federated identity, `<extIdpId>:<userIdInIdp>`.
        Identity = "identity",
        /// Not supported (501).
        SyncRelation = "sync_relation",
        /// Not supported (501).
        CustomField = "custom_field",
    }
}

impl UserIdType {
    /// The kind that a request means, which it may say at the top level, in
    /// `options`, or in both places if they agree.
    pub fn agreed(
        top_level: Option<Self>,
        in_options: Option<Self>,
    ) -> Result<Option<Self>, DifferingUserIdTypes> {
        match (top_level, in_options) {
            (Some(top_level), Some(in_options)) if top_level != in_options => {
                Err(DifferingUserIdTypes)
            }
            (top_level, in_options) => Ok(top_level.or(in_options)),
        }
    }
}

/// `userIdType` was given twice, with different values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("userIdType and options.userIdType differ")]
pub struct DifferingUserIdTypes;

string_enum! {
    /// State of an account. Only `Activated` users can be signed in.
    pub enum UserStatus {
        Suspended = "Suspended",
        Resigned = "Resigned",
        Activated = "Activated",
        Archived = "Archived",
        Deactivated = "Deactivated",
    }
}

string_enum! {
    /// Whether a person is employed.
    pub enum WorkStatus {
        Closed = "Closed",
        Active = "Active",
    }
}

string_enum! {
    /// Gender of a person.
    pub enum Gender {
        Male = "M",
        Female = "F",
        Unknown = "U",
    }
}

string_enum! {
    /// How a user came to be.
    pub enum UserSourceType {
        Excel = "excel",
        Register = "register",
        AdminCreated = "adminCreated",
        Sync = "sync",
    }
}

string_enum! {
    /// What kind of identifier a department is named by.
    pub enum DepartmentIdType {
        DepartmentId = "department_id",
        OpenDepartmentId = "open_department_id",
        SyncRelation = "sync_relation",
        CustomField = "custom_field",
        Code = "code",
    }
}

string_enum! {
    /// How a password in a body is encrypted, beneath TLS.
    pub enum PasswordEncryptType {
        /// Encrypted with the server's SM2 key.
        Sm2 = "sm2",
        /// Encrypted with the server's RSA key.
        Rsa = "rsa",
        /// Plain inside TLS.
        None = "none",
    }
}

string_enum! {
    /// Direction of an order.
    pub enum SortOrder {
        Desc = "desc",
        Asc = "asc",
    }
}

string_enum! {
    /// What a list of users can be ordered by.
    pub enum UserSortField {
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
        LastMfaTime = "lastMfaTime",
        PasswordSecurityLevel = "passwordSecurityLevel",
        PhoneCountryCode = "phoneCountryCode",
        LastIp = "lastIp",
    }
}

string_enum! {
    /// Fields that keywords are searched in.
    pub enum UserSearchField {
        Id = "id",
        Phone = "phone",
        Email = "email",
        Name = "name",
        Username = "username",
        ExternalId = "externalId",
        Nickname = "nickname",
        Company = "company",
        GivenName = "givenName",
        FamilyName = "familyName",
        MiddleName = "middleName",
        Profile = "profile",
        PreferredUsername = "preferredUsername",
        Website = "website",
        Address = "address",
        Formatted = "formatted",
        StreetAddress = "streetAddress",
        PostalCode = "postalCode",
        IdentityNumber = "identityNumber",
    }
}

string_enum! {
    /// How a filter compares.
    pub enum FilterOperator {
        Equal = "EQUAL",
        NotEqual = "NOT_EQUAL",
        Contains = "CONTAINS",
        NotContains = "NOT_CONTAINS",
        IsNull = "IS_NULL",
        NotNull = "NOT_NULL",
        In = "IN",
        Greater = "GREATER",
        Lesser = "LESSER",
        Between = "BETWEEN",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_places_must_agree() {
        let (email, phone) = (Some(UserIdType::Email), Some(UserIdType::Phone));
        assert_eq!(UserIdType::agreed(None, None), Ok(None));
        assert_eq!(UserIdType::agreed(email, None), Ok(email));
        assert_eq!(UserIdType::agreed(None, email), Ok(email));
        assert_eq!(UserIdType::agreed(email, email), Ok(email));
        assert_eq!(UserIdType::agreed(email, phone), Err(DifferingUserIdTypes));
    }
}
