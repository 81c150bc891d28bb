//! `statusCode` of a V3 answer: which kind of failure it was.

use super::request::UnknownValue;

/// What `statusCode` says when it is not 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StatusCode {
    /// 400: An argument is missing or malformed.
    InvalidArgument,
    /// 401: The caller did not prove who it is.
    NotAuthenticated,
    /// 403: The caller may not do this.
    NotAllowed,
    /// 404: An unknown record, or, with HTTP 404, an unknown path.
    NotFound,
    /// 409: The request contradicts what is stored.
    Conflict,
    /// 413: The body is larger than the limit.
    BodyTooLarge,
    /// 422: Well-formed, but against a rule.
    AgainstARule,
    /// 429: Too many attempts; `Retry-After` says when to come back.
    Throttled,
    /// 499: Another error of the client.
    OtherClientError,
    /// 500: A fault of the server.
    ServerFault,
    /// 501: A part of the contract that is not built.
    NotSupported,
    /// 503: The server cannot know now; `Retry-After` says when to come back.
    Unavailable,
    /// 601: A third party could not be reached.
    ThirdPartyUnreachable,
    /// 602: A third party answered with an error.
    ThirdPartyError,
}

impl StatusCode {
    /// Every code.
    pub const ALL: &'static [Self] = &[
        Self::InvalidArgument,
        Self::NotAuthenticated,
        Self::NotAllowed,
        Self::NotFound,
        Self::Conflict,
        Self::BodyTooLarge,
        Self::AgainstARule,
        Self::Throttled,
        Self::OtherClientError,
        Self::ServerFault,
        Self::NotSupported,
        Self::Unavailable,
        Self::ThirdPartyUnreachable,
        Self::ThirdPartyError,
    ];

    /// The number on the wire.
    pub const fn number(self) -> u16 {
        match self {
            Self::InvalidArgument => 400,
            Self::NotAuthenticated => 401,
            Self::NotAllowed => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::BodyTooLarge => 413,
            Self::AgainstARule => 422,
            Self::Throttled => 429,
            Self::OtherClientError => 499,
            Self::ServerFault => 500,
            Self::NotSupported => 501,
            Self::Unavailable => 503,
            Self::ThirdPartyUnreachable => 601,
            Self::ThirdPartyError => 602,
        }
    }

    /// The code of this number, if it is one of ours.
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.number() == number)
    }
}

impl From<StatusCode> for u16 {
    fn from(code: StatusCode) -> Self {
        code.number()
    }
}

impl TryFrom<u16> for StatusCode {
    type Error = UnknownValue;

    fn try_from(number: u16) -> Result<Self, UnknownValue> {
        Self::from_number(number).ok_or(UnknownValue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_both_ways() {
        for &code in StatusCode::ALL {
            assert_eq!(StatusCode::try_from(code.number()), Ok(code));
        }
        assert_eq!(StatusCode::from_number(200), None);
        assert_eq!(StatusCode::from_number(418), None);
    }
}
