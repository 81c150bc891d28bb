//! `mydevices/list`, `mydevices/revoke-session` and `mydevices/unbind`.

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
use rollcall_core::model::event::Reason;
use rollcall_core::time::Span;
use serde_json::{Value, json};
use support::{Answer, Contract, Person, TestServer, post_json, with_header};

const CHROME: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 \
    (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";

async fn world() -> (TestServer, App, Person) {
    let server = TestServer::start().await;
    let app = server.add_app("app", json!({})).await;
    let person = server.add_user("bob").await;
    (server, app, person)
}

async fn list(server: &TestServer, tokens: &Tokens) -> Vec<Value> {
    let answer = server.get_by(&tokens.access, "mydevices/list", &[]).await;
    Contract::authentication().assert_fits("get", "mydevices/list", &answer);
    answer.data().as_array().unwrap().clone()
}

fn id(row: &Value) -> String {
    row["device"]["deviceId"].as_str().unwrap().to_owned()
}

async fn end(server: &TestServer, tokens: &Tokens, verb: &str, device: &str) -> Answer {
    let path = format!("mydevices/{verb}");
    let body = json!({ "deviceId": device });
    server.post_by(&tokens.access, &path, body).await
}

async fn site(server: &TestServer, name: &str) -> App {
    let uri = format!("https://{name}.example/logout");
    let config = json!({ "backchannel_logout_uri": uri });
    server.add_site(name, json!({ "oidcConfig": config })).await
}

/// Signs a browser in with the page.
async fn enter(server: &TestServer, browser: &mut Browser, app: &App, who: &Person) -> Tokens {
    let code = browser.enter(server, app, who).await;
    Tokens::of(&server.try_redeem(app, &code).await.body)
}

/// Signs it on to one more application, without a page.
async fn sign_on(server: &TestServer, browser: &mut Browser, app: &App) -> Tokens {
    let path = Auth::new(app).with("prompt", "none").path();
    let code = browser.open(server, &path).await.code();
    Tokens::of(&server.try_redeem(app, &code).await.body)
}

/// What applications are told of, by (application, reason).
async fn told(server: &TestServer) -> Vec<(String, String)> {
    let answer = server.post("list-logout-deliveries", json!({})).await;
    let list = answer.data()["list"].as_array().unwrap().clone();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = list.iter();
    rows.map(|row| (text(row, "appId"), text(row, "reason")))
        .collect()
}

#[tokio::test]
async fn a_device_is_a_live_session() {
    let (server, app, person) = world().await;
    let body = TestServer::signin_body(&app, &person, json!({}));
    let request = post_json("/api/v3/signin", &body);
    let request = with_header(request, "user-agent", CHROME);
    let first = Tokens::of(server.send(request).await.data());
    server.pass(60);
    let second = server.log_in(&app, &person).await;
    let stranger = server.add_user("eve").await;
    server.log_in(&app, &stranger).await;
    let rows = list(&server, &second).await;
    let expected = json!({
        "device": {
            "deviceId": server.device_of(&first).await,
            "name": "Chrome on Windows", "version": "126.0.0.0",
            "type": "Browser", "os": "Windows", "status": "activated", "userAgent": CHROME,
        },
        "lastLoginTime": "2026-01-01T00:00:00.000Z",
        "lastIp": "192.0.2.1",
        "online": true,
    });
    assert_eq!(rows[1], expected);
    assert_eq!(id(&rows[0]), server.device_of(&second).await);
    assert_eq!(rows[0]["device"]["type"], "Desktop");
    assert_eq!(rows.len(), 2);
    server.revoke(&app, &first.refresh).await;
    assert_eq!(list(&server, &second).await.len(), 1);
}

#[tokio::test]
async fn devices_come_in_pages() {
    let (server, app, person) = world().await;
    let mut devices = Vec::new();
    let mut tokens = server.log_in(&app, &person).await;
    for _ in 0..3 {
        server.pass(1);
        tokens = server.log_in(&app, &person).await;
        devices.insert(0, server.device_of(&tokens).await);
    }
    let page = async |page: &str, limit: &str| {
        let query = [("page", page), ("limit", limit)];
        server
            .get_by(&tokens.access, "mydevices/list", &query)
            .await
    };
    let ids = |answer: Answer| {
        let rows = answer.data().as_array().unwrap().clone();
        rows.iter().map(id).collect::<Vec<_>>()
    };
    assert_eq!(ids(page("1", "2").await), devices[..2]);
    assert_eq!(ids(page("2", "2").await)[0], devices[2]);
    assert_eq!(ids(page("3", "2").await).len(), 0);
    page("1", "51").await.assert_fails(400, None);
    page("0", "1").await.assert_names(400, "page");
}

#[tokio::test]
async fn a_browsers_session_is_a_device_with_and_without_logins() {
    let (server, _, person) = world().await;
    let app = site(&server, "shop").await;
    let mut browser = Browser::default();
    let there = enter(&server, &mut browser, &app, &person).await;
    let here = server.log_in(&app, &person).await;
    let row = async || {
        let rows = list(&server, &here).await;
        rows.into_iter()
            .find(|row| row["device"]["type"] == "Browser")
    };
    let online = row().await.unwrap();
    assert_eq!(online["online"], true);
    // The login ends, and the browser is signed in all the same.
    server.revoke(&app, &there.refresh).await;
    let offline = row().await.unwrap();
    assert_eq!(offline["online"], false);
    assert_eq!(id(&offline), id(&online));
    end(&server, &here, "revoke-session", &id(&offline))
        .await
        .data();
    assert_eq!(row().await, None);
    // It must sign in again.
    let path = Auth::new(&app).with("prompt", "none").path();
    let place = browser.open(&server, &path).await;
    assert_eq!(place.error(), "login_required");
}

#[tokio::test]
async fn a_revoked_device_is_signed_out_of_everything() {
    for verb in ["revoke-session", "unbind"] {
        let (server, _, person) = world().await;
        let (app, other) = (site(&server, "shop").await, site(&server, "mail").await);
        let mut browser = Browser::default();
        let one = enter(&server, &mut browser, &app, &person).await;
        let two = sign_on(&server, &mut browser, &other).await;
        let here = server.log_in(&app, &person).await;
        let device = server.device_of(&one).await;
        let answer = end(&server, &here, verb, &device).await;
        Contract::authentication().assert_fits("post", &format!("mydevices/{verb}"), &answer);
        for (app, tokens) in [(&app, &one), (&other, &two)] {
            server.assert_dead(app, tokens).await;
            let reason = server.end_of(&tokens.login()).await;
            assert_eq!(reason, Some(Reason::DeviceRevoked));
        }
        assert!(!server.is_active(&person, &other.id).await);
        let told = told(&server).await;
        for app in [&app, &other] {
            let row = (app.id.clone(), "device_revoked".to_owned());
            assert!(told.contains(&row), "{told:?}");
        }
        server.assert_alive(&app, &person, &here).await;
        // Revoked it is there to be removed; removed it is not there.
        let again = end(&server, &here, "revoke-session", &device).await;
        match verb {
            "unbind" => again.assert_names(404, "Device"),
            _ => assert_eq!(again.code(), 200),
        }
    }
}

#[tokio::test]
async fn ones_own_device_is_signed_out_too() {
    let (server, app, person) = world().await;
    let tokens = server.log_in(&app, &person).await;
    let device = server.device_of(&tokens).await;
    end(&server, &tokens, "revoke-session", &device)
        .await
        .data();
    assert!(!server.is_active(&person, &app.id).await);
    let again = end(&server, &tokens, "revoke-session", &device).await;
    again.assert_fails(401, Some(2020));
}

#[tokio::test]
async fn nobody_ends_anybody_elses_device() {
    let (server, app, person) = world().await;
    let stranger = server.add_user("eve").await;
    let theirs = server.log_in(&app, &stranger).await;
    let here = server.log_in(&app, &person).await;
    let device = server.device_of(&theirs).await;
    let unknown = "0".repeat(32);
    for verb in ["revoke-session", "unbind"] {
        for device in [device.as_str(), &unknown, "x", "24h"] {
            let answer = end(&server, &here, verb, device).await;
            answer.assert_fails(404, None);
        }
        for device in ["", &"a".repeat(257)] {
            let answer = end(&server, &here, verb, device).await;
            answer.assert_names(400, "deviceId");
        }
        let body = json!({});
        let path = format!("mydevices/{verb}");
        let answer = server.post_by(&here.access, &path, body).await;
        answer.assert_names(400, "deviceId");
    }
    server.assert_alive(&app, &stranger, &theirs).await;
}

#[tokio::test]
async fn a_device_is_ended_soon_after_a_sign_in_alone() {
    let (server, app, person) = world().await;
    let there = server.log_in(&app, &person).await;
    let here = server.log_in(&app, &person).await;
    let device = server.device_of(&there).await;
    server.clock.advance(Span::from_millis(600_000));
    for verb in ["revoke-session", "unbind"] {
        let answer = end(&server, &here, verb, &device).await;
        answer.assert_fails(403, None);
    }
    server.assert_alive(&app, &person, &there).await;
    let fresh = server.log_in(&app, &person).await;
    server.clock.advance(Span::from_millis(599_999));
    end(&server, &fresh, "unbind", &device).await.data();
    server.assert_dead(&app, &there).await;
}
