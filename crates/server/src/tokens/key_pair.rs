//! Key pairs that sign for applications: RS256, ES256 and EdDSA with Ed25519.
//!
//! A pair has one algorithm for good, and writes it in the headers by which its
//! tokens are recognised. So a token cannot choose how it is verified (RFC 8725
//! section 3.1).

use super::jws::{self, NotOurs, Unusable};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, ParsedPublicKey, VerificationAlgorithm,
};
use aws_lc_rs::{digest, rand};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rollcall_core::model::application::SigningAlgorithm;
use rollcall_core::model::signing_key::KeyPurpose;
use rollcall_wire::oidc::claims::{ACCESS_TOKEN_TYPE, LOGOUT_TOKEN_TYPE};
use rollcall_wire::oidc::jwks::{Jwk, PublicKey};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// `typ` of an ID token (RFC 7519 section 5.1).
const ID_TOKEN_TYPE: &str = "JWT";

/// What a token that a pair signed is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// RFC 9068 section 2.1.
    Access,
    /// OIDC Core section 2.
    Id,
    /// OIDC Back-Channel Logout section 2.4.
    Logout,
}

/// A private key of one of the algorithms.
enum Pair {
    Rsa(rsa::KeyPair),
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// A key pair that stays parsed, with the headers it writes.
pub(super) struct KeyPair {
    algorithm: SigningAlgorithm,
    pair: Pair,
    public: ParsedPublicKey,
    access_header: String,
    id_header: String,
    logout_header: String,
    jwk: Jwk,
}

/// A new key in PKCS#8; RSA with 2048 bits (RFC 7518 section 3.3: 2048 or more).
/// The library draws from its own generator: seeding a key would be a way to have
/// the same key twice. RSA takes a while: not for async threads.
pub(super) fn generate(algorithm: SigningAlgorithm) -> Result<Zeroizing<Vec<u8>>, Unusable> {
    let der = match algorithm {
        SigningAlgorithm::Rs256 => {
            let pair = rsa::KeyPair::generate(KeySize::Rsa2048).map_err(|_| Unusable)?;
            let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| Unusable)?;
            der.as_ref().to_vec()
        }
        SigningAlgorithm::Es256 => {
            let pair = EcdsaKeyPair::generate(&signature::ECDSA_P256_SHA256_FIXED_SIGNING);
            let der = pair.and_then(|pair| pair.to_pkcs8v1());
            der.map_err(|_| Unusable)?.as_ref().to_vec()
        }
        SigningAlgorithm::EdDsa => {
            let der = Ed25519KeyPair::generate().and_then(|pair| pair.to_pkcs8v1());
            der.map_err(|_| Unusable)?.as_ref().to_vec()
        }
    };
    Ok(Zeroizing::new(der))
}

impl Pair {
    fn from_pkcs8(algorithm: SigningAlgorithm, pkcs8: &[u8]) -> Result<Self, Unusable> {
        let pair = match algorithm {
            SigningAlgorithm::Rs256 => rsa::KeyPair::from_pkcs8(pkcs8).map(Self::Rsa),
            SigningAlgorithm::Es256 => {
                let by = &signature::ECDSA_P256_SHA256_FIXED_SIGNING;
                EcdsaKeyPair::from_pkcs8(by, pkcs8).map(Self::P256)
            }
            SigningAlgorithm::EdDsa => Ed25519KeyPair::from_pkcs8(pkcs8).map(Self::Ed25519),
        };
        pair.map_err(|_| Unusable)
    }

    fn parsed_public(&self) -> Result<ParsedPublicKey, Unusable> {
        let (by, bytes): (&'static dyn VerificationAlgorithm, _) = match self {
            Self::Rsa(pair) => (
                &signature::RSA_PKCS1_2048_8192_SHA256,
                pair.public_key().as_ref(),
            ),
            Self::P256(pair) => (
                &signature::ECDSA_P256_SHA256_FIXED,
                pair.public_key().as_ref(),
            ),
            Self::Ed25519(pair) => (&signature::ED25519, pair.public_key().as_ref()),
        };
        ParsedPublicKey::new(by, bytes).map_err(|_| Unusable)
    }

    /// The public key as others read it.
    fn public_key(&self) -> Result<PublicKey, Unusable> {
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        Ok(match self {
            Self::Rsa(pair) => PublicKey::Rsa {
                n: part(
                    pair.public_key()
                        .modulus()
                        .big_endian_without_leading_zero(),
                ),
                e: part(
                    pair.public_key()
                        .exponent()
                        .big_endian_without_leading_zero(),
                ),
            },
            Self::P256(pair) => {
                // SEC 1 section 2.3.3: 4, then both coordinates.
                let [4, point @ ..] = pair.public_key().as_ref() else {
                    return Err(Unusable);
                };
                let (x, y) = point.split_at_checked(32).ok_or(Unusable)?;
                PublicKey::Ec {
                    crv: "P-256".to_owned(),
                    x: part(x),
                    y: part(y),
                }
            }
            Self::Ed25519(pair) => PublicKey::Okp {
                crv: "Ed25519".to_owned(),
                x: part(pair.public_key().as_ref()),
            },
        })
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Unusable> {
        let random = rand::SystemRandom::new();
        match self {
            Self::Rsa(pair) => {
                let mut tag = vec![0; pair.public_modulus_len()];
                pair.sign(&signature::RSA_PKCS1_SHA256, &random, message, &mut tag)
                    .map_err(|_| Unusable)?;
                Ok(tag)
            }
            Self::P256(pair) => {
                let tag = pair.sign(&random, message).map_err(|_| Unusable)?;
                Ok(tag.as_ref().to_vec())
            }
            Self::Ed25519(pair) => {
                let tag = pair.try_sign(message).map_err(|_| Unusable)?;
                Ok(tag.as_ref().to_vec())
            }
        }
    }
}

impl KeyPair {
    /// Reads a stored key. Its id follows from it (RFC 7638).
    pub(super) fn from_pkcs8(algorithm: SigningAlgorithm, pkcs8: &[u8]) -> Result<Self, Unusable> {
        let pair = Pair::from_pkcs8(algorithm, pkcs8)?;
        let key = pair.public_key()?;
        let key_id = thumbprint(&key);
        let name = KeyPurpose::from(algorithm).algorithm_name();
        let header = |kind| jws::header(name, kind, &key_id);
        Ok(Self {
            algorithm,
            public: pair.parsed_public()?,
            access_header: header(ACCESS_TOKEN_TYPE),
            id_header: header(ID_TOKEN_TYPE),
            logout_header: header(LOGOUT_TOKEN_TYPE),
            jwk: Jwk::signing(key_id, name, key),
            pair,
        })
    }

