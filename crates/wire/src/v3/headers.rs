//! The two families of V3 request headers. They mean the same; which one a
//! client sends depends on which published SDK it is.

/// A family of V3 request headers. A server accepts both everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HeaderFamily {
    /// `x-genauth-…`, and `genauth` as the scheme of signed requests.
    #[default]
    Genauth,
    /// `x-authing-…`, and `authing` as the scheme of signed requests.
    Authing,
}

impl HeaderFamily {
    /// Both families.
    pub const ALL: [Self; 2] = [Self::Genauth, Self::Authing];

    /// The scheme word of `Authorization` on signed requests.
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::Genauth => "genauth",
            Self::Authing => "authing",
        }
    }

    /// What its header names start with, in lower case.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Genauth => "x-genauth-",
            Self::Authing => "x-authing-",
        }
    }

    /// The name of one of its headers in lower case.
    pub const fn header(self, header: Header) -> &'static str {
        match (self, header) {
            (Self::Genauth, Header::UserPoolId) => "x-genauth-userpool-id",
            (Self::Genauth, Header::AppId) => "x-genauth-app-id",
            (Self::Genauth, Header::Language) => "x-genauth-lang",
            (Self::Genauth, Header::SdkVersion) => "x-genauth-sdk-version",
            (Self::Genauth, Header::RequestFrom) => "x-genauth-request-from",
            (Self::Genauth, Header::SignatureMethod) => "x-genauth-signature-method",
            (Self::Genauth, Header::SignatureNonce) => "x-genauth-signature-nonce",
            (Self::Genauth, Header::SignatureVersion) => "x-genauth-signature-version",
            (Self::Authing, Header::UserPoolId) => "x-authing-userpool-id",
            (Self::Authing, Header::AppId) => "x-authing-app-id",
            (Self::Authing, Header::Language) => "x-authing-lang",
            (Self::Authing, Header::SdkVersion) => "x-authing-sdk-version",
            (Self::Authing, Header::RequestFrom) => "x-authing-request-from",
            (Self::Authing, Header::SignatureMethod) => "x-authing-signature-method",
            (Self::Authing, Header::SignatureNonce) => "x-authing-signature-nonce",
            (Self::Authing, Header::SignatureVersion) => "x-authing-signature-version",
        }
    }
}

/// A V3 request header, apart from its family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Header {
    /// The user pool that the caller means; must be the caller's own.
    UserPoolId,
    /// The application that the caller is; must be the authenticated client.
    AppId,
    /// The language of `message`; see [`super::Language`].
    Language,
    /// Name and version of the calling SDK.
    SdkVersion,
    /// What kind of program calls, `sdk` for the published ones.
    RequestFrom,
    /// `HMAC-SHA1` on signed requests.
    SignatureMethod,
    /// A value used once per access key on signed requests.
    SignatureNonce,
    /// `1.0` on signed requests.
    SignatureVersion,
}

impl Header {
    /// Every header.
    pub const ALL: [Self; 8] = [
        Self::UserPoolId,
        Self::AppId,
        Self::Language,
        Self::SdkVersion,
        Self::RequestFrom,
        Self::SignatureMethod,
        Self::SignatureNonce,
        Self::SignatureVersion,
    ];
}

/// Whether a header of this name (in any case) is part of a request signature:
/// `date` and both families.
pub fn is_signed(name: &str) -> bool {
    let begins_with = |prefix: &str| {
        let start = name.as_bytes().get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    name.eq_ignore_ascii_case("date")
        || HeaderFamily::ALL
            .iter()
            .any(|family| begins_with(family.prefix()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_belongs_to_its_family() {
        for family in HeaderFamily::ALL {
            for header in Header::ALL {
                assert!(family.header(header).starts_with(family.prefix()));
                assert!(is_signed(family.header(header)));
            }
        }
        assert!(is_signed("Date"));
        assert!(is_signed("X-Authing-Lang"));
        assert!(!is_signed("authorization"));
        assert!(!is_signed("x-real-ip"));
    }
}
