//! Secrets as types: recoverable ones that never print, and verifiers.

use crate::entropy::Entropy;
use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A secret that must be shown or used again: an access key's, an application's.
/// It prints as `Secret(…)`, is erased when dropped, and is stored encrypted.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps a secret text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// A new secret of 128 random bits as 32 hexadecimal digits, the published
    /// service's form of access-key and application secrets.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; 16]);
        entropy.fill(bytes.as_mut());
        Self::new(hex::encode(*bytes))
    }

    /// What a presented secret is compared with where there is no such record, so
    /// that the time tells nothing. That it matches proves nobody.
    pub fn of_nobody() -> Self {
        Self::new("0".repeat(32))
    }

    /// The secret itself. The name is loud so that a reader of a diff sees it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Compares in constant time; only the lengths can be told apart.
    pub fn matches(&self, presented: &str) -> bool {
        self.0.as_bytes().ct_eq(presented.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The SHA-256 of a token of at least 128 random bits. A slow hash is for
/// passwords; guessing such a token is hopeless at any speed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenDigest([u8; 32]);

impl TokenDigest {
    /// The digest of a presented token.
    pub fn of(token: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
        Self(bytes)
    }

    /// The digest in its stored form.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The digest from its stored form.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenDigest(…)")
    }
}

/// How every refresh token of ours begins.
pub const REFRESH_TOKEN_PREFIX: &str = "rcr_";

/// How every authorization code of ours begins.
pub const AUTHORIZATION_CODE_PREFIX: &str = "rcc_";

/// How the value of every session cookie of ours begins.
pub const SESSION_COOKIE_PREFIX: &str = "rcs_";

/// Tokens of a prefix and 256 random bits in base64url. The prefix lets secret
/// scanners recognise a leaked one.
macro_rules! token {
    ($name:ident, $prefix:ident, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone)]
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// A new one.
            pub fn generate(entropy: &dyn Entropy) -> Self {
                let mut bytes = Zeroizing::new([0; 32]);
                entropy.fill(bytes.as_mut());
                let text = format!("{}{}", $prefix, URL_SAFE_NO_PAD.encode(*bytes));
                Self(Zeroizing::new(text))
            }

            /// The text as its holder presents it.
            pub fn reveal(&self) -> &str {
                &self.0
            }

            /// What is stored of it.
            pub fn digest(&self) -> TokenDigest {
                TokenDigest::of(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

token!(RefreshToken, REFRESH_TOKEN_PREFIX, "A refresh token.");
token!(
    AuthorizationCode,
    AUTHORIZATION_CODE_PREFIX,
    "An authorization code."
);
token!(
    SessionCookie,
    SESSION_COOKIE_PREFIX,
    "The value of a session's cookie."
);

/// The S256 challenge of a PKCE verifier (RFC 7636, section 4.2), if the verifier
/// has the form of one (section 4.1).
pub fn pkce_challenge(verifier: &str) -> Option<String> {
    let unreserved = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
    let fits = (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved);
    let hash = || digest::digest(&digest::SHA256, verifier.as_bytes());
    fits.then(|| URL_SAFE_NO_PAD.encode(hash()))
}

/// A stored password hash in PHC string format.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// Wraps a PHC string.
    pub fn from_phc(phc: impl Into<String>) -> Self {
        Self(phc.into())
    }

    /// The PHC string, for the hasher and the store alone.
    pub fn as_phc(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_prints() {
        struct Zeros;
        impl Entropy for Zeros {
            fn fill(&self, _: &mut [u8]) {}
        }
        let secret = Secret::generate(&Zeros);
        let token = RefreshToken::generate(&Zeros);
        let printed = format!("{secret:?} {token:?} {:?}", token.digest());
        assert_eq!(printed, "Secret(…) RefreshToken(…) TokenDigest(…)");
        assert!(secret.matches(&"0".repeat(32)));
        assert!(!secret.matches(&"0".repeat(31)));
    }

    #[test]
    fn a_challenge_follows_from_a_verifier_of_the_right_form() {
        // RFC 7636, appendix B.
        assert_eq!(
            pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").as_deref(),
            Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
        );
        assert!(pkce_challenge(&"a".repeat(43)).is_some());
        assert!(pkce_challenge(&"a".repeat(128)).is_some());
        for wrong in [
            "a".repeat(42),
            "a".repeat(129),
            "a+".repeat(30),
            String::new(),
        ] {
            assert_eq!(pkce_challenge(&wrong), None);
        }
    }

    #[test]
    fn nobodys_secret_takes_the_time_of_a_real_one() {
        struct Ones;
        impl Entropy for Ones {
            fn fill(&self, bytes: &mut [u8]) {
                bytes.fill(1);
            }
        }
        let (nobody, real) = (Secret::of_nobody(), Secret::generate(&Ones));
        assert_eq!(nobody.reveal().len(), real.reveal().len());
    }
}
