//! `apiCode` of a V3 answer: the finer reason of a failure.

use super::StatusCode;
use super::request::UnknownValue;

/// The finer reason of a failure that has one. Each goes with exactly one
/// [`StatusCode`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ApiCode {
    /// 1300: The signature does not fit the access key.
    BadSignature,
    /// 1301: `x-…-signature-method` is not `HMAC-SHA1`.
    BadSignatureMethod,
    /// 1302: `x-…-signature-version` is not `1.0`.
    BadSignatureVersion,
    /// 1303: The `date` header is malformed.
    MalformedTimestamp,
    /// 1304: There is no `date` header.
    NoTimestamp,
    /// 1305: The `date` header is more than 5 minutes from the server's clock.
    TimestampTooFar,
    /// 1306: The nonce was already used with this key.
    NonceUsed,
    /// 2004: No such user.
    UserNotFound,
    /// 2005: The user is locked or not active.
    UserLocked,
    /// 2006: The password is wrong.
    WrongPassword,
    /// 2011: The application does not exist.
    ApplicationNotFound,
    /// 2020: The end user is not signed in.
    NotSignedIn,
    /// 2031: Registration is switched off.
    RegistrationDisabled,
    /// 2058: The password must be reset first.
    PasswordResetRequired,
    /// 2224: The user pool does not exist.
    UserPoolNotFound,
    /// 2333: Account or password wrong, without telling which.
    WrongCredentials,
    /// 6001: The one-time password is wrong.
    WrongTotp,
    /// 1635: A further factor is required.
    MfaRequired,
    /// 1636: A further factor is required and none is enrolled.
    MfaEnrolmentRequired,
}

impl ApiCode {
    /// Every code.
    pub const ALL: &'static [Self] = &[
        Self::BadSignature,
        Self::BadSignatureMethod,
        Self::BadSignatureVersion,
        Self::MalformedTimestamp,
        Self::NoTimestamp,
        Self::TimestampTooFar,
        Self::NonceUsed,
        Self::UserNotFound,
        Self::UserLocked,
        Self::WrongPassword,
        Self::ApplicationNotFound,
        Self::NotSignedIn,
        Self::RegistrationDisabled,
        Self::PasswordResetRequired,
        Self::UserPoolNotFound,
        Self::WrongCredentials,
        Self::WrongTotp,
        Self::MfaRequired,
        Self::MfaEnrolmentRequired,
    ];

    /// The number on the wire.
    pub const fn number(self) -> u32 {
        match self {
            Self::BadSignature => 1300,
            Self::BadSignatureMethod => 1301,
            Self::BadSignatureVersion => 1302,
            Self::MalformedTimestamp => 1303,
            Self::NoTimestamp => 1304,
            Self::TimestampTooFar => 1305,
            Self::NonceUsed => 1306,
            Self::UserNotFound => 2004,
            Self::UserLocked => 2005,
            Self::WrongPassword => 2006,
            Self::ApplicationNotFound => 2011,
            Self::NotSignedIn => 2020,
            Self::RegistrationDisabled => 2031,
            Self::PasswordResetRequired => 2058,
            Self::UserPoolNotFound => 2224,
            Self::WrongCredentials => 2333,
            Self::WrongTotp => 6001,
            Self::MfaRequired => 1635,
            Self::MfaEnrolmentRequired => 1636,
        }
    }

    /// The code of this number, if it is one of ours.
    pub fn from_number(number: u32) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.number() == number)
    }

    /// The `statusCode` that goes with it.
    pub const fn status_code(self) -> StatusCode {
        match self {
            Self::BadSignature
            | Self::BadSignatureMethod
            | Self::BadSignatureVersion
            | Self::MalformedTimestamp
            | Self::NoTimestamp
            | Self::TimestampTooFar
            | Self::NonceUsed
            | Self::WrongPassword
            | Self::NotSignedIn
            | Self::WrongCredentials
            | Self::WrongTotp => StatusCode::NotAuthenticated,
            Self::UserNotFound | Self::ApplicationNotFound | Self::UserPoolNotFound => {
                StatusCode::NotFound
            }
            Self::UserLocked
            | Self::RegistrationDisabled
            | Self::PasswordResetRequired
            | Self::MfaRequired
            | Self::MfaEnrolmentRequired => StatusCode::NotAllowed,
        }
    }
}

impl From<ApiCode> for u32 {
    fn from(code: ApiCode) -> Self {
        code.number()
    }
}

impl TryFrom<u32> for ApiCode {
    type Error = UnknownValue;

    fn try_from(number: u32) -> Result<Self, UnknownValue> {
        Self::from_number(number).ok_or(UnknownValue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_both_ways() {
        for &code in ApiCode::ALL {
            assert_eq!(ApiCode::try_from(code.number()), Ok(code));
        }
        assert_eq!(ApiCode::from_number(2000), None);
    }

    #[test]
    fn each_code_has_its_status() {
        let with = |status: StatusCode| -> Vec<u32> {
            ApiCode::ALL
                .iter()
                .filter(|code| code.status_code() == status)
                .map(|code| code.number())
                .collect()
        };
        assert_eq!(
            with(StatusCode::NotAuthenticated),
            [
                1300, 1301, 1302, 1303, 1304, 1305, 1306, 2006, 2020, 2333, 6001
            ]
        );
        assert_eq!(with(StatusCode::NotAllowed), [2005, 2031, 2058, 1635, 1636]);
        assert_eq!(with(StatusCode::NotFound), [2004, 2011, 2224]);
    }
}
