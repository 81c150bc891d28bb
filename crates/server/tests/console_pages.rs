//! What the console's pages say and do, from one end to the other.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod console;
mod relying_party;
mod support;

use browser::Browser;
use console::{Admin, OWNER};
use http::StatusCode;
use relying_party::App;
use rollcall_core::limits::{ONLINE_ROWS, TALLY_BATCH};
use rollcall_core::model::event::Origin;
use rollcall_core::model::identifier::{Identifier, UserSelector};
use rollcall_core::ports::users::Found;
use serde_json::json;
use support::{Person, TestServer, get, with_header};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

async fn enter(server: &TestServer, app: &App, person: &Person) -> Browser {
    let mut browser = Browser::default();
    let auth = browser::Auth::new(app);
    let page = browser.open(server, &auth.path()).await.page();
    let fields = [
        ("identifier", person.username.as_str()),
        ("password", support::PASSWORD),
    ];
    let request = with_header(page.submission(&fields), "user-agent", FIREFOX);
    let answer = browser.send(server, request).await;
    let code = browser.arrive(server, answer).await.code();
    server.try_redeem(app, &code).await;
    browser
}

async fn tally(server: &TestServer) {
    while server
        .authority
        .store
        .tally(TALLY_BATCH)
        .await
        .unwrap()
        .more
    {}
}

/// Deletes an administrator; answers the id.
async fn forget(server: &TestServer, email: &str) -> String {
    let store = &server.authority.store;
    let pool = store.console().await.unwrap().unwrap().pool;
    let selector = UserSelector::any_of(vec![Identifier::Email(email.to_owned())]);
    let Found::One(user) = store.find_user(pool, selector).await.unwrap() else {
        panic!("nobody has {email}");
    };
    let deleted = store.delete_users(pool, vec![user.id], Origin::system());
    deleted.await.unwrap();
    user.id.to_string()
}

fn figure(html: &str, name: &str) -> String {
    let (_, rest) = html
        .split_once(&format!("data-figure=\"{name}\">"))
        .unwrap();
    rest.split('<').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_check_says_since_when_where_and_until_when_by_which_rule() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let app = server
        .add_site("shop", json!({ "sessionPolicy": { "idleTimeout": 600 } }))
        .await;
    let person = server.add_user("paula").await;
    let check = format!("check?app={}&user=paula", app.id);
    let page = owner.page(&server, &server.root, &check).await;
    assert!(
        page.text.contains("data-answer=\"inactive\""),
        "{}",
        page.text
    );
    assert!(
        page.text
            .contains("No sign-in to this application is on record")
    );
    enter(&server, &app, &person).await;
    let page = owner.page(&server, &server.root, &check).await;
    assert!(page.text.contains("data-answer=\"active\""));
    assert!(
        page.text.contains("Firefox on Linux · 192.0.2.1"),
        "{}",
        page.text
    );
    assert!(page.text.contains("if the application sees no activity"));
    server.pass(600);
    let page = owner.page(&server, &server.root, &check).await;
    assert!(page.text.contains("data-answer=\"inactive\""));
    assert!(page.text.contains("Too long without activity"));
    assert!(page.text.contains("Rollcall itself"));
    let nobody = owner
        .page(
            &server,
            &server.root,
            &format!("check?app={}&user=nobody", app.id),
        )
        .await;
    assert!(nobody.text.contains("Nobody has this identifier"));
    // The same question of the API, by the same function.
    assert!(!server.is_active(&person, &app.id).await);
}

#[tokio::test]
async fn a_suspended_user_and_a_switched_off_application_are_reasons() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let app = server.add_site("shop", json!({})).await;
    let person = server.add_user("paula").await;
    enter(&server, &app, &person).await;
    let check = format!("check?app={}&user={}", app.id, person.id);
    let user = format!("users/{}", person.id);
    owner
        .post(&server, &server.root, &format!("{user}/suspend"), &[])
        .await;
    let page = owner.page(&server, &server.root, &check).await;
    assert!(page.text.contains("The user is Suspended"), "{}", page.text);
    owner
        .post(&server, &server.root, &format!("{user}/activate"), &[])
        .await;
    let page = owner.page(&server, &server.root, &check).await;
    // Activated again, the end of the last login is what is left to tell.
    assert!(page.text.contains("The user is not activated any more"));
    let by = format!("administrator {OWNER}</bdi>");
    assert!(page.text.contains(&by), "{}", page.text);
    owner
        .post(
            &server,
            &server.root,
            &format!("applications/{}/switch", app.id),
            &[],
        )
        .await;
    let page = owner.page(&server, &server.root, &check).await;
    assert!(page.text.contains("The application is switched off"));
}

