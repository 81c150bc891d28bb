//! What each role may do, and that a role counts in its own pool alone: for every
//! route of the console.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod console;
mod relying_party;
mod support;

use console::{Admin, OWNER};
use http::{Method, Request, StatusCode};
use rollcall_core::model::console::Role;
use rollcall_server::router::classified;
use rollcall_server::routes::Who;
use support::{Answer, Key, TestServer, post_form};

/// Calls a route of the console in the pool of this key, with records that are there.
async fn call(server: &TestServer, admin: &mut Admin, key: &Key, route: (&str, &str)) -> Answer {
    let (method, path) = route;
    let user = "6a0000000000000000000001";
    let path = path
        .replace("{pool}", &key.pool.to_string())
        .replace("{user}", user)
        .replace("{app}", user)
        .replace("{key}", user);
    let request = if method == "POST" {
        let token = admin.token(server).await;
        post_form(&path, &[("csrf", token.as_str())])
    } else {
        Request::get(path).body("".into()).unwrap()
    };
    assert!(matches!(*request.method(), Method::GET | Method::POST));
    admin.browser.send(server, request).await
}

fn desks() -> Vec<(&'static str, &'static str, Role)> {
    let routes = classified().into_iter();
    let desks = routes.filter_map(|row| match row.who {
        Who::Console(Some(role)) => Some((row.method, row.path, role)),
        _ => None,
    });
    desks.collect()
}

/// The stream never ends by itself: it is tried elsewhere.
fn is_stream(path: &str) -> bool {
    path.ends_with("/events")
}

#[tokio::test]
async fn each_route_is_refused_to_whoever_is_less() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let key = &server.root;
    let viewer = owner
        .invite(&server, key, "vera@example.com", "viewer")
        .await;
    let operator = owner
        .invite(&server, key, "otto@example.com", "operator")
        .await;
    for (mut admin, role) in [(viewer, Role::Viewer), (operator, Role::Operator)] {
        for (method, path, needed) in desks() {
            if is_stream(path) && role >= needed {
                continue;
            }
            let answer = call(&server, &mut admin, key, (method, path)).await;
            let is_refused = answer.status == StatusCode::FORBIDDEN
                && answer.text.contains("data-error=\"not_allowed\"");
            assert_eq!(
                is_refused,
                role < needed,
                "{method} {path} as {role:?}: {}",
                answer.status
            );
            assert!(
                !answer.status.is_server_error(),
                "{method} {path}: {}",
                answer.text
            );
        }
    }
}

#[tokio::test]
async fn another_pool_is_not_there() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let mut operator = owner
        .invite(&server, &server.root, "otto@example.com", "owner")
        .await;
    let other = server.add_pool().await;
    let admins = server.authority.store.console().await.unwrap().unwrap();
    let console = Key {
        pool: admins.pool,
        ..other.clone()
    };
    let nowhere = Key {
        pool: "6a0000000000000000000001".parse().unwrap(),
        ..other.clone()
    };
    let texts = |text: &str, pool: &Key| text.replace(&pool.pool.to_string(), "POOL");
    for (method, path, _) in desks() {
        for key in [&other, &console] {
            let answer = call(&server, &mut operator, key, (method, path)).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
            // Word for word what is said of a pool that was never there.
            let never = call(&server, &mut operator, &nowhere, (method, path)).await;
            let without_id = |answer: &Answer, key: &Key| {
                let id = answer.headers["x-request-id"].to_str().unwrap();
                texts(&answer.text, key).replace(id, "ID")
            };
            assert_eq!(without_id(&answer, key), without_id(&never, &nowhere));
        }
    }
    // Who owns the server is at home everywhere.
    owner.page(&server, &other, "overview").await;
}

