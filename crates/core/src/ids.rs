//! Identifiers as newtypes: a user id cannot stand where an application id belongs.

use crate::entropy::Entropy;
use crate::time::Timestamp;
use std::fmt;
use std::str::FromStr;

/// The text is not an identifier of the expected length in hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not an identifier")]
pub struct InvalidId;

macro_rules! id {
    ($name:ident, $bytes:literal, $clock_bytes:literal, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $bytes]);

        impl $name {
            /// A new identifier. It starts with the time, so that indexes grow
            /// at their end; the rest is random.
            pub fn generate(now: Timestamp, entropy: &dyn Entropy) -> Self {
                let mut bytes = [0; $bytes];
                entropy.fill(&mut bytes);
                let clock = if $clock_bytes == 4 {
                    now.as_seconds()
                } else {
                    now.as_millis()
                };
                bytes[..$clock_bytes].copy_from_slice(&clock.to_be_bytes()[8 - $clock_bytes..]);
                Self(bytes)
            }

            /// The identifier in its stored form.
            pub const fn as_bytes(&self) -> &[u8; $bytes] {
                &self.0
            }

            /// The identifier from its stored form.
            pub const fn from_bytes(bytes: [u8; $bytes]) -> Self {
                Self(bytes)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let mut bytes = [0; $bytes];
                hex::decode_to_slice(text, &mut bytes).map_err(|_| InvalidId)?;
                Ok(Self(bytes))
            }
        }
    };
}

id!(
    PoolId,
    12,
    4,
    "A user pool: the tenant. 24 hexadecimal digits."
);
id!(
    UserId,
    12,
    4,
    "A user: `sub` on the wire. 24 hexadecimal digits, never reused."
);
id!(
    ApplicationId,
    12,
    4,
    "An application: `client_id` on the wire. 24 hexadecimal digits."
);
id!(
    AccessKeyId,
    12,
    4,
    "An access key. A pool's root key has the pool's own id."
);
id!(
    ExtIdpId,
    12,
    4,
    "An external identity source. 24 hexadecimal digits."
);
id!(
    IdentityId,
    12,
    4,
    "A user's identity in an external source. 24 hexadecimal digits."
);
id!(
    SessionId,
    16,
    6,
    "A session's public id: `deviceId` in V3. 32 hexadecimal digits."
);
id!(
    LoginId,
    16,
    6,
    "A login: `sid` on the wire. 32 hexadecimal digits."
);
id!(
    GrantId,
    16,
    6,
    "A grant of tokens to an application. 32 hexadecimal digits."
);
id!(
    AuditId,
    16,
    6,
    "A row of the audit log. 32 hexadecimal digits."
);

id!(WebhookId, 12, 4, "A webhook. 24 hexadecimal digits.");
id!(
    WebhookEventId,
    16,
    6,
    "What a webhook is told of, the same for each webhook and attempt. 32 hexadecimal digits."
);

impl PoolId {
    /// The id of the pool's root key, which is the pool's own.
    pub const fn root_key(self) -> AccessKeyId {
        AccessKeyId(self.0)
    }
}

/// Whether a text has the form of a 24-hex id. Such a text is an id and nothing
/// else: self-chosen usernames may not have this form.
pub fn looks_like_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Ones;
    impl Entropy for Ones {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }

    #[test]
    fn an_id_begins_with_the_time_and_reads_back() {
        let id = UserId::generate(Timestamp::from_millis(0x6a00_0000 * 1000), &Ones);
        assert_eq!(id.to_string(), "6a000000ffffffffffffffff");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().to_uppercase().parse(), Ok(id));
    }

    #[test]
    fn other_lengths_and_letters_are_refused() {
        for text in [
            "",
            "6a",
            "6a000000fffffffffffffffg",
            "6a000000ffffffffffffffff00",
            "é",
        ] {
            assert_eq!(text.parse::<UserId>(), Err(InvalidId), "{text}");
        }
    }
}
