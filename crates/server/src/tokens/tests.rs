//! What a token proves, to the second, and what is no token.

use super::jws::RsaKey;
use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use rollcall_core::ids::{AccessKeyId, ApplicationId, GrantId, LoginId, PoolId, SessionId, UserId};
use rollcall_core::limits;
use rollcall_core::model::access_key::{AccessKey, Permissions};
use rollcall_core::model::event::Position;
use rollcall_core::model::grant::{Grant, TokenNumber};
use rollcall_core::model::login::Login;
use rollcall_core::model::session::Session;
use rollcall_core::model::standing::Standing;
use rollcall_core::ports::logins::LoginView;
use rollcall_core::secret::Secret;
use serde_json::Value;
use std::sync::LazyLock;

const ISSUER: &str = "http://127.0.0.1:7250/oidc";
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_999);

struct Sevens;

impl Entropy for Sevens {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

fn rsa_key() -> SigningKey {
    static PKCS8: LazyLock<Zeroizing<Vec<u8>>> = LazyLock::new(|| RsaKey::generate().unwrap());
    SigningKey {
        key_id: RsaKey::from_pkcs8(&PKCS8).unwrap().key_id().to_owned(),
        purpose: KeyPurpose::Rs256,
        private: PKCS8.clone(),
        created_at: NOW,
    }
}

fn tokens_of(issuer: &str) -> Tokens {
    let keys = [rsa_key(), new_management_key(&Sevens, NOW)];
    Tokens::from_keys(&keys, Arc::new(Sevens), issuer.to_owned()).unwrap()
}

fn tokens() -> Tokens {
    tokens_of(ISSUER)
}

fn key() -> AccessKey {
    AccessKey {
        id: AccessKeyId::from_bytes([1; 12]),
        pool: pool(),
        secret: Secret::new("secret"),
        permissions: Permissions::all(),
        enabled: true,
        secret_version: 3,
        created_at: NOW,
    }
}

fn pool() -> PoolId {
    PoolId::from_bytes([2; 12])
}

fn grant() -> Grant {
    Grant {
        id: GrantId::from_bytes([3; 16]),
        login: view().login.id,
        application: view().login.application,
        scope: "openid email".to_owned(),
        authentication_methods: vec!["pwd".to_owned()],
        authenticated_at: NOW - Span::from_seconds(60),
        newest_token: 5,
        created_at: NOW,
    }
}

fn view() -> LoginView {
    let session = SessionId::from_bytes([4; 16]);
    let user = UserId::from_bytes([5; 12]);
    LoginView {
        login: Login {
            id: LoginId::from_bytes([6; 16]),
            session,
            user,
            application: ApplicationId::from_bytes([7; 12]),
            begun: Position::default(),
            begun_at: NOW,
            last_seen: NOW,
            redeem_by: None,
            end: None,
        },
        session: Session {
            id: session,
            user,
            begun: Position::default(),
            begun_at: NOW,
            authenticated: Position::default(),
            authenticated_at: NOW - Span::from_seconds(60),
            last_seen: NOW,
            end: None,
        },
        standing: Standing::Live {
            expires_at: NOW + Span::from_days(1),
        },
        grant: None,
        refresh_token_expires_at: None,
        now: NOW,
    }
}

fn management_token() -> String {
    tokens().mint_management_token(&key(), NOW).unwrap().token
}

fn access_token() -> String {
    let lifetime = Span::from_seconds(7200);
    let minted = tokens().mint_access_token(pool(), &view(), &grant(), lifetime);
    minted.unwrap().token
}

fn id_token() -> String {
    let lifetime = Span::from_seconds(3600);
    let minted = tokens().mint_id_token(&view(), &grant(), "a.b.c", Some("n"), lifetime);
    minted.unwrap().token
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The token with another header, still signed as before or not at all.
fn with_header(token: &str, header: &Value) -> String {
    let (_, rest) = token.split_once('.').unwrap();
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

#[test]
fn a_management_token_names_its_key_and_its_pool() {
    let token = management_token();
    assert_eq!(part(&token, 0)["typ"], "management+jwt");
    assert_eq!(part(&token, 0)["alg"], "HS256");
    let payload = part(&token, 1);
    assert_eq!(payload["scoped_userpool_id"], pool().to_string());
    assert_eq!(payload["exp"], 1_700_000_000 + 7200);
    assert_eq!(
        tokens().verify_management_token(&token, NOW),
        Ok(ManagementClaims {
            key: key().id,
            pool: pool(),
            secret_version: 3,
        })
    );
}

#[test]
fn a_management_tokens_payload_reads_in_the_standard_alphabet() {
    let odd = tokens_of("http://a~>?\u{7f}é😀/oidc");
    for token in [
        management_token(),
        odd.mint_management_token(&key(), NOW).unwrap().token,
    ] {
        let payload = token.split('.').nth(1).unwrap();
        assert!(!payload.contains(['-', '_']), "{payload}");
        let json = STANDARD_NO_PAD.decode(payload).unwrap();
        let claims: Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(claims["scoped_userpool_id"], pool().to_string());
    }
}

#[test]
fn an_access_token_names_its_login() {
    let token = access_token();
    assert_eq!(part(&token, 0)["typ"], "at+jwt");
    assert_eq!(part(&token, 0)["alg"], "RS256");
    assert_eq!(part(&token, 0)["kid"], tokens().jwks().keys[0].kid);
    let payload = part(&token, 1);
    assert_eq!(payload["aud"], view().login.application.to_string());
    assert_eq!(payload["auth_time"], 1_700_000_000 - 60);
    assert_eq!(payload["acr"], "1");
    let verified = tokens().verify_access_token(&token, NOW).unwrap();
    assert_eq!(verified.pool, pool());
    assert_eq!(verified.client, view().login.application);
    assert_eq!(verified.scope, "openid email");
    let number = TokenNumber {
        grant: grant().id,
        number: 5,
    };
    assert_eq!(verified.token_id, number.to_string());
    assert_eq!(
        verified.subject,
        TokenSubject::Login {
            user: view().login.user,
            login: view().login.id,
            number,
        }
    );
}

#[test]
fn an_id_token_is_bound_to_its_access_token() {
    let token = id_token();
    assert_eq!(part(&token, 0)["typ"], "JWT");
    let payload = part(&token, 1);
    assert_eq!(payload["nonce"], "n");
    assert_eq!(payload["sid"], view().login.id.to_string());
    // The left half of the SHA-256 of `a.b.c`.
    assert_eq!(payload["at_hash"], jws::half_hash("a.b.c"));
    assert_eq!(payload["at_hash"].as_str().unwrap().len(), 22);
}

#[test]
fn at_hash_is_the_one_that_others_calculate() {
    // OIDC Core appendix A.4.
    assert_eq!(
        jws::half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
        "77QmUPtjPfzWtF2AnpK9RQ"
    );
}

#[test]
fn a_token_lasts_to_the_millisecond_before_its_expiry() {
    let exp = 1_700_000_000_000 + 7_200_000;
    let at = |millis| tokens().verify_management_token(&management_token(), instant_of(millis));
    assert!(at(exp - 1).is_ok());
    assert_eq!(at(exp), Err(Untrusted::Expired));
    assert_eq!(at(exp + 1), Err(Untrusted::Expired));
    let at = |millis| tokens().verify_access_token(&access_token(), instant_of(millis));
    assert!(at(exp - 1).is_ok());
    assert_eq!(at(exp), Err(Untrusted::Expired));
    assert_eq!(at(exp + 1000), Err(Untrusted::Expired));
}

fn instant_of(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

#[test]
fn no_token_stands_for_another_kind() {
    let tokens = tokens();
    let invalid = Untrusted::Invalid;
    for token in [access_token(), id_token()] {
        assert_eq!(tokens.verify_management_token(&token, NOW), Err(invalid));
    }
    for token in [management_token(), id_token()] {
        assert_eq!(tokens.verify_access_token(&token, NOW), Err(invalid));
    }
}

#[test]
fn the_header_cannot_be_chosen() {
    let tokens = tokens();
    let access = access_token();
    let management = management_token();
    let kid = part(&access, 0)["kid"].clone();
    for header in [
        serde_json::json!({"alg": "none", "typ": "at+jwt", "kid": kid}),
        serde_json::json!({"alg": "HS256", "typ": "at+jwt", "kid": kid}),
        serde_json::json!({"alg": "RS256", "typ": "JWT", "kid": kid}),
        serde_json::json!({"alg": "RS256", "typ": "at+jwt"}),
        serde_json::json!({"alg": "RS256", "typ": "at+jwt", "kid": "other"}),
        serde_json::json!({"alg": "RS256", "typ": "at+jwt", "kid": kid, "jku": "http://x"}),
    ] {
        let forged = with_header(&access, &header);
        assert!(tokens.verify_access_token(&forged, NOW).is_err());
        let unsigned = format!("{}.", forged.rsplit_once('.').unwrap().0);
        assert!(tokens.verify_access_token(&unsigned, NOW).is_err());
        let forged = with_header(&management, &header);
        assert!(tokens.verify_management_token(&forged, NOW).is_err());
    }
}

#[test]
fn a_public_key_is_no_hmac_secret() {
    let tokens = tokens();
    let jwk = &tokens.jwks().keys[0];
    for secret in [jwk.n.as_bytes(), jwk.kid.as_bytes()] {
        let stolen = HmacKey::new(&jwk.kid, secret);
        let forged = stolen.sign(&part(&access_token(), 1)).unwrap();
        assert!(tokens.verify_access_token(&forged, NOW).is_err());
        assert!(tokens.verify_management_token(&forged, NOW).is_err());
    }
}

#[test]
fn a_tampered_token_is_none() {
    let tokens = tokens();
    for token in [access_token(), management_token()] {
        let verify = |text: &str| {
            tokens.verify_access_token(text, NOW).is_ok()
                || tokens.verify_management_token(text, NOW).is_ok()
        };
        assert!(verify(&token));
        let mut payload = part(&token, 1);
        payload["exp"] = Value::from(4_000_000_000_i64);
        let mut parts: Vec<_> = token.split('.').map(ToOwned::to_owned).collect();
        parts[1] = URL_SAFE_NO_PAD.encode(payload.to_string());
        assert!(!verify(&parts.join(".")));
        for index in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[index] = if bytes[index] == b'A' { b'B' } else { b'A' };
            assert!(!verify(&String::from_utf8(bytes).unwrap()), "byte {index}");
        }
        for broken in [
            String::new(),
            ".".to_owned(),
            "..".to_owned(),
            format!("{token}="),
            format!("{token}."),
            format!("{token}.{token}"),
            format!(" {token}"),
            token.rsplit_once('.').unwrap().0.to_owned(),
            format!("{}.", token.rsplit_once('.').unwrap().0),
            "a".repeat(limits::MAX_TOKEN_BYTES + 1),
        ] {
            assert!(!verify(&broken), "{broken}");
        }
    }
}

#[test]
fn another_issuers_tokens_are_none_even_with_our_keys() {
    let other = tokens_of("https://elsewhere.example/oidc");
    let invalid = Untrusted::Invalid;
    assert_eq!(
        other.verify_access_token(&access_token(), NOW),
        Err(invalid)
    );
    assert_eq!(
        other.verify_management_token(&management_token(), NOW),
        Err(invalid)
    );
}

#[test]
fn the_key_set_is_public_and_nothing_more() {
    let written = serde_json::to_value(tokens().jwks()).unwrap();
    let keys = written["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 1);
    let members: Vec<_> = keys[0].as_object().unwrap().keys().collect();
    assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"]);
    assert_eq!(keys[0]["e"], "AQAB");
    // 2048 bits in base64url.
    assert_eq!(keys[0]["n"].as_str().unwrap().len(), 342);
}

#[test]
fn a_stored_key_under_another_keys_id_is_not_used() {
    let key = SigningKey {
        key_id: "other".to_owned(),
        ..rsa_key()
    };
    let keys = [key, new_management_key(&Sevens, NOW)];
    let loaded = Tokens::from_keys(&keys, Arc::new(Sevens), ISSUER.to_owned());
    assert!(matches!(loaded, Err(LoadError::WrongId(_))));
}

#[test]
fn tokens_are_not_printed() {
    let minted = tokens().mint_management_token(&key(), NOW).unwrap();
    assert!(!format!("{minted:?}").contains(&minted.token));
}