#[tokio::test]
async fn a_viewer_cannot_kick_even_with_a_genuine_form() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let mut viewer = owner
        .invite(&server, &server.root, "vera@example.com", "viewer")
        .await;
    let app = server.add_site("shop", serde_json::json!({})).await;
    let person = server.add_user("paula").await;
    let mut browser = browser::Browser::default();
    let code = browser.enter(&server, &app, &person).await;
    server.try_redeem(&app, &code).await;
    let fields = [("app", app.id.as_str()), ("user", person.id.as_str())];
    let answer = viewer.post(&server, &server.root, "kick", &fields).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(server.is_active_in(&server.root, &person, &app).await);
    let page = viewer
        .page(&server, &server.root, &format!("online?app={}", app.id))
        .await;
    assert!(page.text.contains("paula"));
    assert!(!page.text.contains("type=\"checkbox\""));
}

#[tokio::test]
async fn a_role_that_is_taken_away_is_gone_with_the_next_request() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let mut operator = owner
        .invite(&server, &server.root, "otto@example.com", "operator")
        .await;
    operator.page(&server, &server.root, "online").await;
    let page = owner.page(&server, &server.root, "settings").await;
    let (_, rest) = page.text.split_once("data-administrator=\"").unwrap();
    let id = rest.split('"').next().unwrap().to_owned();
    let rest = format!("administrators/{id}");
    owner
        .post(&server, &server.root, &rest, &[("role", "viewer")])
        .await;
    assert_eq!(
        operator.get(&server, &server.root, "kick").await.status,
        StatusCode::FORBIDDEN
    );
    owner
        .post(&server, &server.root, &rest, &[("role", "none")])
        .await;
    assert_eq!(
        operator.get(&server, &server.root, "online").await.status,
        StatusCode::NOT_FOUND
    );
}

/// With the link that comes of it one chooses that person's password.
#[tokio::test]
async fn an_owner_of_one_pool_comes_by_nobodys_link() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let other = server.add_pool().await;
    let mut mallory = owner
        .invite(&server, &server.root, "mallory@example.com", "owner")
        .await;
    owner
        .invite(&server, &other, "olga@example.com", "viewer")
        .await;
    for email in [OWNER, "olga@example.com"] {
        let fields = [("email", email), ("role", "viewer")];
        let answer = mallory
            .post(&server, &server.root, "administrators", &fields)
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{email}");
        assert!(!answer.text.contains("/console/welcome?link="), "{email}");
    }
    // Who owns the server gives them a role here as well.
    let fields = [("email", "olga@example.com"), ("role", "viewer")];
    let given = owner
        .post(&server, &server.root, "administrators", &fields)
        .await;
    assert_eq!(given.status, StatusCode::OK);
}

#[tokio::test]
async fn somebody_always_owns_the_server() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let facts = server.authority.store.console().await.unwrap().unwrap();
    let console = Key {
        pool: facts.pool,
        ..server.root.clone()
    };
    let page = owner.page(&server, &console, "settings").await;
    assert!(page.text.contains(OWNER));
    let (_, rest) = page.text.split_once("data-administrator=\"").unwrap();
    let id = rest.split('"').next().unwrap().to_owned();
    let answer = owner
        .post(
            &server,
            &console,
            &format!("administrators/{id}"),
            &[("role", "viewer")],
        )
        .await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    owner.page(&server, &server.root, "settings").await;
}

#[tokio::test]
async fn the_root_key_is_rotated_by_no_owner_of_one_pool() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let mut other = owner
        .invite(&server, &server.root, "olga@example.com", "owner")
        .await;
    let root = server.root.id.to_string();
    for verb in ["delete", "switch"] {
        let answer = other
            .post(&server, &server.root, &format!("keys/{root}/{verb}"), &[])
            .await;
        assert!(answer.status.is_client_error(), "{verb}: {}", answer.status);
    }
    let token = other.token(&server).await;
    let request = post_form(
        "/console/pools",
        &[("csrf", token.as_str()), ("name", "Mine")],
    );
    let answer = other.browser.send(&server, request).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}
