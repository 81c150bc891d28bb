//! Password hashes as they are kept: our own, and those that were made elsewhere and
//! wait for their person to sign in.
//!
//! Each is one text. argon2 and PBKDF2 are in PHC string format
//! (<https://github.com/P-H-C/phc-string-format>), into which Django's form of PBKDF2
//! is turned; bcrypt has a form of its own, in the alphabet of its own.

use argon2::password_hash::phc::{self, Output};
use argon2::{Algorithm, Params, Version};
use aws_lc_rs::pbkdf2;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use bcrypt::HashParts;
use rollcall_core::limits;
use rollcall_core::refusal::Refusal;
use rollcall_core::secret::PasswordHash;
use std::num::NonZeroU32;

/// The shortest key of an imported hash, in bytes: what is shorter can be met by
/// chance.
const MIN_KEY_BYTES: usize = 16;

/// The shortest salt of argon2 (RFC 9106 section 3.1).
const MIN_ARGON2_SALT_BYTES: usize = 8;

/// The least cost of bcrypt.
const MIN_BCRYPT_COST: u32 = 4;

/// A hash that can be verified.
pub(super) enum Stored {
    /// argon2 (RFC 9106), ours or another's.
    Argon2(Box<phc::PasswordHash>),
    /// bcrypt, as its text.
    Bcrypt(String),
    /// PBKDF2 (RFC 8018 section 5.2).
    Pbkdf2(Pbkdf2),
}

impl Stored {
    /// The hash of a kept text.
    pub(super) fn read(text: &str) -> Option<Self> {
        if ["$2a$", "$2b$", "$2y$"]
            .iter()
            .any(|own| text.starts_with(own))
        {
            return Some(Self::Bcrypt(text.to_owned()));
        }
        if text.starts_with("$pbkdf2-") {
            return Pbkdf2::read(text).map(Self::Pbkdf2);
        }
        let argon2 = phc::PasswordHash::new(text).ok()?;
        Some(Self::Argon2(Box::new(argon2)))
    }

    /// Whether it can be verified at a cost that each sign-in may have.
    fn is_within_limits(&self) -> bool {
        match self {
            Self::Argon2(hash) => argon2_is_within_limits(hash),
            Self::Bcrypt(text) => text.parse::<HashParts>().is_ok_and(|parts| {
                let costs = MIN_BCRYPT_COST..=limits::MAX_IMPORTED_BCRYPT_COST;
                costs.contains(&parts.get_cost())
            }),
            Self::Pbkdf2(hash) => hash.is_within_limits(),
        }
    }
}

/// A hash that was made elsewhere, as it is kept: `password` is refused unless its
/// form is known and its cost within limits. Every form has a place for the salt, so
/// one that is given beside it must be the same.
pub(super) fn import(given: &str, salt: Option<&str>) -> Result<PasswordHash, Refusal> {
    let known = given.is_ascii() && given.len() <= limits::MAX_IMPORTED_HASH_BYTES;
    let text = known.then(|| of_django(given)).flatten();
    let text = text.unwrap_or_else(|| given.to_owned());
    let stored = Stored::read(&text).filter(|stored| known && stored.is_within_limits());
    if stored.is_none() {
        return Err(Refusal::invalid("password"));
    }
    let salt = salt.filter(|salt| !salt.is_empty());
    if salt.is_some_and(|salt| !salts(given).contains(&salt)) {
        return Err(Refusal::invalid("salt"));
    }
    Ok(PasswordHash::from_phc(text))
}

/// The texts that are the salt of a hash in its own form: bcrypt's with its cost,
/// which is how its libraries make one, or alone.
fn salts(hash: &str) -> Vec<&str> {
    let fields: Vec<&str> = hash.split('$').collect();
    match fields.as_slice() {
        ["", "2a" | "2b" | "2y", _, _] => [hash.get(..29), hash.get(7..29)]
            .into_iter()
            .flatten()
            .collect(),
        ["", .., salt, _] | [_, _, salt, _] => vec![salt],
        _ => Vec::new(),
    }
}