#[tokio::test]
async fn whoever_is_kicked_was_announced_and_is_gone() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let mut operator = owner
        .invite(&server, &server.root, "otto@example.com", "operator")
        .await;
    let members = json!({ "oidcConfig": { "backchannel_logout_uri": "https://shop.example/out" } });
    let app = server.add_site("shop", members).await;
    let (paula, peter, petra) = (
        server.add_user("paula").await,
        server.add_user("peter").await,
        server.add_user("petra").await,
    );
    for person in [&paula, &peter, &petra] {
        enter(&server, &app, person).await;
    }
    let online = format!("online?app={}", app.id);
    let page = operator.page(&server, &server.root, &online).await;
    for name in ["paula", "peter", "petra"] {
        assert!(page.text.contains(name));
    }
    let two = format!("kick?app={}&user={}&user={}", app.id, paula.id, peter.id);
    let page = operator.page(&server, &server.root, &two).await;
    assert!(
        page.text
            .contains("2 of your users will be signed out of shop"),
        "{}",
        page.text
    );
    assert!(page.text.contains("https://shop.example/out"));
    assert!(server.is_active(&paula, &app.id).await);
    let fields = [
        ("app", app.id.as_str()),
        ("user", paula.id.as_str()),
        ("user", peter.id.as_str()),
    ];
    let answer = operator.post(&server, &server.root, "kick", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert!(!server.is_active(&paula, &app.id).await);
    assert!(!server.is_active(&peter, &app.id).await);
    assert!(server.is_active(&petra, &app.id).await);
    let result = answer.headers["location"].to_str().unwrap().to_owned();
    let page = operator.browser.send(&server, get(&result, &[])).await;
    assert_eq!(
        page.text.matches("data-told=\"waiting\"").count(),
        2,
        "{}",
        page.text
    );
    let page = operator.page(&server, &server.root, &online).await;
    assert!(!page.text.contains("paula") && page.text.contains("petra"));
    // Who did it is in the audit log.
    let page = owner.page(&server, &server.root, "audit?action=kick").await;
    assert_eq!(page.text.matches("data-action=\"kick\"").count(), 2);
    let by = "administrator otto@example.com</bdi>";
    assert_eq!(page.text.matches(by).count(), 2, "{}", page.text);
    // Once they are deleted their id is what is left.
    let id = forget(&server, "otto@example.com").await;
    let page = owner.page(&server, &server.root, "audit?action=kick").await;
    let by = format!("<bdi title=\"{id}\">administrator {id}</bdi>");
    assert_eq!(page.text.matches(&by).count(), 2, "{}", page.text);
    let nobody = operator
        .get(&server, &server.root, &format!("kick?app={}", app.id))
        .await;
    assert_eq!(nobody.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_is_online_comes_in_parts_and_each_once() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let app = server.add_site("shop", json!({})).await;
    let number = usize::try_from(ONLINE_ROWS).unwrap() + 3;
    for n in 0..number {
        let person = server.add_user(&format!("person{n:03}")).await;
        server.sign_in(&person, &app.id).await;
        if n == 0 {
            server.sign_in(&person, &app.id).await;
        }
    }
    let mut path = format!("online?app={}", app.id);
    let mut seen = Vec::new();
    for _ in 0..3 {
        let page = owner.page(&server, &server.root, &path).await;
        let rows = page.text.split("<li data-user=\"").skip(1);
        seen.extend(rows.map(|row| row.split('"').next().unwrap().to_owned()));
        let Some((before, _)) = page.text.split_once("\">Next</a>") else {
            break;
        };
        let link = before
            .rsplit_once("href=\"")
            .unwrap()
            .1
            .replace("&#38;", "&");
        path = link
            .rsplit_once("/online")
            .map(|(_, rest)| format!("online{rest}"))
            .unwrap();
    }
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    assert_eq!((seen.len(), once.len()), (number, number));
    let found = owner
        .page(
            &server,
            &server.root,
            &format!("online?app={}&q=person027", app.id),
        )
        .await;
    assert_eq!(found.text.matches("<li data-user=").count(), 1);
    let offline = server.add_user("offline").await;
    let found = owner
        .page(
            &server,
            &server.root,
            &format!("online?app={}&q={}", app.id, offline.username),
        )
        .await;
    assert!(found.text.contains("is not signed in to this application"));
}

#[tokio::test]
async fn the_overview_counts_what_began_and_ended() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let empty = owner.page(&server, &server.root, "overview").await;
    assert!(empty.text.contains("There is no application yet"));
    let app = server.add_site("shop", json!({})).await;
    let (paula, peter) = (
        server.add_user("paula").await,
        server.add_user("peter").await,
    );
    for person in [&paula, &paula, &peter] {
        server.sign_in(person, &app.id).await;
    }
    let body = json!({
        "connection": "PASSWORD",
        "passwordPayload": { "username": "peter", "password": "wrong wrong" },
        "client_id": app.id, "client_secret": app.secret,
    });
    server
        .send(support::post_json("/api/v3/signin", &body))
        .await;
    tally(&server).await;
    let page = owner.page(&server, &server.root, "overview").await;
    let of = |name: &str| figure(&page.text, name);
    assert_eq!(
        (of("live"), of("sign-ins"), of("ends"), of("refused")),
        ("3".into(), "3".into(), "0".into(), "1".into())
    );
    server
        .post(
            "kick-users",
            json!({ "userId": paula.id, "appIds": [app.id] }),
        )
        .await;
    tally(&server).await;
    let page = owner.page(&server, &server.root, "overview").await;
    let of = |name: &str| figure(&page.text, name);
    assert_eq!((of("live"), of("ends")), ("1".into(), "2".into()));
    assert!(page.text.contains("Kicked"));
    // A day later it is no longer among the last day's, and has ended besides.
    server.pass(25 * 3_600);
    owner = Admin {
        browser: again(&server).await,
    };
    tally(&server).await;
    let page = owner.page(&server, &server.root, "overview").await;
    assert_eq!(figure(&page.text, "sign-ins"), "0");
    assert_eq!(figure(&page.text, "live"), "1");
}

