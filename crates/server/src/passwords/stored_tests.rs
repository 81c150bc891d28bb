//! Hashes made elsewhere. Those of "correct horse" were made by others: libxcrypt,
//! CPython's hashlib and OpenSSL.

use super::super::{Argon2Passwords, Cost};
use super::*;
use crate::entropy::SystemEntropy;
use rollcall_core::ports::passwords::PasswordHasher as _;
use std::sync::Arc;

const BCRYPT: &str = "$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e";
const PBKDF2: &str =
    "$pbkdf2-sha256$i=1000,l=32$c2Vhc2FsdA$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso";
const PBKDF2_SHA512: &str = "$pbkdf2-sha512$i=1000$c2Vhc2FsdA$CBx2rkpvjyEAoopNVuRZWOOxTTRwoV6\
    JjrHARZAmWoRGf7Bll/+N6ttV/4gWvtd16NJ94OpVpZHm44IdMrFULg";
const DJANGO: &str = "pbkdf2_sha256$1000$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso=";
const DJANGO_SHA512: &str = "pbkdf2_sha512$1000$seasalt$CBx2rkpvjyEAoopNVuRZWOOxTTRwoV6JjrHARZ\
    AmWoRGf7Bll/+N6ttV/4gWvtd16NJ94OpVpZHm44IdMrFULg==";
const ARGON2I: &str = "$argon2i$v=19$m=64,t=2,p=1$c2Vhc2FsdHNlYQ\
    $ThtFbijZu7udwoabm7ybNhmr8ZxqHzoFXvTFjLquR5c";
const ARGON2ID: &str = "$argon2id$v=19$m=64,t=2,p=1$c2Vhc2FsdHNlYQ\
    $3bmWj6AcUm8B/naFTUcf3XrQF33SHZ6BTMcBi7nHyPU";

fn hasher() -> Argon2Passwords {
    Argon2Passwords::new(&Cost::lowest(), Arc::new(SystemEntropy::new())).unwrap()
}

fn refused(hash: &str) {
    let refusal = Err(Refusal::invalid("password"));
    assert_eq!(import(hash, None).map(|_| ()), refusal, "{hash}");
}

#[tokio::test]
async fn every_known_form_verifies_its_password_alone() {
    let hasher = hasher();
    let mut place = hasher.place().await.unwrap();
    let respelled = |version| BCRYPT.replace("$2b$", version);
    for hash in [
        BCRYPT,
        &respelled("$2a$"),
        &respelled("$2y$"),
        PBKDF2,
        PBKDF2_SHA512,
        DJANGO,
        DJANGO_SHA512,
        ARGON2I,
        ARGON2ID,
    ] {
        let kept = hasher.import(hash, None).unwrap();
        let before = hasher.derivations();
        for (password, right) in [
            ("correct horse", true),
            ("correct hors", false),
            ("", false),
        ] {
            let verified = place.verify(password, Some(&kept)).await;
            assert_eq!(verified, Ok(right), "{hash}");
        }
        assert_eq!(hasher.derivations() - before, 3);
        // Only argon2id that costs as much as a new one may stay.
        assert_eq!(place.is_up_to_date(&kept), hash == ARGON2ID, "{hash}");
    }
    let new = place.hash("correct horse").await.unwrap();
    assert!(place.is_up_to_date(&new));
}

#[tokio::test]
async fn a_cheaper_argon2id_is_out_of_date() {
    let entropy = Arc::new(SystemEntropy::new());
    let standard = Argon2Passwords::new(&Cost::STANDARD, entropy).unwrap();
    let place = standard.place().await.unwrap();
    assert!(!place.is_up_to_date(&PasswordHash::from_phc(ARGON2ID)));
}

#[test]
fn djangos_form_is_kept_as_the_standard_one() {
    assert_eq!(import(DJANGO, None).unwrap().as_phc(), PBKDF2);
    assert_eq!(import(BCRYPT, None).unwrap().as_phc(), BCRYPT);
}

