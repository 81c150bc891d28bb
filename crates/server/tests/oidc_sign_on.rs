//! Signing in with a browser, and signing on to further applications.

mod browser;
mod relying_party;
mod support;

use browser::{Auth, Browser, CALLBACK, Place};
use http::StatusCode;
use relying_party::{Tokens, assert_oauth, claims, header};
use rollcall_core::model::event::Reason;
use serde_json::json;
use support::TestServer;

#[tokio::test]
async fn a_person_signs_in_and_the_application_gets_its_tokens() {
    let server = TestServer::start().await;
    let (app, alice) = (
        server.add_site("Shop", json!({})).await,
        server.add_user("alice").await,
    );
    let mut browser = Browser::default();
    let page = browser.open(&server, &Auth::new(&app).path()).await.page();
    assert_eq!(
        (page.answer.status, page.kind.as_str()),
        (StatusCode::OK, "sign-in")
    );
    assert!(page.answer.text.contains("Shop"));
    assert!(!server.is_active(&alice, &app.id).await);

    let place = browser.sign_in(&server, &page, &alice).await;
    let Place::Elsewhere(uri, answer) = place else {
        panic!("a page");
    };
    assert!(uri.starts_with("https://app.example/cb?code=rcc_"), "{uri}");
    assert_eq!(answer["state"], "a state&=");
    assert_eq!(answer["iss"], "http://127.0.0.1:7250/oidc");
    assert!(server.is_active(&alice, &app.id).await);

    let redeemed = server.try_redeem(&app, &answer["code"]).await;
    assert_eq!(redeemed.status, StatusCode::OK, "{}", redeemed.text);
    let tokens = Tokens::of(&redeemed.body);
    let id = claims(&tokens.id);
    assert_eq!(id["nonce"], "n-0S6_WzA2Mj");
    assert_eq!(id["sub"], alice.id);
    assert_eq!(id["aud"], app.id);
    assert_eq!(id["amr"], json!(["pwd"]));
    assert_eq!(id["acr"], "1");
    assert_eq!(id["sid"], tokens.login());
    assert_eq!(header(&tokens.access)["typ"], "at+jwt");
    server.assert_alive(&app, &alice, &tokens).await;
    let refreshed = TestServer::refreshed(&server.try_refresh(&app, &tokens.refresh).await);
    assert_eq!(claims(&refreshed.id).get("nonce"), None);
    assert_eq!(claims(&refreshed.id)["auth_time"], id["auth_time"]);
}

