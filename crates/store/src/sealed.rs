//! Secrets that must be recovered, encrypted under the master key.
//!
//! AES-256-GCM with a random nonce. The associated data is the place of the
//! value, so that a ciphertext copied to another row, column or pool by whoever
//! can write the database does not open there.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use rollcall_core::entropy::Entropy;
use rollcall_core::ids::PoolId;
use std::fmt;
use zeroize::Zeroizing;

/// The first byte of every sealed value: the form of what follows.
const VERSION: u8 = 1;

/// Bytes of a master key.
pub const MASTER_KEY_BYTES: usize = 32;

/// The text is no master key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a master key is 32 bytes: raw, or as text in hexadecimal or base64")]
pub struct InvalidMasterKey;

/// A value that was not sealed with this key for this place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a sealed value does not open")]
pub struct Unopened;

/// The key under which recoverable secrets are stored. It is erased when dropped.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; MASTER_KEY_BYTES]>);

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl MasterKey {
    /// A new key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0; MASTER_KEY_BYTES]);
        entropy.fill(bytes.as_mut());
        Self(bytes)
    }

    /// A key from a file or variable: 32 raw bytes, or hexadecimal or base64 text
    /// with white space around it.
    pub fn parse(input: &[u8]) -> Result<Self, InvalidMasterKey> {
        if let Ok(raw) = <[u8; MASTER_KEY_BYTES]>::try_from(input) {
            return Ok(Self(Zeroizing::new(raw)));
        }
        let text = input.trim_ascii();
        let decoders = [
            hex::decode(text).ok(),
            STANDARD.decode(text).ok(),
            STANDARD_NO_PAD.decode(text).ok(),
            URL_SAFE.decode(text).ok(),
            URL_SAFE_NO_PAD.decode(text).ok(),
        ];
        decoders
            .into_iter()
            .flatten()
            .map(Zeroizing::new)
            .find_map(|bytes| <[u8; MASTER_KEY_BYTES]>::try_from(bytes.as_slice()).ok())
            .map(|bytes| Self(Zeroizing::new(bytes)))
            .ok_or(InvalidMasterKey)
    }

    /// The key as hexadecimal text, for the file that `init` writes. The name is
    /// loud so that a reader of a diff sees it.
    pub fn reveal_hex(&self) -> Zeroizing<String> {
        Zeroizing::new(hex::encode(self.0.as_slice()))
    }

    /// Encrypts a value for its place.
    pub(crate) fn seal(
        &self,
        place: &Place<'_>,
        plaintext: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, Unopened> {
        let mut nonce = [0; NONCE_LEN];
        entropy.fill(&mut nonce);
        let mut body = plaintext.to_vec();
        self.key()?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place.associated_data()),
                &mut body,
            )
            .map_err(|_| Unopened)?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + body.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.append(&mut body);
        Ok(sealed)
    }

    /// Decrypts the value of a place.
    pub(crate) fn open(
        &self,
        place: &Place<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Unopened> {
        let (version, rest) = sealed.split_first().ok_or(Unopened)?;
        let (nonce, body) = rest.split_at_checked(NONCE_LEN).ok_or(Unopened)?;
        if *version != VERSION {
            return Err(Unopened);
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unopened)?;
        let mut body = Zeroizing::new(body.to_vec());
        let length = self
            .key()?
            .open_in_place(nonce, Aad::from(place.associated_data()), &mut body)
            .map_err(|_| Unopened)?
            .len();
        body.truncate(length);
        Ok(body)
    }

    fn key(&self) -> Result<LessSafeKey, Unopened> {
        let key = UnboundKey::new(&AES_256_GCM, self.0.as_slice()).map_err(|_| Unopened)?;
        Ok(LessSafeKey::new(key))
    }
}

/// Where a sealed value is stored.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// The table.
    pub(crate) table: &'static str,
    /// The pool of the row; none where the table belongs to the whole server.
    pub(crate) pool: Option<PoolId>,
    /// The row's key in its stored form.
    pub(crate) row: &'a [u8],
    /// The column.
    pub(crate) column: &'static str,
}

impl Place<'_> {
    /// Each part behind its length, so that no two places have the same data.
    fn associated_data(&self) -> Vec<u8> {
        let pool = self.pool.map(|pool| *pool.as_bytes());
        let parts = [
            self.table.as_bytes(),
            pool.as_ref().map_or(&[], |pool| pool.as_slice()),
            self.row,
            self.column.as_bytes(),
        ];
        let mut data = Vec::new();
        for part in parts {
            data.extend_from_slice(&(part.len() as u64).to_be_bytes());
            data.extend_from_slice(part);
        }
        data
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU8, Ordering};

    struct Counting(AtomicU8);
    impl Entropy for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
        }
    }

    fn key() -> MasterKey {
        MasterKey::parse(&[7; 32]).unwrap()
    }

    fn place() -> Place<'static> {
        Place {
            table: "applications",
            pool: Some(PoolId::from_bytes([1; 12])),
            row: b"row",
            column: "secret",
        }
    }

    #[test]
    fn a_value_opens_in_its_own_place_only() {
        let entropy = Counting(AtomicU8::new(0));
        let sealed = key().seal(&place(), b"hush", &entropy).unwrap();
        assert_eq!(key().open(&place(), &sealed).unwrap().as_slice(), b"hush");
        let elsewhere = [
            Place {
                table: "users",
                ..place()
            },
            Place {
                pool: Some(PoolId::from_bytes([2; 12])),
                ..place()
            },
            Place {
                pool: None,
                ..place()
            },
            Place {
                row: b"rows",
                column: "ecret",
                ..place()
            },
        ];
        for place in elsewhere {
            assert_eq!(key().open(&place, &sealed), Err(Unopened), "{place:?}");
        }
        let other_key = MasterKey::parse(&[8; 32]).unwrap();
        assert_eq!(other_key.open(&place(), &sealed), Err(Unopened));
    }

    #[test]
    fn a_changed_or_cut_value_does_not_open() {
        let entropy = Counting(AtomicU8::new(0));
        let sealed = key().seal(&place(), b"hush", &entropy).unwrap();
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(key().open(&place(), &changed).is_err(), "byte {position}");
            assert!(key().open(&place(), &sealed[..position]).is_err());
        }
    }

    #[test]
    fn the_same_value_is_sealed_differently_each_time() {
        let entropy = Counting(AtomicU8::new(0));
        let seal = || key().seal(&place(), b"hush", &entropy).unwrap();
        assert_ne!(seal(), seal());
    }

    #[test]
    fn a_key_reads_from_raw_bytes_hexadecimal_and_base64() {
        let raw: [u8; 32] = std::array::from_fn(|i| u8::try_from(i * 7).unwrap_or(255));
        let forms: [Vec<u8>; 5] = [
            raw.to_vec(),
            format!("{}\n", hex::encode(raw)).into_bytes(),
            hex::encode_upper(raw).into_bytes(),
            format!(" {} ", STANDARD.encode(raw)).into_bytes(),
            URL_SAFE_NO_PAD.encode(raw).into_bytes(),
        ];
        for form in forms {
            let key = MasterKey::parse(&form).unwrap();
            assert_eq!(*key.reveal_hex(), hex::encode(raw));
        }
        for wrong in [&b""[..], &[0; 31], &[0; 33], b"zz"] {
            assert_eq!(MasterKey::parse(wrong).err(), Some(InvalidMasterKey));
        }
        assert_eq!(format!("{:?}", key()), "MasterKey(…)");
    }
}
