//! Redirects to where nobody registered, addresses that only we can reach, and
//! requests that are too much.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod relying_party;
mod support;

use browser::{Auth, Browser, CALLBACK, Page, Place};
use http::Request;
use relying_party::App;
use rollcall_core::limits::{MAX_BODY_BYTES, MAX_BROWSER_REQUEST_BYTES, MAX_STATE_BYTES};
use serde_json::{Value, json};
use support::{Answer, PASSWORD, TestServer, get, post_form};

const BYE: &str = "https://app.example/bye";

/// Near the registered URI, and not it.
const NEAR: &[&str] = &[
    "https://evil.example/cb",
    "https://app.example@evil.example/cb",
    "https://app.example:x@evil.example/cb",
    "https://user@app.example/cb",
    "https://@app.example/cb",
    "https://app.example\\@evil.example/cb",
    "https://app.example%2f@evil.example/cb",
    "https://app.example%00.evil.example/cb",
    "https://app.example.evil.example/cb",
    "https://app.example./cb",
    "https://evil.app.example/cb",
    "https://app.example:443/cb",
    "https://app.example:8443/cb",
    "http://app.example/cb",
    "HTTPS://app.example/cb",
    "https://APP.example/cb",
    "https://app.example/CB",
    "https://app.example/cb/",
    "https://app.example/cb/..",
    "https://app.example/cb/../cb",
    "https://app.example/./cb",
    "https://app.example//cb",
    "https:/app.example/cb",
    "https:app.example/cb",
    "https:\\\\app.example\\cb",
    "https:///app.example/cb",
    "//app.example/cb",
    "/cb",
    "https://app.example/c%62",
    "https://app.example/cb?",
    "https://app.example/cb?x=1",
    "https://app.example/cb#",
    "https://app.example/cb#x",
    "https://app.example/cb;x",
    "https://app.example/cb%0d%0aSet-Cookie:x=1",
    "https://app.example/cb\r\nSet-Cookie: x=1",
    "https://app.example/cb\n",
    "https://app.example/cb\t",
    " https://app.example/cb",
    "https://app.example/cb ",
    "https://app.example/\u{441}b",
    "https://\u{ff41}pp.example/cb",
    "https://app\u{3002}example/cb",
    "javascript:alert(1)//https://app.example/cb",
    "data:text/html,<script>alert(1)</script>",
    "*",
    "null",
];

#[track_caller]
fn assert_stays(answer: &Answer, how: &str) {
    assert_eq!(answer.status, 400, "{how}: {}", answer.text);
    assert_eq!(answer.headers.get("location"), None, "{how}");
    assert!(answer.text.contains("data-page=\"error\""), "{how}");
    for link in ["evil.example", "<a ", "http-equiv", "<form"] {
        assert!(!answer.text.contains(link), "{how}: {link}");
    }
}

struct World {
    server: TestServer,
    shop: App,
    /// Signed in to the shop.
    browser: Browser,
    hint: String,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let shop = server.add_site("Shop", json!({})).await;
        let alice = server.add_user("alice").await;
        let mut browser = Browser::default();
        let code = browser.enter(&server, &shop, &alice).await;
        let tokens = server.try_redeem(&shop, &code).await.body;
        Self {
            server,
            shop,
            browser,
            hint: tokens["id_token"].as_str().unwrap().to_owned(),
        }
    }

    async fn end_session(&self, query: &[(&str, &str)]) -> Answer {
        let request = get("/oidc/session/end", query);
        self.browser.clone().send(&self.server, request).await
    }
}