#[tokio::test]
async fn one_sign_in_reaches_every_application_and_each_has_its_own_login() {
    let server = TestServer::start().await;
    let alice = server.add_user("alice").await;
    let shop = server.add_site("Shop", json!({})).await;
    let mail = server.add_site("Mail", json!({})).await;
    let apart = server
        .add_site("Apart", json!({ "ssoEnabled": false }))
        .await;
    let mut browser = Browser::default();
    let code = browser.enter(&server, &shop, &alice).await;
    let at_shop = Tokens::of(&server.try_redeem(&shop, &code).await.body);
    assert!(!server.is_active(&alice, &mail.id).await);
    let silent = Auth::new(&mail).with("prompt", "none");
    let code = browser.open(&server, &silent.path()).await.code();
    assert!(server.is_active(&alice, &mail.id).await);
    let at_mail = Tokens::of(&server.try_redeem(&mail, &code).await.body);
    assert_ne!(at_shop.login(), at_mail.login());
    // Again at the shop: the same login goes on with a new grant.
    let again = browser.open(&server, &Auth::new(&shop).path()).await.code();
    let again = Tokens::of(&server.try_redeem(&shop, &again).await.body);
    assert_eq!(again.login(), at_shop.login());
    // Outside of single sign-on nobody gets in without asking.
    let silent = Auth::new(&apart).with("prompt", "none");
    assert_eq!(
        browser.open(&server, &silent.path()).await.error(),
        "login_required"
    );
    let page = browser
        .open(&server, &Auth::new(&apart).path())
        .await
        .page();
    let code = browser.sign_in(&server, &page, &alice).await.code();
    assert!(server.is_active(&alice, &apart.id).await);
    assert_eq!(
        server.try_redeem(&apart, &code).await.status,
        StatusCode::OK
    );
    let code = browser.open(&server, &silent.path()).await.code();
    assert_eq!(
        server.try_redeem(&apart, &code).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_kick_is_final_for_its_application_until_people_sign_in_again() {
    let server = TestServer::start().await;
    let alice = server.add_user("alice").await;
    let shop = server.add_site("Shop", json!({})).await;
    let mail = server.add_site("Mail", json!({})).await;
    let mut browser = Browser::default();
    browser.enter(&server, &shop, &alice).await;
    browser.open(&server, &Auth::new(&mail).path()).await.code();
    let kick = json!({ "userId": alice.id, "appIds": [shop.id] });
    server.post("kick-users", kick).await.data();
    assert!(!server.is_active(&alice, &shop.id).await);
    assert!(server.is_active(&alice, &mail.id).await);
    let silent = |app| Auth::new(app).with("prompt", "none").path();
    assert_eq!(
        browser.open(&server, &silent(&shop)).await.error(),
        "login_required"
    );
    browser.open(&server, &silent(&mail)).await.code();
    let page = browser.open(&server, &Auth::new(&shop).path()).await.page();
    assert!(!server.is_active(&alice, &shop.id).await);
    browser.sign_in(&server, &page, &alice).await.code();
    assert!(server.is_active(&alice, &shop.id).await);
    browser.open(&server, &silent(&shop)).await.code();
}

#[tokio::test]
async fn a_code_works_once_and_its_second_use_ends_the_login() {
    let server = TestServer::start().await;
    let (app, alice) = (
        server.add_site("Shop", json!({})).await,
        server.add_user("alice").await,
    );
    let code = Browser::default().enter(&server, &app, &alice).await;
    let tokens = Tokens::of(&server.try_redeem(&app, &code).await.body);
    assert_oauth(&server.try_redeem(&app, &code).await, 400, "invalid_grant");
    assert_eq!(
        server.end_of(&tokens.login()).await,
        Some(Reason::CodeReused)
    );
    server.assert_dead(&app, &tokens).await;
    assert!(!server.is_active(&alice, &app.id).await);
}

#[tokio::test]
async fn a_login_whose_code_is_never_redeemed_ends_with_the_code() {
    let server = TestServer::start().await;
    let (app, alice) = (
        server.add_site("Shop", json!({})).await,
        server.add_user("alice").await,
    );
    let code = Browser::default().enter(&server, &app, &alice).await;
    server.pass(59);
    assert!(server.is_active(&alice, &app.id).await);
    server.pass(1);
    assert!(!server.is_active(&alice, &app.id).await);
    assert_oauth(&server.try_redeem(&app, &code).await, 400, "invalid_grant");
}

#[tokio::test]
async fn form_post_and_fragment_bring_the_answer_in_their_way() {
    let server = TestServer::start().await;
    let (app, alice) = (
        server.add_site("Shop", json!({})).await,
        server.add_user("alice").await,
    );
    let mut browser = Browser::default();
    browser.enter(&server, &app, &alice).await;
    let fragment = Auth::new(&app).with("response_mode", "fragment");
    let Place::Elsewhere(uri, answer) = browser.open(&server, &fragment.path()).await else {
        panic!("a page");
    };
    assert!(uri.starts_with("https://app.example/cb#code="), "{uri}");
    assert_eq!(
        server.try_redeem(&app, &answer["code"]).await.status,
        StatusCode::OK
    );
    let form_post = Auth::new(&app).with("response_mode", "form_post");
    let page = browser.open(&server, &form_post.path()).await.page();
    assert_eq!(
        (page.kind.as_str(), page.action.as_str()),
        ("form-post", CALLBACK)
    );
    assert_eq!(page.field("state"), "a state&=");
    assert_eq!(page.field("iss"), "http://127.0.0.1:7250/oidc");
    let code = page.field("code").to_owned();
    assert_eq!(server.try_redeem(&app, &code).await.status, StatusCode::OK);
}

/// RFC 9110 section 9.2.1: HEAD is safe, whatever a link checker follows.
#[tokio::test]
async fn a_head_request_signs_nobody_on_or_out() {
    let server = TestServer::start().await;
    let (app, alice) = (
        server.add_site("Shop", json!({})).await,
        server.add_user("alice").await,
    );
    let other = server.add_site("Mail", json!({})).await;
    let mut browser = Browser::default();
    browser.enter(&server, &app, &alice).await;
    for path in [Auth::new(&other).path(), "/oidc/session/end".to_owned()] {
        let mut request = support::get(&path, &[]);
        *request.method_mut() = http::Method::HEAD;
        let answer = browser.send(&server, request).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_eq!(answer.headers.get("location"), None);
    }
    assert!(!server.is_active(&alice, &other.id).await);
    assert!(server.is_active(&alice, &app.id).await);
}
