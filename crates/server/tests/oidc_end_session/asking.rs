//! When a person is asked before they are signed out, and what a yes then does.

use super::browser::Browser;
use super::{BYE, World, assert_led_to, enter, path};
use rollcall_core::model::event::Reason;

/// Another site may hold an ID token, its own user's for one: it signs nobody out.
#[tokio::test]
async fn a_hint_of_another_session_is_asked_about() {
    let mut world = World::new().await;
    let bob = world.server.add_user("bob").await;
    let shop = world.shop.clone();
    let mut his = Browser::default();
    let of_bob = enter(&world.server, &mut his, &shop, &bob).await;
    let mut another = Browser::default();
    let alice = world.alice.clone();
    let elsewhere = enter(&world.server, &mut another, &shop, &alice).await;
    let mut ended = Browser::default();
    let over = enter(&world.server, &mut ended, &shop, &alice).await;
    ended
        .open(&world.server, &path(&[("id_token_hint", &over.id)]))
        .await
        .page();
    for hint in [&of_bob.id, &elsewhere.id, &over.id] {
        let asked = [
            ("id_token_hint", hint.as_str()),
            ("post_logout_redirect_uri", BYE),
        ];
        let page = world.end(&asked).await.page();
        assert_eq!(page.kind, "sign-out");
        world.assert_signed_in().await;
        world.server.assert_alive(&shop, &bob, &of_bob).await;
        world.server.assert_alive(&shop, &alice, &elsewhere).await;
    }
    // Yes signs out this browser, and nobody else.
    let asked = [
        ("id_token_hint", of_bob.id.as_str()),
        ("post_logout_redirect_uri", BYE),
    ];
    let page = world.end(&asked).await.page();
    let place = world.answer(&page, "yes").await;
    assert_led_to(&place, BYE);
    let end = world.server.end_of(&world.at_shop.login()).await;
    assert_eq!(end, Some(Reason::SignedOut));
    world.server.assert_alive(&shop, &bob, &of_bob).await;
    world.server.assert_alive(&shop, &alice, &elsewhere).await;
}

/// A browser that lost its cookie, or an application that signed in by the API: a
/// hint alone signs nobody out (section 2), the person is asked, and a yes does.
#[tokio::test]
async fn a_hint_is_asked_about_where_the_browser_presents_no_session() {
    let mut world = World::new().await;
    let hint = world.at_shop.id.clone();
    let mut bare = Browser::default();
    let asked = path(&[
        ("id_token_hint", &hint),
        ("post_logout_redirect_uri", BYE),
        ("state", "x"),
    ]);
    let question = bare.open(&world.server, &asked).await.page();
    assert_eq!(question.kind, "sign-out");
    world.assert_signed_in().await;
    for (decision, kind) in [("no", "not-signed-out"), ("", "not-signed-out")] {
        let fields = [("decision", decision)];
        let page = bare.submit(&world.server, &question, &fields).await.page();
        assert_eq!(page.kind, kind);
        world.assert_signed_in().await;
    }
    // Which session is meant cannot be changed on the way.
    let bob = world.server.add_user("bob").await;
    let device = world.server.log_in(&world.shop, &bob).await;
    let other = format!("id_token_hint={}", device.id);
    let fields = [("decision", "yes"), ("request", &other)];
    let forged = bare.submit(&world.server, &question, &fields).await.page();
    assert_eq!(forged.error.as_deref(), Some("form_expired"));
    world.server.assert_alive(&world.shop, &bob, &device).await;
    let fields = [("decision", "yes")];
    let place = bare.submit(&world.server, &question, &fields).await;
    assert_led_to(&place, "https://app.example/bye?state=x");
    world
        .browser
        .cookies
        .retain(|name, _| !name.contains("session"));
    world.assert_signed_out().await;
    world.server.assert_alive(&world.shop, &bob, &device).await;
    // It is over, and there is nothing to ask about.
    assert_led_to(
        &bare.open(&world.server, &asked).await,
        "https://app.example/bye?state=x",
    );
    let asked = path(&[("id_token_hint", &device.id)]);
    let question = bare.open(&world.server, &asked).await.page();
    let done = bare.submit(&world.server, &question, &fields).await.page();
    assert_eq!(done.kind, "signed-out");
    world.server.assert_dead(&world.shop, &device).await;
}

/// The question that a link of ours leads to is nobody else's.
#[tokio::test]
async fn an_application_is_said_to_ask_only_if_it_does() {
    let mut world = World::new().await;
    let (hint, id) = (world.at_shop.id.clone(), world.shop.id.clone());
    let mut other = Browser::default();
    let alice = world.alice.clone();
    enter(&world.server, &mut other, &world.shop, &alice).await;
    for (parameters, expected) in [
        (vec![("client_id", id.as_str())], false),
        (vec![("id_token_hint", hint.as_str())], true),
        (
            vec![
                ("client_id", id.as_str()),
                ("post_logout_redirect_uri", BYE),
            ],
            true,
        ),
    ] {
        let page = other.open(&world.server, &path(&parameters)).await.page();
        assert_eq!(page.kind, "sign-out");
        let says_so = page.answer.text.contains("asks to sign you out");
        assert_eq!(says_so, expected, "{parameters:?}");
    }
    world.assert_signed_in().await;
}
