//! Keys that follow one another.

use super::*;

const AHEAD: Span = limits::KEY_PUBLISHED_AHEAD;
const A_MILLISECOND: Span = Span::from_millis(1);

/// Tokens of a pair that signs from [`NOW`] and one that signs from ten minutes
/// after it.
fn rotated() -> (Tokens, [String; 2]) {
    let second = SigningKey {
        active_from: NOW + AHEAD,
        ..pair(Es256, &generate(Es256).unwrap())
    };
    let first = pair(Es256, &generate(Es256).unwrap());
    let ids = [first.key_id.clone(), second.key_id.clone()];
    // In whatever order the store has them.
    let keys = vec![second, rsa_key(), management_key(), first];
    (try_tokens_of(ISSUER, keys).unwrap(), ids)
}

async fn signed_at(tokens: &Tokens, now: Timestamp, lifetime: Span) -> String {
    let (at, grant) = (LoginView { now, ..view() }, grant());
    let minted = tokens.mint_access_token(Es256, pool(), &at, &grant, lifetime);
    minted.await.unwrap().token
}

fn published(tokens: &Tokens, now: Timestamp) -> Vec<String> {
    let keys = tokens.jwks(now).keys.into_iter();
    let of_es256 = keys.filter(|key| key.alg == "ES256");
    of_es256.map(|key| key.kid).collect()
}

#[tokio::test]
async fn a_key_is_published_before_it_signs() {
    let (tokens, ids) = rotated();
    assert_eq!(published(&tokens, NOW), ids);
    let lifetime = Span::from_seconds(60);
    let changes = NOW + AHEAD;
    for (now, id) in [
        (NOW, &ids[0]),
        (changes - A_MILLISECOND, &ids[0]),
        (changes, &ids[1]),
        (changes + limits::MAX_TOKEN_LIFETIME, &ids[1]),
        // The clock was set back behind every key.
        (NOW - AHEAD, &ids[0]),
    ] {
        let token = signed_at(&tokens, now, lifetime).await;
        assert_eq!(part(&token, 0)["kid"], *id, "{now:?}");
        assert!(tokens.verify_access_token(&token, now).is_ok(), "{now:?}");
    }
}

#[tokio::test]
async fn a_retired_key_is_published_while_its_last_token_may_live() {
    let (tokens, ids) = rotated();
    let changes = NOW + AHEAD;
    let last = signed_at(&tokens, changes - A_MILLISECOND, limits::MAX_TOKEN_LIFETIME).await;
    let gone = changes + limits::MAX_TOKEN_LIFETIME;
    assert_eq!(published(&tokens, gone - A_MILLISECOND), ids);
    let verify = |at| tokens.verify_access_token(&last, at).map(|_| ());
    // `exp` counts whole seconds.
    assert_eq!(verify(gone - Span::from_seconds(1)), Ok(()));
    assert_eq!(published(&tokens, gone), ids[1..]);
    assert_eq!(verify(gone), Err(Untrusted::Invalid));
}

/// Who has an old key signs nothing with it.
#[tokio::test]
async fn a_key_that_is_gone_forges_no_access_token() {
    let (tokens, _) = rotated();
    let gone = NOW + AHEAD + limits::MAX_TOKEN_LIFETIME;
    let forged = signed_at(&tokens, NOW, Span::from_days(3650)).await;
    assert!(
        tokens
            .verify_access_token(&forged, gone - A_MILLISECOND)
            .is_ok()
    );
    assert!(tokens.verify_access_token(&forged, gone).is_err());
}

#[tokio::test]
async fn a_hint_is_known_after_its_key_is_gone() {
    let (tokens, ids) = rotated();
    let token = id_token_of(&tokens, Es256).await;
    assert_eq!(part(&token, 0)["kid"], ids[0]);
    assert!(tokens.verify_id_token_hint(&token).is_ok());
    let gone = NOW + AHEAD + limits::MAX_TOKEN_LIFETIME;
    assert_eq!(published(&tokens, gone), ids[1..]);
    assert!(tokens.verify_id_token_hint(&token).is_ok());
}

