//! The code flow, with a browser that fills in the server's pages.

use crate::browser::Browser;
use crate::world::{CALLBACK, World};
use rollcall_client::types::OidcConfig;
use rollcall_client::{Error, PendingSignOn, SignOn};

#[tokio::test]
async fn a_person_signs_on_and_out() {
    let world = World::new().await;
    let mira = world.add_user("mira").await;
    let app = world.add_app("Shop", OidcConfig::default()).await;
    let client = world.app(&app.app_id).await.build().unwrap();
    let mut browser = Browser::new();

    let request = SignOn::new(CALLBACK)
        .scope("openid email offline_access")
        .max_age(0);
    let pending = client.sign_on(request).unwrap();
    let back = browser.sign_in(&world.url, pending.url(), "mira").await;
    // Kept in the browser's session in between.
    let kept = serde_json::to_string(&pending).unwrap();
    let kept = || -> PendingSignOn { serde_json::from_str(&kept).unwrap() };
    assert!(back.contains(&format!("state={}", pending.state())));
    let signed_on = client.finish_sign_on(kept(), &back).await.unwrap();
    assert_eq!(signed_on.claims.sub, mira.user_id);
    assert_eq!(signed_on.claims.iss, client.issuer());
    assert!(world.is_active(&app.app_id, "mira").await);
    assert!(signed_on.tokens.refresh_token.is_some());

    // The session signs on silently, and only its own answer is taken.
    let pending = client
        .sign_on(SignOn::new(CALLBACK).prompt("none"))
        .unwrap();
    let silent = browser.led_to(pending.url()).await;
    let mixed = client.finish_sign_on(kept(), &silent).await;
    assert!(
        matches!(mixed, Err(Error::ForeignCallback("state"))),
        "{mixed:?}"
    );
    let again = client.finish_sign_on(pending, &silent).await.unwrap();
    assert_eq!(again.claims.sub, mira.user_id);
    // A second use of a code is refused, and ends its login.
    let second = client.finish_sign_on(kept(), &back).await;
    assert!(
        matches!(&second, Err(Error::OAuth { error, .. }) if error == "invalid_grant"),
        "{second:?}"
    );

    let id_token = again.tokens.id_token.unwrap();
    let url = client.sign_out_url(Some(id_token.as_str()), None, None);
    browser.page(&url).await;
    assert!(!world.is_active(&app.app_id, "mira").await);
    let pending = client
        .sign_on(SignOn::new(CALLBACK).prompt("none"))
        .unwrap();
    let signed_out = browser.led_to(pending.url()).await;
    let refused = client.finish_sign_on(pending, &signed_out).await;
    assert!(
        matches!(&refused, Err(Error::SignOnRefused { error, .. }) if error == "login_required"),
        "{refused:?}"
    );
    world.end().await;
}

#[tokio::test]
async fn hints_reach_the_page_and_name_the_person() {
    let world = World::new().await;
    let (mira, _) = (world.add_user("mira").await, world.add_user("noor").await);
    let app = world.add_app("Shop", OidcConfig::default()).await;
    let client = world.app(&app.app_id).await.build().unwrap();
    let request = SignOn::new(CALLBACK)
        .login_hint("mira@example.com")
        .ui_locales("zh-CN");
    let pending = client.sign_on(request).unwrap();
    let mut browser = Browser::new();
    let page = browser.page(pending.url()).await;
    assert!(page.contains("mira@example.com"), "{page}");
    assert!(page.contains("lang=\"zh-CN\""), "{page}");
    let back = browser.sign_in(&world.url, pending.url(), "mira").await;
    let signed_on = client.finish_sign_on(pending, &back).await.unwrap();
    let id_token = signed_on.tokens.id_token.unwrap();

    // Only the person of the ID token is signed on in silence.
    let silently = || {
        let request = SignOn::new(CALLBACK).prompt("none");
        client
            .sign_on(request.id_token_hint(id_token.as_str()))
            .unwrap()
    };
    let pending = silently();
    let back = browser.led_to(pending.url()).await;
    let again = client.finish_sign_on(pending, &back).await.unwrap();
    assert_eq!(again.claims.sub, mira.user_id);
    let mut other = Browser::new();
    let pending = client.sign_on(SignOn::new(CALLBACK)).unwrap();
    other.sign_in(&world.url, pending.url(), "noor").await;
    let pending = silently();
    let back = other.led_to(pending.url()).await;
    let refused = client.finish_sign_on(pending, &back).await;
    assert!(
        matches!(refused, Err(Error::SignOnRefused { .. })),
        "{refused:?}"
    );
    world.end().await;
}
