//! The `Authorization` header of a signed request.

use std::fmt;
use std::str::FromStr;

use crate::v3::HeaderFamily;

/// `authing <accessKeyId>:<signature>` or `genauth <accessKeyId>:<signature>`.
#[derive(Clone, PartialEq, Eq)]
pub struct SignatureAuthorization {
    /// Which scheme word was used.
    pub family: HeaderFamily,
    /// Whose secret signed.
    pub access_key_id: String,
    /// The signature in base64, not yet verified.
    pub signature: String,
}

/// An `Authorization` value that is not a request signature, perhaps another
/// scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a request signature")]
pub struct NotASignature;

impl FromStr for SignatureAuthorization {
    type Err = NotASignature;

    /// The scheme word is case-insensitive (RFC 9110 section 11.1).
    fn from_str(value: &str) -> Result<Self, NotASignature> {
        let (scheme, rest) = value.trim().split_once(' ').ok_or(NotASignature)?;
        let family = HeaderFamily::ALL
            .into_iter()
            .find(|family| family.scheme().eq_ignore_ascii_case(scheme))
            .ok_or(NotASignature)?;
        let (access_key_id, signature) = rest.trim().split_once(':').ok_or(NotASignature)?;
        if access_key_id.is_empty() || signature.is_empty() {
            return Err(NotASignature);
        }
        Ok(Self {
            family,
            access_key_id: access_key_id.to_owned(),
            signature: signature.to_owned(),
        })
    }
}

/// The header's value.
impl fmt::Display for SignatureAuthorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}:{}",
            self.family.scheme(),
            self.access_key_id,
            self.signature
        )
    }
}

/// Without the signature, which is a credential until its nonce is used.
impl fmt::Debug for SignatureAuthorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureAuthorization")
            .field("family", &self.family)
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}