#[tokio::test]
async fn management_keys_follow_one_another_too() {
    let next = SigningKey {
        key_id: "next".to_owned(),
        private: Zeroizing::new(vec![8; 32]),
        active_from: NOW + AHEAD,
        ..management_key()
    };
    let keys = vec![rsa_key(), next, management_key()];
    let tokens = try_tokens_of(ISSUER, keys).unwrap();
    for (now, id) in [
        (NOW, "management"),
        (NOW + AHEAD - A_MILLISECOND, "management"),
        (NOW + AHEAD, "next"),
    ] {
        let token = tokens.mint_management_token(&key(), now).unwrap().token;
        assert_eq!(part(&token, 0)["kid"], id);
        let later = now + Span::from_seconds(7199 - 1);
        assert!(tokens.verify_management_token(&token, later).is_ok());
    }
}

/// What a reading adds is there, and what was parsed is not parsed again.
#[tokio::test]
async fn a_reading_replaces_all_keys_at_once() {
    let tokens = tokens();
    let before = tokens.keys();
    let next = SigningKey {
        active_from: NOW + AHEAD,
        ..pair(Es256, &generate(Es256).unwrap())
    };
    let added = tokens
        .store
        .add_next_signing_keys(pool(), vec![next], Origin::system());
    assert_eq!(added.await, Ok(()));
    assert_eq!(tokens.jwks(NOW).keys.len(), 1);
    tokens.reload().await.unwrap();
    assert_eq!(tokens.jwks(NOW).keys.len(), 2);
    let first = |set: &KeySet| std::ptr::from_ref(set.signer(Rs256, NOW).unwrap());
    assert_eq!(first(&before), first(&tokens.keys()));
}

/// Nor is one believed that was verified while it was there.
#[test]
fn a_key_that_is_gone_vouches_for_no_management_token() {
    let next = SigningKey {
        key_id: "next".to_owned(),
        private: Zeroizing::new(vec![8; 32]),
        active_from: NOW + AHEAD,
        ..management_key()
    };
    let tokens = try_tokens_of(ISSUER, vec![rsa_key(), next, management_key()]).unwrap();
    let mut forged = part(&management_token(), 1);
    forged["exp"] = (NOW + Span::from_days(3650)).as_seconds().into();
    let keys = tokens.keys();
    let forged = keys.management_signer(NOW).unwrap().sign(&forged).unwrap();
    let gone = NOW + AHEAD + limits::MAX_TOKEN_LIFETIME;
    let verify = |at| tokens.verify_management_token(&forged, at).map(|_| ());
    assert_eq!(verify(NOW), Ok(()));
    assert_eq!(verify(gone - A_MILLISECOND), Ok(()));
    assert_eq!(verify(gone), Err(Untrusted::Invalid));
}

#[test]
fn a_token_that_was_verified_ends_at_the_same_millisecond() {
    let tokens = tokens();
    let token = management_token();
    let ends = instant(expiry(NOW, limits::MANAGEMENT_TOKEN_LIFETIME));
    let verify = |at| tokens.verify_management_token(&token, at);
    let claim = verify(NOW).unwrap();
    assert_eq!(verify(ends - A_MILLISECOND), Ok(claim));
    assert_eq!(verify(ends), Err(Untrusted::Expired));
}

/// Keys that a reading no longer finds were taken away: so is what they vouched for.
#[test]
fn nothing_that_was_verified_survives_its_keys() {
    let tokens = tokens();
    let token = management_token();
    assert!(tokens.verify_management_token(&token, NOW).is_ok());
    let other = SigningKey {
        key_id: "other".to_owned(),
        ..management_key()
    };
    for keys in [vec![rsa_key(), other], vec![rsa_key()]] {
        let set = KeySet::parse(keys, &tokens.keys()).unwrap();
        *tokens.keys.write() = Arc::new(set);
        let verified = tokens.verify_management_token(&token, NOW);
        assert_eq!(verified, Err(Untrusted::Invalid));
    }
}