#[test]
fn what_is_no_known_form_is_refused() {
    for hash in [
        "",
        "correct horse",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "$1$salt$hash",
        "$6$salt$hash",
        "{SSHA}abc",
        "$scrypt$ln=16,r=8,p=1$c2FsdA$aGFzaA",
        "sha1$salt$aGFzaA==",
        "pbkdf2_sha1$1000$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso=",
        "pbkdf2_sha256$1000$seasalt",
        "$pbkdf2-sha256$29000$c2Vhc2FsdA$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso",
        "$argon2id$v=19$m=64,t=2,p=1$c2Vhc2FsdHNlYQ",
        "$argon2id$v=19$m=64,t=2,p=1",
    ] {
        refused(hash);
    }
    refused(&BCRYPT.replace("$2b$", "$2x$"));
    refused(&BCRYPT[..59]);
    refused(&format!("{BCRYPT}x"));
    refused(&format!("{DJANGO}$x"));
    refused(&PBKDF2.replace("l=32", "l=31"));
    refused(&PBKDF2.replace("$c2Vhc2FsdA$", "$$"));
    refused(&ARGON2ID.replace("v=19$", ""));
    refused(&ARGON2ID.replace("p=1", "p=1,data=YWJj"));
    refused(&ARGON2ID.replace("c2Vhc2FsdHNlYQ", "c2FsdHk"));
    refused(&DJANGO.replace("seasalt", "séasalt"));
    refused(&format!("pbkdf2_sha256$1000${}$eA==", "s".repeat(600)));
}

#[test]
fn costs_end_at_their_limits() {
    let accepted = |hash: &str| assert!(import(hash, None).is_ok(), "{hash}");
    let cost = |cost: &str| BCRYPT.replace("$04$", &format!("${cost}$"));
    accepted(&cost("14"));
    refused(&cost("15"));
    refused(&cost("03"));
    refused(&cost("31"));
    let rounds = |hash: &str, rounds: u32| hash.replace("1000", &rounds.to_string());
    accepted(&rounds(PBKDF2, 2_000_000));
    refused(&rounds(PBKDF2, 2_000_001));
    refused(&rounds(PBKDF2, 0));
    accepted(&rounds(DJANGO, 2_000_000));
    refused(&rounds(DJANGO, 2_000_001));
    accepted(&rounds(PBKDF2_SHA512, 2_000_000));
    let key = |bytes: usize, rounds: u32| {
        let key = STANDARD_NO_PAD.encode(vec![7; bytes]);
        format!("$pbkdf2-sha256$i={rounds}$c2Vhc2FsdA${key}")
    };
    accepted(&key(16, 1));
    refused(&key(15, 1));
    accepted(&key(64, 1_000_000));
    refused(&key(64, 1_000_001));
    refused(&key(65, 1));
    let argon2 = |costs: &str| ARGON2ID.replace("m=64,t=2", costs);
    accepted(&argon2("m=131072,t=4"));
    refused(&argon2("m=131072,t=5"));
    refused(&argon2("m=131073,t=1"));
    accepted(&argon2("m=8,t=65536"));
    refused(&argon2("m=8,t=65537"));
    refused(&argon2("m=4294967295,t=4294967295"));
}

#[test]
fn a_salt_beside_the_hash_must_be_the_hashs_own() {
    for (hash, salt) in [
        (BCRYPT, "abcdefghijklmnopqrstuu"),
        (BCRYPT, "$2b$04$abcdefghijklmnopqrstuu"),
        (PBKDF2, "c2Vhc2FsdA"),
        (DJANGO, "seasalt"),
        (ARGON2ID, "c2Vhc2FsdHNlYQ"),
        (DJANGO, ""),
    ] {
        assert!(import(hash, Some(salt)).is_ok(), "{hash} {salt}");
        let other = import(hash, Some("another")).map(|_| ());
        assert_eq!(other, Err(Refusal::invalid("salt")), "{hash}");
    }
}

#[tokio::test]
async fn many_are_hashed_in_their_order() {
    let hasher = hasher();
    let passwords: Vec<String> = (0..20).map(|n| format!("password {n}")).collect();
    let given = passwords.iter().cloned().map(zeroize::Zeroizing::new);
    let made = hasher.hash_all(given.collect()).await.unwrap();
    assert_eq!(made.len(), passwords.len());
    let mut place = hasher.place().await.unwrap();
    for (password, hash) in passwords.iter().zip(&made) {
        assert_eq!(place.verify(password, Some(hash)).await, Ok(true));
    }
    assert!(hasher.hash_all(Vec::new()).await.unwrap().is_empty());
}
