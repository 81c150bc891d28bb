//! Ends against beginnings, at once: whichever comes first, nobody hears a stale yes.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod relying_party;
mod support;

use browser::{Auth, Browser, Page, Place};
use http::StatusCode;
use relying_party::{App, Tokens, assert_oauth};
use serde_json::json;
use std::sync::Arc;
use support::{Person, TestServer};
use tokio::join;
use tokio::task::JoinSet;

struct World {
    server: TestServer,
    shop: App,
    alice: Person,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        Self {
            shop: server.add_site("Shop", json!({})).await,
            alice: server.add_user("alice").await,
            server,
        }
    }

    async fn signed_in(&self) -> Browser {
        let mut browser = Browser::default();
        browser.enter(&self.server, &self.shop, &self.alice).await;
        browser
    }

    fn silent_path(&self) -> String {
        Auth::new(&self.shop).with("prompt", "none").path()
    }

    /// Signs on silently: the code, or the error.
    async fn silent(&self, browser: &Browser) -> Result<String, String> {
        outcome(
            browser
                .clone()
                .open(&self.server, &self.silent_path())
                .await,
        )
    }

    /// No check, no silent sign-on and no token says that alice is signed in.
    async fn assert_out(&self, browser: &Browser) {
        assert_eq!(self.silent(browser).await, Err("login_required".to_owned()));
        assert!(!self.server.is_active(&self.alice, &self.shop.id).await);
    }
}

fn outcome(place: Place) -> Result<String, String> {
    let found = place.parameters();
    let code = found.get("code").cloned();
    code.ok_or_else(|| found["error"].clone())
}

#[tokio::test]
async fn no_race_leaves_a_stale_yes() {
    let world = World::new().await;
    let server = &world.server;
    for round in 0..12 {
        // A kick against a silent sign-on.
        let browser = world.signed_in().await;
        let body = json!({ "userId": world.alice.id, "appIds": [world.shop.id] });
        let (silent, kick) = join!(world.silent(&browser), server.post("kick-users", body));
        kick.data();
        world.assert_out(&browser).await;
        if let Ok(code) = silent {
            assert_oauth(
                &server.try_redeem(&world.shop, &code).await,
                400,
                "invalid_grant",
            );
        }
        // A sign-out against a silent sign-on, and against a redemption.
        let browser = world.signed_in().await;
        let code = world.silent(&browser).await.unwrap();
        let mut leaving = browser.clone();
        let ask = leaving.open(server, "/oidc/session/end").await.page();
        let yes = [("decision", "yes")];
        let out = leaving.submit(server, &ask, &yes);
        let (silent, redeemed, out) = join!(
            world.silent(&browser),
            server.try_redeem(&world.shop, &code),
            out
        );
        assert_eq!(out.page().kind, "signed-out", "{round}");
        world.assert_out(&browser).await;
        if redeemed.status == StatusCode::OK {
            let tokens = Tokens::of(&redeemed.body);
            server.assert_dead(&world.shop, &tokens).await;
        }
        if let Ok(code) = silent {
            assert_oauth(
                &server.try_redeem(&world.shop, &code).await,
                400,
                "invalid_grant",
            );
        }
        // A suspension against a sign-in.
        let mut arriving = Browser::default();
        let page = arriving
            .open(server, &Auth::new(&world.shop).path())
            .await
            .page();
        let status = |status| json!({ "userId": world.alice.id, "status": status });
        let suspend = server.post("update-user", status("Suspended"));
        let (_, suspended) = join!(arriving.sign_in(server, &page, &world.alice), suspend);
        suspended.data();
        world.assert_out(&arriving).await;
        server.post("update-user", status("Activated")).await.data();
        world.assert_out(&arriving).await;
    }
}

/// What became of each sign-in at this application, all begun together.
async fn sign_ins(world: &Arc<World>, app: &App, times: usize) -> Vec<Result<String, String>> {
    let mut arriving: Vec<(Browser, Page)> = Vec::new();
    for _ in 0..times {
        let mut browser = Browser::default();
        let path = Auth::new(app).path();
        let page = browser.open(&world.server, &path).await.page();
        arriving.push((browser, page));
    }
    let mut all = JoinSet::new();
    for (mut browser, page) in arriving {
        let world = Arc::clone(world);
        all.spawn(
            async move { outcome(browser.sign_in(&world.server, &page, &world.alice).await) },
        );
    }
    all.join_all().await
}

#[tokio::test]
async fn parallel_sign_ins_leave_as_many_sessions_as_allowed() {
    let world = Arc::new(World::new().await);
    let server = &world.server;
    for (action, let_in) in [("end_oldest", 12), ("refuse", 3)] {
        let policy = json!({ "maxSessionsPerUser": 3, "sessionLimitAction": action });
        let members = json!({ "sessionPolicy": policy });
        let app = server.add_site("Three", members).await;
        let outcomes = sign_ins(&world, &app, 12).await;
        let codes: Vec<_> = outcomes
            .iter()
            .filter_map(|found| found.as_ref().ok())
            .collect();
        assert_eq!(codes.len(), let_in, "{action}");
        let refused = outcomes.iter().filter_map(|found| found.as_ref().err());
        assert!(refused.into_iter().all(|error| error == "access_denied"));
        let mut redeemed = 0;
        for code in codes {
            let answer = server.try_redeem(&app, code).await;
            redeemed += usize::from(answer.status == StatusCode::OK);
        }
        assert_eq!(redeemed, 3, "{action}");
    }
}
