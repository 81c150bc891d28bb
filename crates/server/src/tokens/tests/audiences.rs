//! A token is for its audience (ASVS 5.0, 9.2.3): one that we signed ourselves for
//! somebody else is none.

use super::*;
use serde_json::json;

/// The token with these members instead of its own, signed by the same key.
async fn again(tokens: &Tokens, token: &str, kind: TokenKind, members: &Value) -> String {
    let claims = changed(token, members);
    tokens.sign(Rs256, kind, NOW, &claims).await.unwrap()
}

fn changed(token: &str, members: &Value) -> Value {
    let mut claims = part(token, 1);
    for (name, value) in members.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

/// Audiences that are not this one alone.
fn others(own: &Value) -> Vec<Value> {
    vec![
        json!("66aa00000000000000000009"),
        json!("https://api.example"),
        json!("rollcall"),
        json!(ISSUER),
        json!(""),
        json!(null),
        json!([]),
        json!([own, "66aa00000000000000000009"]),
    ]
}

#[tokio::test]
async fn an_access_token_for_another_audience_is_none() {
    let tokens = tokens();
    let token = access_token().await;
    let same = again(&tokens, &token, TokenKind::Access, &json!({})).await;
    assert!(tokens.verify_access_token(&same, NOW).is_ok());
    let own = part(&token, 1)["aud"].clone();
    for aud in others(&own) {
        let members = json!({ "aud": aud });
        let other = again(&tokens, &token, TokenKind::Access, &members).await;
        let verified = tokens.verify_access_token(&other, NOW);
        assert_eq!(verified, Err(Untrusted::Invalid), "{aud}");
    }
    // Nor can the client be another than the audience.
    let members = json!({ "client_id": "66aa00000000000000000009" });
    let other = again(&tokens, &token, TokenKind::Access, &members).await;
    let verified = tokens.verify_access_token(&other, NOW);
    assert_eq!(verified, Err(Untrusted::Invalid));
}

#[tokio::test]
async fn a_management_token_for_another_audience_is_none() {
    let tokens = tokens();
    let token = management_token();
    let sign = |members: &Value| {
        let keys = tokens.keys();
        let signer = keys.management_signer(NOW).unwrap();
        signer.sign(&changed(&token, members)).unwrap()
    };
    assert!(
        tokens
            .verify_management_token(&sign(&json!({})), NOW)
            .is_ok()
    );
    for aud in others(&part(&token, 1)["aud"]) {
        let other = sign(&json!({ "aud": aud }));
        let verified = tokens.verify_management_token(&other, NOW);
        assert_eq!(verified, Err(Untrusted::Invalid), "{aud}");
    }
}