/// Django's form, `pbkdf2_sha256$<rounds>$<salt>$<key>`, as a PHC string: there the
/// salt is a text, here the same bytes.
fn of_django(hash: &str) -> Option<String> {
    let mut fields = hash.split('$');
    let prf = match fields.next()? {
        "pbkdf2_sha256" => Prf::Sha256,
        "pbkdf2_sha512" => Prf::Sha512,
        _ => return None,
    };
    let (rounds, salt, key) = (fields.next()?, fields.next()?, fields.next()?);
    let key = STANDARD
        .decode(key)
        .ok()
        .filter(|_| fields.next().is_none())?;
    Some(format!(
        "${}$i={rounds},l={}${}${}",
        prf.name(),
        key.len(),
        STANDARD_NO_PAD.encode(salt),
        STANDARD_NO_PAD.encode(&key),
    ))
}

fn argon2_is_within_limits(hash: &phc::PasswordHash) -> bool {
    let known = Algorithm::try_from(hash.algorithm.as_str()).is_ok()
        && hash
            .version
            .is_some_and(|version| Version::try_from(version).is_ok())
        && hash
            .params
            .iter()
            .all(|(name, _)| ["m", "t", "p"].contains(&name.as_str()));
    let salt = hash.salt.as_ref().map_or(0, |salt| salt.len());
    let key = hash.hash.as_ref().map_or(0, Output::len);
    let Ok(params) = Params::try_from(hash) else {
        return false;
    };
    let (memory, passes) = (params.m_cost(), params.t_cost());
    known
        && salt >= MIN_ARGON2_SALT_BYTES
        && key >= MIN_KEY_BYTES
        && memory <= limits::MAX_IMPORTED_ARGON2_MEMORY_KIB
        && memory.saturating_mul(passes) <= limits::MAX_IMPORTED_ARGON2_WORK_KIB
}

/// The function that PBKDF2 repeats.
#[derive(Clone, Copy)]
enum Prf {
    Sha256,
    Sha512,
}

impl Prf {
    const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "pbkdf2-sha256",
            Self::Sha512 => "pbkdf2-sha512",
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        let all = [Self::Sha256, Self::Sha512];
        all.into_iter().find(|prf| prf.name() == name)
    }

    /// How much of a key one run of the rounds makes.
    const fn block_bytes(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    fn algorithm(self) -> pbkdf2::Algorithm {
        match self {
            Self::Sha256 => pbkdf2::PBKDF2_HMAC_SHA256,
            Self::Sha512 => pbkdf2::PBKDF2_HMAC_SHA512,
        }
    }
}

/// A PBKDF2 hash.
pub(super) struct Pbkdf2 {
    prf: Prf,
    rounds: NonZeroU32,
    salt: Vec<u8>,
    key: Vec<u8>,
}

impl Pbkdf2 {
    /// `$pbkdf2-sha256$i=<rounds>,l=<bytes>$<salt>$<key>`, where `l` may be absent.
    fn read(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split('$').collect();
        let ["", name, parameters, salt, key] = fields.as_slice() else {
            return None;
        };
        let key = STANDARD_NO_PAD.decode(key).ok()?;
        let (rounds, length) = match parameters.split_once(',') {
            Some((rounds, length)) => (rounds, Some(length)),
            None => (*parameters, None),
        };
        let fits = |length: &str| length.strip_prefix("l=") == Some(&key.len().to_string());
        if !length.is_none_or(fits) {
            return None;
        }
        Some(Self {
            prf: Prf::of_name(name)?,
            rounds: rounds.strip_prefix("i=")?.parse().ok()?,
            salt: STANDARD_NO_PAD.decode(salt).ok()?,
            key,
        })
    }

    fn is_within_limits(&self) -> bool {
        let blocks = u64::try_from(self.key.len().div_ceil(self.prf.block_bytes()));
        let rounds = blocks.map_or(u64::MAX, |blocks| blocks * u64::from(self.rounds.get()));
        !self.salt.is_empty()
            && (MIN_KEY_BYTES..=limits::MAX_IMPORTED_PBKDF2_BYTES).contains(&self.key.len())
            && rounds <= u64::from(limits::MAX_IMPORTED_PBKDF2_ROUNDS)
    }

    /// Whether it is the password's; compares in constant time.
    pub(super) fn is_of(&self, password: &str) -> bool {
        let algorithm = self.prf.algorithm();
        let password = password.as_bytes();
        pbkdf2::verify(algorithm, self.rounds, &self.salt, password, &self.key).is_ok()
    }
}

#[cfg(test)]
#[path = "stored_tests.rs"]
mod tests;