#[tokio::test]
async fn no_request_leads_to_an_uri_that_is_not_registered() {
    let world = World::new().await;
    for near in NEAR {
        for (name, value) in [
            ("prompt", "none"),
            ("prompt", "login"),
            ("scope", "x"),
            ("request", "x"),
        ] {
            for mode in ["query", "fragment", "form_post"] {
                let auth = Auth::new(&world.shop).with("redirect_uri", near);
                let auth = auth.with(name, value).with("response_mode", mode);
                let request = get(&auth.path(), &[]);
                let answer = world.browser.clone().send(&world.server, request).await;
                assert_stays(&answer, near);
            }
        }
        let auth = Auth::new(&world.shop).with("redirect_uri", near);
        let place = world
            .browser
            .clone()
            .post(&world.server, "/oidc/auth", &auth.form())
            .await;
        assert_stays(&place.page().answer, near);
        let twice = Auth::new(&world.shop).and("redirect_uri", near);
        let request = get(&twice.path(), &[]);
        assert_stays(
            &world.browser.clone().send(&world.server, request).await,
            near,
        );
        // A form of ours does not carry it along either.
        let path = auth.path();
        let (_, query) = path.split_once('?').unwrap();
        let fields = [
            ("request", query),
            ("choice", "continue"),
            ("decision", "allow"),
        ];
        for action in ["sign-in", "account", "consent"] {
            let request = post_form(&format!("/oidc/auth/{action}"), &fields);
            assert_stays(
                &world.browser.clone().send(&world.server, request).await,
                near,
            );
        }
    }
}

#[tokio::test]
async fn no_sign_out_leads_to_an_uri_that_is_not_registered() {
    let world = World::new().await;
    let mail = json!({ "logoutRedirectUris": ["https://evil.example/bye"] });
    world.server.add_site("Mail", mail).await;
    for near in NEAR {
        let near = near.replace("cb", "bye");
        let uri = ("post_logout_redirect_uri", near.as_str());
        let (hint, client) = (
            ("id_token_hint", &*world.hint),
            ("client_id", &*world.shop.id),
        );
        for query in [&[uri, hint][..], &[uri, client], &[uri, client, hint]] {
            assert_stays(&world.end_session(query).await, &near);
        }
        // Of nobody: it is asked, and led nowhere.
        let mut browser = world.browser.clone();
        let path = get("/oidc/session/end", &[uri]).uri().to_string();
        let ask = browser.open(&world.server, &path).await.page();
        assert_eq!(ask.kind, "sign-out", "{near}");
        assert!(!ask.answer.text.contains("http-equiv"));
    }
    let uri = ("post_logout_redirect_uri", BYE);
    let path = get("/oidc/session/end", &[uri]).uri().to_string();
    let mut browser = world.browser.clone();
    let ask = browser.open(&world.server, &path).await.page();
    let out = browser.submit(&world.server, &ask, &[("decision", "yes")]);
    assert_eq!(out.await.page().kind, "signed-out");
    // Nor to one of an application that is switched off.
    let off = json!({ "appId": world.shop.id, "enabled": false });
    world.server.post("update-application", off).await.data();
    for hint in [
        ("id_token_hint", &*world.hint),
        ("client_id", &*world.shop.id),
    ] {
        let answer = world.end_session(&[uri, hint]).await;
        assert_eq!(answer.headers.get("location"), None);
    }
}

#[tokio::test]
async fn no_state_breaks_out_of_its_place() {
    let world = World::new().await;
    let states = [
        "x\r\nSet-Cookie: a=b",
        "x%0d%0aLocation: https://evil.example",
        "x\n\n<script>alert(1)</script>",
        "x&code=stolen&iss=https://evil.example",
        "x#code=stolen",
        "x;y=z\u{2028}\u{85}\u{0}",
    ];
    for state in states {
        for mode in ["query", "fragment"] {
            let auth = Auth::new(&world.shop).with("state", state);
            let auth = auth.with("response_mode", mode);
            let request = get(&auth.path(), &[]);
            let answer = world.browser.clone().send(&world.server, request).await;
            let location = answer.headers["location"].to_str().unwrap();
            assert!(location.starts_with(CALLBACK), "{location}");
            assert!(location.bytes().all(|b| b.is_ascii_graphic()), "{location}");
            assert!(!answer.headers.contains_key("set-cookie"));
            let found = Browser::default()
                .arrive(&world.server, answer.clone())
                .await;
            let found = found.parameters();
            assert_eq!(found["state"], state);
            assert_eq!(found["iss"], "http://127.0.0.1:7250/oidc");
            assert_eq!(location.matches("code=").count(), 1, "{location}");
        }
        let posted = post_form("/oidc/auth", &[("state", state)]);
        let bounced = world.server.send(posted).await;
        let location = bounced.headers["location"].to_str().unwrap();
        assert!(location.starts_with("/oidc/auth?state="), "{location}");
        assert!(location.bytes().all(|b| b.is_ascii_graphic()), "{location}");
    }
    for state in states {
        let query = [
            ("id_token_hint", world.hint.as_str()),
            ("post_logout_redirect_uri", BYE),
            ("state", state),
        ];
        let answer = world.end_session(&query).await;
        let location = answer.headers["location"].to_str().unwrap();
        assert!(location.starts_with(BYE), "{location}");
        assert!(location.bytes().all(|b| b.is_ascii_graphic()), "{location}");
    }
}