/// Signs the owner in anew.
async fn again(server: &TestServer) -> Browser {
    let mut browser = Browser::default();
    let page = browser.open(server, "/console").await.page();
    Admin::sign_in(server, browser, &page, OWNER).await.browser
}

#[tokio::test]
async fn the_live_count_returns_to_zero_however_logins_end() {
    let server = TestServer::start().await;
    Admin::first(&server).await;
    let app = server.add_site("shop", json!({})).await;
    server.store.set_end_batch(2);
    for n in 0..7 {
        let person = server.add_user(&format!("person{n}")).await;
        server.sign_in(&person, &app.id).await;
    }
    let everybody = json!({ "scope": "application", "appId": app.id });
    server.post("end-all-sessions", everybody).await.data();
    let store = &server.authority.store;
    while store.record_mass_ends(2).await.unwrap().more {}
    tally(&server).await;
    let found = store.overview(server.root.pool, store.now()).await.unwrap();
    let numbers: Vec<u64> = found.live.iter().map(|row| row.number).collect();
    assert_eq!(numbers, [0]);
    // What is counted is not counted again.
    tally(&server).await;
    let same = store.overview(server.root.pool, store.now()).await.unwrap();
    assert_eq!(same.hours, found.hours);
}

#[tokio::test]
async fn a_user_is_shown_with_sessions_and_what_became_of_them() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let (shop, mail) = (
        server.add_site("shop", json!({})).await,
        server.add_site("mail", json!({})).await,
    );
    let person = server.add_user("paula").await;
    let mut browser = enter(&server, &shop, &person).await;
    browser
        .open(&server, &browser::Auth::new(&mail).path())
        .await
        .code();
    let path = format!("users/{}", person.id);
    let page = owner.page(&server, &server.root, &path).await;
    assert_eq!(
        page.text.matches("data-session=").count(),
        1,
        "{}",
        page.text
    );
    for name in ["shop", "mail", "Firefox on Linux", "Signed in to shop"] {
        assert!(page.text.contains(name), "{name}");
    }
    let answer = owner
        .post(&server, &server.root, &format!("{path}/end"), &[])
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = owner.page(&server, &server.root, &path).await;
    assert!(!page.text.contains("data-session="));
    assert_eq!(
        page.text.matches("data-entry=\"session_revoked\"").count(),
        2
    );
    assert!(!server.is_active(&person, &shop.id).await);
    let other = server.add_pool().await;
    let elsewhere = server.add_user_in(&other, "else").await;
    let answer = owner
        .get(&server, &server.root, &format!("users/{}", elsewhere.id))
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_password_that_is_reset_ends_the_sessions() {
    let server = TestServer::start().await;
    let mut owner = Admin::first(&server).await;
    let app = server.add_site("shop", json!({})).await;
    let person = server.add_user("paula").await;
    enter(&server, &app, &person).await;
    let path = format!("users/{}/password", person.id);
    let wrong = owner
        .post(
            &server,
            &server.root,
            &path,
            &[("password", "new secret 1"), ("again", "new secret 2")],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(server.is_active(&person, &app.id).await);
    let right = owner
        .post(
            &server,
            &server.root,
            &path,
            &[("password", "new secret 1"), ("again", "new secret 1")],
        )
        .await;
    assert_eq!(right.status, StatusCode::SEE_OTHER);
    assert!(!server.is_active(&person, &app.id).await);
}
