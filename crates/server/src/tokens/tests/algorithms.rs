//! Each algorithm, verified as others verify it, and none taken for another.

use super::*;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};
use rollcall_wire::oidc::jwks::Jwk;

const ALL: [SigningAlgorithm; 3] = [Rs256, Es256, EdDsa];

fn bytes(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// Whether the token is signed by the published key, read as RFC 7515 says and
/// without a line of ours.
fn verifies(jwk: &Jwk, token: &str) -> bool {
    let (signed, tag) = token.rsplit_once('.').unwrap();
    let (signed, tag) = (signed.as_bytes(), bytes(tag));
    let by = |algorithm: &'static dyn VerificationAlgorithm, key: Vec<u8>| {
        UnparsedPublicKey::new(algorithm, key).verify(signed, &tag)
    };
    let verified = match &jwk.key {
        PublicKey::Rsa { n, e } => {
            let (n, e) = (bytes(n), bytes(e));
            RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, signed, &tag)
        }
        PublicKey::Ec { crv, x, y } => {
            assert_eq!(crv, "P-256");
            let point = [vec![4], bytes(x), bytes(y)].concat();
            by(&ECDSA_P256_SHA256_FIXED, point)
        }
        PublicKey::Okp { crv, x } => {
            assert_eq!(crv, "Ed25519");
            by(&ED25519, bytes(x))
        }
    };
    verified.is_ok()
}

/// The published key that the token's header names.
fn named(tokens: &Tokens, token: &str) -> Jwk {
    let kid = part(token, 0)["kid"].clone();
    let mut keys = tokens.jwks(NOW).keys.into_iter();
    keys.find(|key| key.kid == kid).unwrap()
}

#[tokio::test]
async fn every_token_verifies_by_the_published_key_that_it_names() {
    let tokens = tokens();
    for algorithm in ALL {
        for token in [
            access_token_of(&tokens, algorithm).await,
            id_token_of(&tokens, algorithm).await,
            logout_token_of(&tokens, algorithm).await,
        ] {
            let jwk = named(&tokens, &token);
            assert_eq!(jwk.alg, algorithm.as_str());
            assert_eq!(jwk.use_, "sig");
            assert_eq!(part(&token, 0)["alg"], algorithm.as_str());
            assert!(verifies(&jwk, &token), "{algorithm:?}");
            let (body, tag) = token.rsplit_once('.').unwrap();
            assert!(!verifies(&jwk, &format!("{body}A.{tag}")));
        }
        let token = access_token_of(&tokens, algorithm).await;
        assert!(tokens.verify_access_token(&token, NOW).is_ok());
    }
    assert_eq!(tokens.jwks(NOW).keys.len(), 3);
}

/// A client of our own gets what it asked for too.
#[tokio::test]
async fn at_hash_follows_the_algorithm() {
    let tokens = tokens();
    for (algorithm, length) in [(Rs256, 22), (Es256, 22), (EdDsa, 43)] {
        let payload = part(&id_token_of(&tokens, algorithm).await, 1);
        assert_eq!(payload["at_hash"], half_hash(algorithm, "a.b.c"));
        assert_eq!(payload["at_hash"].as_str().unwrap().len(), length);
    }
}

#[tokio::test]
async fn a_key_is_made_when_it_is_asked_for_and_once() {
    let tokens = tokens();
    let algorithms = || -> Vec<_> {
        let keys = tokens.jwks(NOW).keys.into_iter();
        keys.map(|key| key.alg).collect()
    };
    assert_eq!(algorithms(), ["RS256"]);
    tokens.ensure_key(Rs256, NOW).await.unwrap();
    assert_eq!(algorithms(), ["RS256"]);
    for _ in 0..2 {
        tokens.ensure_key(Es256, NOW).await.unwrap();
        let mut found = algorithms();
        found.sort();
        assert_eq!(found, ["ES256", "RS256"]);
    }
    // A token whose key is missing makes it.
    access_token_of(&tokens, EdDsa).await;
    assert_eq!(algorithms().len(), 3);
}

/// Another node was first, and this one has not heard of it.
#[tokio::test]
async fn a_key_that_another_node_made_is_taken() {
    let tokens = tokens();
    let theirs = pair(Es256, &generate(Es256).unwrap());
    let stored = tokens.store.add_first_signing_key(theirs.clone()).await;
    assert_eq!(stored, Ok(true));
    let token = access_token_of(&tokens, Es256).await;
    assert_eq!(part(&token, 0)["kid"], theirs.key_id);
}

#[tokio::test]
async fn a_token_cannot_choose_another_key_or_algorithm() {
    let tokens = tokens();
    for algorithm in ALL {
        tokens.ensure_key(algorithm, NOW).await.unwrap();
    }
    let keys = tokens.jwks(NOW).keys;
    for algorithm in ALL {
        let token = access_token_of(&tokens, algorithm).await;
        let own = part(&token, 0)["kid"].clone();
        for key in &keys {
            for alg in ["RS256", "ES256", "EdDSA", "HS256", "none"] {
                if key.kid == own && alg == algorithm.as_str() {
                    continue;
                }
                let header = serde_json::json!({"alg": alg, "typ": "at+jwt", "kid": key.kid});
                let forged = with_header(&token, &header);
                assert!(tokens.verify_access_token(&forged, NOW).is_err());
                assert!(tokens.verify_id_token_hint(&forged).is_err());
            }
        }
    }
}

/// The public parts are known to everybody: they are no HMAC secret.
#[tokio::test]
async fn no_published_key_is_an_hmac_secret() {
    let tokens = tokens();
    let payload = part(&access_token().await, 1);
    for algorithm in [Es256, EdDsa] {
        tokens.ensure_key(algorithm, NOW).await.unwrap();
    }
    for jwk in tokens.jwks(NOW).keys {
        let parts = match &jwk.key {
            PublicKey::Rsa { n, e } => [n, e],
            PublicKey::Ec { x, y, .. } => [x, y],
            PublicKey::Okp { x, .. } => [x, &jwk.kid],
        };
        for secret in parts {
            for secret in [secret.as_bytes(), &bytes(secret)] {
                let forged = HmacKey::new(&jwk.kid, secret).sign(&payload).unwrap();
                assert!(tokens.verify_access_token(&forged, NOW).is_err());
                assert!(tokens.verify_management_token(&forged, NOW).is_err());
            }
        }
    }
}

/// OIDC Back-Channel Logout section 2.4.
#[tokio::test]
async fn a_logout_token_tells_of_one_login_and_passes_for_nothing_else() {
    let tokens = tokens();
    let token = logout_token_of(&tokens, Rs256).await;
    assert_eq!(part(&token, 0)["typ"], "logout+jwt");
    let login = view().login;
    let expected = serde_json::json!({
        "iss": ISSUER,
        "sub": login.user.to_string(),
        "aud": login.application.to_string(),
        "iat": 1_700_000_000,
        "exp": 1_700_000_120,
        "jti": "07070707070707070707070707070707",
        "sid": login.id.to_string(),
        "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
    });
    assert_eq!(part(&token, 1), expected);
    assert!(tokens.verify_access_token(&token, NOW).is_err());
    assert!(tokens.verify_management_token(&token, NOW).is_err());
    assert!(tokens.verify_id_token_hint(&token).is_err());
}