#[tokio::test]
async fn a_native_application_chooses_its_port_and_nothing_else() {
    let world = World::new().await;
    let members = json!({
        "appType": "native",
        "redirectUris": ["http://127.0.0.1/cb", "http://[::1]/cb", "com.example.app:/cb"],
    });
    let native = world.server.add_site("Native", members).await;
    let visit = async |uri: &str| {
        let auth = Auth::new(&native).with("redirect_uri", uri);
        let request = get(&auth.path(), &[]);
        world.browser.clone().send(&world.server, request).await
    };
    for good in [
        "http://127.0.0.1:50000/cb",
        "http://[::1]:50000/cb",
        "com.example.app:/cb",
    ] {
        let answer = visit(good).await;
        let location = answer.headers["location"].to_str().unwrap();
        assert!(location.starts_with(&format!("{good}?code=")), "{location}");
    }
    for near in [
        "http://127.0.0.1:50000@evil.example/cb",
        "http://127.0.0.1:50000\\@evil.example/cb",
        "http://127.0.0.1:50000#@evil.example/cb",
        "http://evil.example#@127.0.0.1/cb",
        "http://127.0.0.1.evil.example:50000/cb",
        "http://127.0.0.1:50000.evil.example/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:99999/cb",
        "http://127.0.0.1:-1/cb",
        "http://127.0.0.1:5 0/cb",
        "http://127.0.0.1:5\n0/cb",
        "http://127.0.0.2:50000/cb",
        "http://127.1:50000/cb",
        "http://0x7f000001:50000/cb",
        "http://2130706433:50000/cb",
        "http://localhost:50000/cb",
        "http://[::ffff:127.0.0.1]:50000/cb",
        "http://[0:0:0:0:0:0:0:1]:50000/cb",
        "http://[::1%25lo]:50000/cb",
        "http://0.0.0.0:50000/cb",
        "http:127.0.0.1:50000/cb",
        "http:///127.0.0.1:50000/cb",
        "https://127.0.0.1:50000/cb",
        "http://127.0.0.1:50000/cb/../x",
        "http://127.0.0.1:50000/x/../cb",
        "http://127.0.0.1:50000//cb",
        "http://127.0.0.1:50000/cb?x",
        "http://127.0.0.1:50000/cb#",
        "com.example.app:/cb/x",
        "com.example.app://cb",
        "com.example.app.evil:/cb",
        "COM.example.app:/cb",
    ] {
        assert_stays(&visit(near).await, near);
    }
}

#[tokio::test]
async fn what_leads_astray_or_inside_cannot_be_registered() {
    let server = TestServer::start().await;
    let create = async |kind: &str, members: Value| {
        let usual = json!({ "appName": "x", "appType": kind });
        let body = relying_party::with(usual, members);
        server.post("create-application", body).await
    };
    for uri in [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_x",
        "ftp://app.example/x",
        "dict://127.0.0.1/x",
        "http://app.example/x",
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/x",
        "http://[fd00::1]/x",
        "http://127.0.0.1.nip.io/x",
        "https://user:secret@app.example/x",
        "https://app.example/x#y",
        "https://*.app.example/x",
        "https://app.example\\@evil.example",
        "https://app.example/\r\nx",
        "https://app.example/a b",
        "//app.example/x",
        "https://",
        "https:",
        // A browser takes these for paths at our own origin.
        "https:app.example/x",
        "https:/app.example/x",
        "https:///app.example/x",
        "http:127.0.0.1/x",
        "\u{1}https://app.example/x",
        "HTTPS:app.example/x",
    ] {
        for members in [
            json!({ "redirectUris": [uri] }),
            json!({ "logoutRedirectUris": [uri] }),
            json!({ "appLogo": uri }),
            json!({ "initLoginUri": uri }),
            json!({ "oidcConfig": { "backchannel_logout_uri": uri } }),
        ] {
            for kind in ["web", "native"] {
                let answer = create(kind, members.clone()).await;
                assert_eq!(answer.code(), 400, "{kind} {members}: {}", answer.text);
            }
        }
    }
}

