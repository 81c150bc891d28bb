//! What a token proves, to the second, and what is no token.

mod algorithms;
mod audiences;
mod hints;
mod terms;

use super::jws::HmacKey;
use super::key_pair::{KeyPair, generate, half_hash};
use super::*;
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use rollcall_core::ids::{AccessKeyId, ApplicationId, GrantId, LoginId, PoolId, SessionId, UserId};
use rollcall_core::limits;
use rollcall_core::model::access_key::{AccessKey, KeyClaim, KeyLabels, Permissions};
use rollcall_core::model::application::SigningAlgorithm::{EdDsa, Es256, Rs256};
use rollcall_core::model::event::{Origin, Position};
use rollcall_core::model::grant::{Grant, TokenNumber};
use rollcall_core::model::login::Login;
use rollcall_core::model::session::Session;
use rollcall_core::model::signing_key::SigningKey;
use rollcall_core::model::standing::Standing;
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::logins::LoginView;
use rollcall_core::secret::Secret;
use rollcall_wire::oidc::jwks::PublicKey;
use serde_json::Value;
use std::sync::LazyLock;
use zeroize::Zeroizing;

const ISSUER: &str = "http://127.0.0.1:7250/oidc";
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_999);

struct Sevens;

impl Entropy for Sevens {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// A store of keys alone.
#[derive(Default)]
struct Stored(RwLock<Vec<SigningKey>>);

#[async_trait]
impl SigningKeys for Stored {
    async fn signing_keys(&self) -> StoreResult<Vec<SigningKey>> {
        Ok(self.0.read().clone())
    }

    async fn add_first_signing_key(&self, key: SigningKey) -> StoreResult<bool> {
        let mut keys = self.0.write();
        let is_first = keys.iter().all(|other| other.purpose != key.purpose);
        if is_first {
            keys.push(key);
        }
        Ok(is_first)
    }

