//! ID tokens that come back as hints.

use super::*;

#[tokio::test]
async fn a_hint_names_client_person_and_login_however_old_it_is() {
    let login = view().login;
    let expected = IdTokenHint {
        client: login.application,
        subject: login.user,
        login: login.id,
        expires_at: Timestamp::from_millis((1_700_000_000 + 3600) * 1000),
    };
    // It takes no instant at all.
    let hint = tokens().verify_id_token_hint(&id_token().await);
    assert_eq!(hint, Ok(expected));
}

#[tokio::test]
async fn only_an_id_token_of_ours_is_a_hint() {
    let tokens = tokens();
    let elsewhere = tokens_of("https://elsewhere.example/oidc");
    let key = pair(Rs256, &generate(Rs256).unwrap());
    let foreign = try_tokens_of(ISSUER, vec![key, management_key()]).unwrap();
    let good = id_token().await;
    let unsigned = format!("{}.", good.rsplit_once('.').unwrap().0);
    let kid = part(&good, 0)["kid"].clone();
    let with_typ = |typ: &str| {
        let header = serde_json::json!({"alg": "RS256", "typ": typ, "kid": kid});
        with_header(&good, &header)
    };
    for token in [
        access_token().await,
        logout_token_of(&tokens, Rs256).await,
        management_token(),
        id_token_of(&elsewhere, Rs256).await,
        id_token_of(&foreign, Rs256).await,
        with_typ("jwt"),
        with_typ("at+jwt"),
        unsigned,
        format!("{good}A"),
        String::new(),
    ] {
        let hint = tokens.verify_id_token_hint(&token);
        assert_eq!(hint, Err(Untrusted::Invalid), "{token}");
    }
}