#[tokio::test]
async fn no_logo_is_fetched_from_inside() {
    let server = TestServer::start_at("http://127.0.0.1:7250").await;
    for inside in [
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/logo.png",
        "https://192.168.0.1/logo.png",
        "https://100.64.0.1/logo.png",
        "https://[fd00:ec2::254]/logo.png",
        "https://[::ffff:10.0.0.1]/logo.png",
        "https://[64:ff9b::a00:1]/logo.png",
        "https://0/logo.png",
        "https://0xa000001/logo.png",
        "https://167772161/logo.png",
    ] {
        let body = json!({ "appName": "x", "appLogo": inside });
        let answer = server.post("create-application", body).await;
        let id = answer.data()["appId"].as_str().unwrap().to_owned();
        let answer = server.send(get(&format!("/oidc/logo/{id}"), &[])).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text.as_str()),
            (404, ""),
            "{inside}"
        );
    }
}

#[tokio::test]
async fn requests_that_are_too_much_are_refused_at_once() {
    let world = World::new().await;
    let visit = async |path: &str| {
        let request = Request::get(path).body("".into()).unwrap();
        world.browser.clone().send(&world.server, request).await
    };
    let base = Auth::new(&world.shop).path();
    let pad = |bytes: usize| format!("{base}&x={}", "y".repeat(bytes));
    let room = MAX_BROWSER_REQUEST_BYTES - (base.len() - "/oidc/auth?".len()) - "&x=".len();
    assert_eq!(visit(&pad(room)).await.status, 303);
    assert_stays(&visit(&pad(room + 1)).await, "one byte more");
    assert_stays(&visit(&pad(50_000)).await, "much more");
    // What would outgrow the limit on its way through our forms ends here.
    let grows = format!("{base}&login_hint={}", "(".repeat(4100));
    assert_stays(&visit(&grows).await, "grows");
    let repeated = format!("{base}{}", "&state=a".repeat(1000));
    assert_eq!(visit(&repeated).await.status, 303);
    let long = "s".repeat(MAX_STATE_BYTES + 1);
    let auth = Auth::new(&world.shop).with("state", &long);
    let place = world
        .browser
        .clone()
        .open(&world.server, &auth.path())
        .await;
    let found = place.parameters();
    assert_eq!(
        (found["error"].as_str(), found.get("state")),
        ("invalid_request", None)
    );
    // Forms: as large as any body, and larger; with many fields.
    let page = Browser::default().open(&world.server, &base).await.page();
    for bytes in [MAX_BODY_BYTES - 4, MAX_BODY_BYTES + 1, 3 * MAX_BODY_BYTES] {
        let many = "&a=b".repeat(bytes / 4);
        for path in [
            page.action.as_str(),
            "/oidc/auth",
            "/oidc/session/end",
            "/oidc/session/end/confirm",
        ] {
            let request = Request::post(path)
                .header("content-type", "application/x-www-form-urlencoded")
                .body(many.clone().into());
            let answer = world.server.send(request.unwrap()).await;
            assert!(
                answer.status.is_client_error(),
                "{path} {bytes}: {}",
                answer.status
            );
            assert!(answer.text.len() < 20_000, "{path}");
        }
    }
    let mut browser = Browser::default();
    let page: Page = browser.open(&world.server, &base).await.page();
    let huge = "\"".repeat(200_000);
    for (identifier, password) in [(huge.as_str(), PASSWORD), ("alice", huge.as_str())] {
        let typed = [("identifier", identifier), ("password", password)];
        let Place::Page(page) = browser.submit(&world.server, &page, &typed).await else {
            panic!("signed in");
        };
        assert_eq!(page.error.as_deref(), Some("wrong_credentials"));
        assert!(
            page.answer.text.len() < 20_000,
            "{}",
            page.answer.text.len()
        );
    }
}
