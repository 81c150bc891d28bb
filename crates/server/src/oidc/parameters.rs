//! What each endpoint of browsers and applications reads: one list, so that a test
//! can try every parameter of every endpoint as it should not be.

use super::{authorize, end_session};
use crate::pages::action;
use rollcall_wire::v3::paths::{
    OIDC_AUTHORIZATION, OIDC_END_SESSION, OIDC_INTROSPECTION, OIDC_REVOCATION, OIDC_TOKEN,
    OIDC_USERINFO,
};

/// Fields of the pages that lead to a code: one form reads them all.
const OF_PAGES: &[&str] = &[
    "request",
    "csrf",
    "identifier",
    "password",
    "choice",
    "decision",
    "evidence",
];

/// Of `/oidc/token`, whatever the grant.
const OF_TOKEN: &[&str] = &[
    "grant_type",
    "client_id",
    "client_secret",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "scope",
];

/// Of what is asked or said about a token.
const OF_TOKEN_QUERY: &[&str] = &["token", "token_type_hint", "client_id", "client_secret"];

/// Of the sign-out question.
const OF_SIGN_OUT: &[&str] = &["request", "csrf", "decision"];

/// RFC 6750 section 2.2.
const OF_USERINFO: &[&str] = &["access_token"];

/// Each endpoint's path with its parameters.
pub(crate) const OF_ENDPOINTS: &[(&str, &[&str])] = &[
    (OIDC_AUTHORIZATION, authorize::KNOWN),
    (action::SIGN_IN, OF_PAGES),
    (action::ACCOUNT, OF_PAGES),
    (action::CONSENT, OF_PAGES),
    (OIDC_TOKEN, OF_TOKEN),
    (OIDC_INTROSPECTION, OF_TOKEN_QUERY),
    (OIDC_REVOCATION, OF_TOKEN_QUERY),
    (OIDC_USERINFO, OF_USERINFO),
    (OIDC_END_SESSION, end_session::KNOWN),
    (action::SIGN_OUT, OF_SIGN_OUT),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::endpoint::TokenForm;
    use rollcall_wire::oidc::introspection::TokenQuery;
    use rollcall_wire::oidc::token::TokenRequest;
    use serde::de::value::Error;
    use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
    use serde::forward_to_deserialize_any;

    /// Says which fields a type asks for, by failing with their names.
    struct Asked;

    impl<'de> Deserializer<'de> for Asked {
        type Error = Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            Err(Error::custom("no struct"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Error> {
            Err(Error::custom(fields.join(" ")))
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
            option unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier
            ignored_any
        }
    }

    fn fields_of<T: for<'de> Deserialize<'de>>() -> String {
        T::deserialize(Asked).err().unwrap().to_string()
    }

    #[test]
    fn the_lists_are_what_is_read() {
        for (list, read) in [
            (OF_PAGES, fields_of::<authorize::Fields>()),
            (OF_TOKEN, fields_of::<TokenRequest>()),
            (OF_TOKEN_QUERY, fields_of::<TokenQuery>()),
            (OF_SIGN_OUT, fields_of::<end_session::Fields>()),
            (OF_USERINFO, fields_of::<TokenForm>()),
        ] {
            assert_eq!(list.join(" "), read);
        }
    }
}
