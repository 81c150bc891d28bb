//! Signing out while the same browser signs in once more: what was on its way comes
//! with the cookie that was there when it began.

use super::browser::{Auth, Browser, Page};
use super::{World, enter};
use rollcall_core::model::event::Reason;

const YES: &[(&str, &str)] = &[("decision", "yes")];

/// The question, and the browser as it was when it was asked.
async fn asked(world: &mut World) -> (Page, Browser) {
    let id = world.shop.id.clone();
    let page = world.end(&[("client_id", &id)]).await.page();
    assert_eq!(page.kind, "sign-out");
    (page, world.browser.clone())
}

/// The person signs in once more; answers the login of it.
async fn sign_in_again(world: &mut World) -> String {
    let again = Auth::new(&world.shop).with("prompt", "login").path();
    let page = world.browser.open(&world.server, &again).await.page();
    let alice = world.alice.clone();
    let place = world.browser.sign_in(&world.server, &page, &alice).await;
    let answer = world.server.try_redeem(&world.shop, &place.code()).await;
    super::Tokens::of(&answer.body).login()
}

async fn is_signed_in(world: &mut World) -> bool {
    let silent = Auth::new(&world.mail).with("prompt", "none").path();
    let place = world.browser.open(&world.server, &silent).await;
    place.parameters().contains_key("code")
}

#[tokio::test]
async fn a_sign_out_on_its_way_reaches_the_session_that_was_renewed() {
    let mut world = World::new().await;
    let (page, mut late) = asked(&mut world).await;
    world.server.pass(1);
    let login = sign_in_again(&mut world).await;
    assert!(is_signed_in(&mut world).await);
    let done = late.submit(&world.server, &page, YES).await.page();
    assert_eq!(done.kind, "signed-out");
    let end = world.server.end_of(&login).await;
    assert_eq!(end, Some(Reason::SignedOut));
    world.assert_signed_out_everywhere().await;
    assert!(!is_signed_in(&mut world).await);
}

#[tokio::test]
async fn a_sign_out_on_its_way_reaches_whoever_came_into_that_browser() {
    let mut world = World::new().await;
    let (page, mut late) = asked(&mut world).await;
    let bob = world.server.add_user("bob").await;
    let again = Auth::new(&world.shop).with("prompt", "login").path();
    let form = world.browser.open(&world.server, &again).await.page();
    let place = world.browser.sign_in(&world.server, &form, &bob).await;
    place.code();
    assert!(world.server.is_active(&bob, &world.shop.id).await);
    late.submit(&world.server, &page, YES).await.page();
    assert!(!world.server.is_active(&bob, &world.shop.id).await);
    assert!(!is_signed_in(&mut world).await);
}

/// Signing in came after it: that is what the person did last.
#[tokio::test]
async fn what_begins_after_a_sign_out_lives() {
    let mut world = World::new().await;
    let (page, mut first) = asked(&mut world).await;
    let again = Auth::new(&world.shop).with("prompt", "login").path();
    let form = world.browser.open(&world.server, &again).await.page();
    first.submit(&world.server, &page, YES).await.page();
    let alice = world.alice.clone();
    let place = world.browser.sign_in(&world.server, &form, &alice).await;
    place.code();
    assert!(is_signed_in(&mut world).await);
    // The same click once more.
    let late = first.submit(&world.server, &page, YES).await.page();
    assert_eq!(late.error.as_deref(), Some("form_expired"));
    assert!(is_signed_in(&mut world).await);
}

/// An old cookie is no key to what came after it.
#[tokio::test]
async fn whoever_asks_with_a_replaced_cookie_signs_nobody_out() {
    let mut world = World::new().await;
    let mut old = world.browser.clone();
    world.server.pass(1);
    sign_in_again(&mut world).await;
    world.server.pass(1);
    let id = world.shop.id.clone();
    let asked = super::path(&[("client_id", &id)]);
    let page = old.open(&world.server, &asked).await.page();
    let done = old.submit(&world.server, &page, YES).await.page();
    assert_eq!(done.kind, "signed-out");
    assert!(is_signed_in(&mut world).await);
    let mut another = Browser::default();
    let (shop, alice) = (world.shop.clone(), world.alice.clone());
    enter(&world.server, &mut another, &shop, &alice).await;
    assert!(is_signed_in(&mut world).await);
}