    pub(super) fn algorithm(&self) -> SigningAlgorithm {
        self.algorithm
    }

    pub(super) fn key_id(&self) -> &str {
        &self.jwk.kid
    }

    pub(super) fn jwk(&self) -> &Jwk {
        &self.jwk
    }

    pub(super) fn sign(
        &self,
        kind: TokenKind,
        claims: &impl Serialize,
    ) -> Result<String, Unusable> {
        let mut token = jws::signing_input(self.header(kind), claims)?;
        let tag = self.pair.sign(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(tag, &mut token);
        Ok(token)
    }

    fn header(&self, kind: TokenKind) -> &str {
        match kind {
            TokenKind::Access => &self.access_header,
            TokenKind::Id => &self.id_header,
            TokenKind::Logout => &self.logout_header,
        }
    }
}

/// The claims of a token that one of the pairs signed as this kind.
pub(super) fn read<'a, T: DeserializeOwned>(
    mut pairs: impl Iterator<Item = &'a KeyPair>,
    kind: TokenKind,
    token: &str,
) -> Result<T, NotOurs> {
    let parts = jws::split(token)?;
    let pair = pairs.find(|pair| pair.header(kind) == parts.header);
    let pair = pair.ok_or(NotOurs)?;
    let verified = pair.public.verify_sig(parts.signed.as_bytes(), &parts.tag);
    verified.map_err(|_| NotOurs)?;
    jws::claims(parts.payload)
}

/// Half of an access token's hash, by the hash of the ID token's algorithm (OIDC
/// Core section 3.1.3.6). Ed25519 hashes with SHA-512 (RFC 8032 section 5.1).
pub(super) fn half_hash(algorithm: SigningAlgorithm, token: &str) -> String {
    let by = match algorithm {
        SigningAlgorithm::Rs256 | SigningAlgorithm::Es256 => &digest::SHA256,
        SigningAlgorithm::EdDsa => &digest::SHA512,
    };
    let hash = digest::digest(by, token.as_bytes());
    let half = hash.as_ref().split_at(hash.as_ref().len() / 2).0;
    URL_SAFE_NO_PAD.encode(half)
}

/// The thumbprint of a key: its required members in alphabetical order, without
/// white space (RFC 7638 section 3.2, RFC 8037 section 2).
fn thumbprint(key: &PublicKey) -> String {
    let members = match key {
        PublicKey::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
        PublicKey::Ec { crv, x, y } => {
            format!(r#"{{"crv":"{crv}","kty":"EC","x":"{x}","y":"{y}"}}"#)
        }
        PublicKey::Okp { crv, x } => format!(r#"{{"crv":"{crv}","kty":"OKP","x":"{x}"}}"#),
    };
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, members.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_of_an_rsa_key_is_that_of_the_rfc() {
        // RFC 7638 section 3.1.
        let n = concat!(
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86z",
            "wu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5Js",
            "GY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMic",
            "AtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-",
            "bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csF",
            "Cur-kEgU8awapJzKnqDKgw",
        );
        let key = PublicKey::Rsa {
            n: n.to_owned(),
            e: "AQAB".to_owned(),
        };
        assert_eq!(
            thumbprint(&key),
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        );
    }

    #[test]
    fn the_thumbprint_of_an_ed25519_key_is_that_of_the_rfc() {
        // RFC 8037 appendix A.3.
        let key = PublicKey::Okp {
            crv: "Ed25519".to_owned(),
            x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned(),
        };
        assert_eq!(
            thumbprint(&key),
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
        );
    }

    #[test]
    fn at_hash_is_the_one_that_others_calculate() {
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        // OIDC Core appendix A.4.
        for algorithm in [SigningAlgorithm::Rs256, SigningAlgorithm::Es256] {
            assert_eq!(half_hash(algorithm, token), "77QmUPtjPfzWtF2AnpK9RQ");
        }
        // Python: base64.urlsafe_b64encode(hashlib.sha512(token).digest()[:32]).
        assert_eq!(
            half_hash(SigningAlgorithm::EdDsa, token),
            "q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM"
        );
    }

    #[test]
    fn a_key_reads_as_no_other_algorithms() {
        for made in SigningAlgorithm::ALL.iter().copied() {
            let pkcs8 = generate(made).unwrap();
            for read in SigningAlgorithm::ALL.iter().copied() {
                let pair = KeyPair::from_pkcs8(read, &pkcs8);
                assert_eq!(pair.is_ok(), made == read, "{made:?} as {read:?}");
            }
        }
    }
}