    async fn add_next_signing_keys(
        &self,
        _: PoolId,
        keys: Vec<SigningKey>,
        _: Origin,
    ) -> StoreResult<()> {
        self.0.write().extend(keys);
        Ok(())
    }
}

/// A key that was made at [`NOW`] and signs from then on.
fn pair(algorithm: SigningAlgorithm, pkcs8: &Zeroizing<Vec<u8>>) -> SigningKey {
    let parsed = KeyPair::from_pkcs8(algorithm, pkcs8).unwrap();
    SigningKey {
        key_id: parsed.key_id().to_owned(),
        purpose: algorithm.into(),
        private: pkcs8.clone(),
        created_at: NOW,
        active_from: NOW,
    }
}

/// The same one for all: making it takes longer than most tests.
fn rsa_key() -> SigningKey {
    static PKCS8: LazyLock<Zeroizing<Vec<u8>>> = LazyLock::new(|| generate(Rs256).unwrap());
    pair(Rs256, &PKCS8)
}

fn management_key() -> SigningKey {
    SigningKey {
        key_id: "management".to_owned(),
        purpose: KeyPurpose::Management,
        private: Zeroizing::new(vec![7; 32]),
        created_at: NOW,
        active_from: NOW,
    }
}

fn try_tokens_of(issuer: &str, keys: Vec<SigningKey>) -> Result<Tokens, LoadError> {
    let set = KeySet::parse(keys.clone(), &KeySet::default())?;
    Ok(Tokens {
        issuer: issuer.to_owned(),
        entropy: Arc::new(Sevens),
        store: Arc::new(Stored(RwLock::new(keys))),
        keys: RwLock::new(Arc::new(set)),
        reloading: Mutex::default(),
    })
}

fn tokens_of(issuer: &str) -> Tokens {
    try_tokens_of(issuer, vec![rsa_key(), management_key()]).unwrap()
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
        last_used_at: None,
        labels: KeyLabels::default(),
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

async fn access_token_of(tokens: &Tokens, algorithm: SigningAlgorithm) -> String {
    let (view, grant, lifetime) = (view(), grant(), Span::from_seconds(7200));
    let minted = tokens.mint_access_token(algorithm, pool(), &view, &grant, lifetime);
    minted.await.unwrap().token
}

async fn id_token_of(tokens: &Tokens, algorithm: SigningAlgorithm) -> String {
    let (view, grant, lifetime) = (view(), grant(), Span::from_seconds(3600));
    let minted = tokens.mint_id_token(algorithm, &view, &grant, "a.b.c", Some("n"), lifetime);
    minted.await.unwrap().token
}

async fn logout_token_of(tokens: &Tokens, algorithm: SigningAlgorithm) -> String {
    let login = view().login;
    let minted = tokens.mint_logout_token(algorithm, login.application, login.user, login.id, NOW);
    minted.await.unwrap().token
}

async fn access_token() -> String {
    access_token_of(&tokens(), Rs256).await
}

async fn id_token() -> String {
    id_token_of(&tokens(), Rs256).await
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
        Ok(KeyClaim {
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

#[tokio::test]
async fn an_access_token_names_its_login() {
    let token = access_token().await;
    assert_eq!(part(&token, 0)["typ"], "at+jwt");
    assert_eq!(part(&token, 0)["alg"], "RS256");
    assert_eq!(part(&token, 0)["kid"], tokens().jwks(NOW).keys[0].kid);
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

#[tokio::test]
async fn an_id_token_is_bound_to_its_access_token() {
    let token = id_token().await;
    assert_eq!(part(&token, 0)["typ"], "JWT");
    let payload = part(&token, 1);
    assert_eq!(payload["nonce"], "n");
    assert_eq!(payload["sid"], view().login.id.to_string());
    // The left half of the SHA-256 of `a.b.c`.
    assert_eq!(payload["at_hash"], half_hash(Rs256, "a.b.c"));
    assert_eq!(payload["at_hash"].as_str().unwrap().len(), 22);
}

#[tokio::test]
async fn a_token_lasts_to_the_millisecond_before_its_expiry() {
    let exp = 1_700_000_000_000 + 7_200_000;
    let at = |millis| tokens().verify_management_token(&management_token(), instant_of(millis));
    assert!(at(exp - 1).is_ok());
    assert_eq!(at(exp), Err(Untrusted::Expired));
    assert_eq!(at(exp + 1), Err(Untrusted::Expired));
    let token = access_token().await;
    let at = |millis| tokens().verify_access_token(&token, instant_of(millis));
    assert!(at(exp - 1).is_ok());
    assert_eq!(at(exp), Err(Untrusted::Expired));
    assert_eq!(at(exp + 1000), Err(Untrusted::Expired));
}

fn instant_of(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

#[tokio::test]
async fn no_token_stands_for_another_kind() {
    let tokens = tokens();
    let invalid = Untrusted::Invalid;
    for token in [access_token().await, id_token().await] {
        assert_eq!(tokens.verify_management_token(&token, NOW), Err(invalid));
    }
    for token in [management_token(), id_token().await] {
        assert_eq!(tokens.verify_access_token(&token, NOW), Err(invalid));
    }
}

#[tokio::test]
async fn the_header_cannot_be_chosen() {
    let tokens = tokens();
    let access = access_token().await;
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

#[tokio::test]
async fn a_public_key_is_no_hmac_secret() {
    let tokens = tokens();
    let jwk = &tokens.jwks(NOW).keys[0];
    let PublicKey::Rsa { n, .. } = &jwk.key else {
        panic!("{jwk:?}");
    };
    for secret in [n.as_bytes(), jwk.kid.as_bytes()] {
        let stolen = HmacKey::new(&jwk.kid, secret);
        let forged = stolen.sign(&part(&access_token().await, 1)).unwrap();
        assert!(tokens.verify_access_token(&forged, NOW).is_err());
        assert!(tokens.verify_management_token(&forged, NOW).is_err());
    }
}

#[tokio::test]
async fn a_tampered_token_is_none() {
    let tokens = tokens();
    for token in [access_token().await, management_token()] {
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

#[tokio::test]
async fn another_issuers_tokens_are_none_even_with_our_keys() {
    let other = tokens_of("https://elsewhere.example/oidc");
    let invalid = Untrusted::Invalid;
    assert_eq!(
        other.verify_access_token(&access_token().await, NOW),
        Err(invalid)
    );
    assert_eq!(
        other.verify_management_token(&management_token(), NOW),
        Err(invalid)
    );
}

#[test]
fn the_key_set_is_public_and_nothing_more() {
    let written = serde_json::to_value(tokens().jwks(NOW)).unwrap();
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
    let loaded = try_tokens_of(ISSUER, vec![key, management_key()]);
    assert!(matches!(loaded, Err(LoadError::WrongId(_))));
}

#[test]
fn tokens_are_not_printed() {
    let minted = tokens().mint_management_token(&key(), NOW).unwrap();
    assert!(!format!("{minted:?}").contains(&minted.token));
}
