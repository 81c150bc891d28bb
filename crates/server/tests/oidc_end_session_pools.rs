//! Signing out where one browser has sessions in several pools.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod relying_party;
mod support;

use browser::{Auth, Browser};
use relying_party::{App, Tokens};
use serde_json::json;
use support::{Key, Person, TestServer, get};

struct World {
    server: TestServer,
    ours: (App, Person, Tokens),
    key: Key,
    theirs: (App, Person, Tokens),
    browser: Browser,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let mut browser = Browser::default();
        let (shop, alice) = (
            server.add_site("Shop", json!({})).await,
            server.add_user("alice").await,
        );
        let key = server.add_pool().await;
        let (bank, bob) = (
            server.add_site_in(&key, "Bank").await,
            server.add_user_in(&key, "bob").await,
        );
        let code = browser.enter(&server, &shop, &alice).await;
        let hers = Tokens::of(&server.try_redeem(&shop, &code).await.body);
        let code = browser.enter(&server, &bank, &bob).await;
        let his = Tokens::of(&server.try_redeem(&bank, &code).await.body);
        let world = Self {
            server,
            ours: (shop, alice, hers),
            key,
            theirs: (bank, bob, his),
            browser,
        };
        world.assert_live(true, true).await;
        world
    }

    async fn assert_live(&self, ours: bool, theirs: bool) {
        let (app, person, _) = &self.ours;
        assert_eq!(self.server.is_active(person, &app.id).await, ours);
        let (app, person, _) = &self.theirs;
        let found = self.server.is_active_in(&self.key, person, app).await;
        assert_eq!(found, theirs);
        let cookies = self.browser.cookies.keys();
        let sessions = cookies.filter(|name| name.contains("session")).count();
        assert_eq!(sessions, usize::from(ours) + usize::from(theirs));
    }

    async fn confirm(&mut self, parameters: &[(&str, &str)]) {
        let path = get("/oidc/session/end", parameters).uri().to_string();
        let page = self.browser.open(&self.server, &path).await.page();
        assert_eq!(page.kind, "sign-out");
        let fields = [("decision", "yes")];
        let done = self
            .browser
            .submit(&self.server, &page, &fields)
            .await
            .page();
        assert_eq!(done.kind, "signed-out");
    }
}

#[tokio::test]
async fn each_pool_has_a_session_of_its_own() {
    let mut world = World::new().await;
    for app in [world.ours.0.clone(), world.theirs.0.clone()] {
        let silent = Auth::new(&app).with("prompt", "none").path();
        world.browser.open(&world.server, &silent).await.code();
    }
}

#[tokio::test]
async fn without_an_application_every_pool_is_signed_out() {
    let mut world = World::new().await;
    world.confirm(&[]).await;
    world.assert_live(false, false).await;
}

#[tokio::test]
async fn with_an_application_its_pool_is_signed_out() {
    let mut world = World::new().await;
    let id = world.ours.0.id.clone();
    world.confirm(&[("client_id", &id)]).await;
    world.assert_live(false, true).await;
}

#[tokio::test]
async fn a_hint_signs_its_own_pool_out() {
    let mut world = World::new().await;
    let hint = world.theirs.2.id.clone();
    let path = get("/oidc/session/end", &[("id_token_hint", &hint)]);
    let path = path.uri().to_string();
    let page = world.browser.open(&world.server, &path).await.page();
    assert_eq!(page.kind, "signed-out");
    world.assert_live(true, false).await;
}
