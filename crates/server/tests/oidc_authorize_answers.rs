//! Where the answers of `/oidc/auth` go, and what is in each.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod relying_party;
mod support;

use browser::{Auth, Browser, CALLBACK, Page, Place, VERIFIER};
use relying_party::{App, assert_oauth};
use serde_json::json;
use std::collections::BTreeMap;
use support::{Person, TestServer};

const ISSUER: &str = "http://127.0.0.1:7250/oidc";

async fn world() -> (TestServer, App, Person, Browser) {
    let server = TestServer::start().await;
    let app = server.add_site("Shop", json!({})).await;
    let alice = server.add_user("alice").await;
    let mut browser = Browser::default();
    browser.enter(&server, &app, &alice).await;
    (server, app, alice, browser)
}

/// The parameters that are brought, and how.
fn brought(place: Place) -> (&'static str, BTreeMap<String, String>) {
    match place {
        Place::Page(page) => {
            assert_eq!((page.kind.as_str(), &*page.action), ("form-post", CALLBACK));
            ("form_post", page.fields.into_iter().collect())
        }
        Place::Elsewhere(uri, parameters) => {
            let rest = uri.strip_prefix(CALLBACK).unwrap();
            let mode = if rest.starts_with('#') {
                "fragment"
            } else {
                "query"
            };
            (mode, parameters)
        }
    }
}

/// RFC 9207, section 2: in successes and in errors alike.
#[tokio::test]
async fn iss_is_in_every_answer_in_every_mode() {
    let (server, app, _, mut browser) = world().await;
    for mode in ["query", "fragment", "form_post"] {
        let auth = Auth::new(&app).with("response_mode", mode);
        for (auth, error) in [
            (auth.clone(), None),
            (
                auth.clone().with("max_age", "0").with("prompt", "none"),
                Some("login_required"),
            ),
            (auth.clone().with("prompt", "what"), Some("invalid_request")),
            (
                auth.clone().with("request", "a.b.c"),
                Some("request_not_supported"),
            ),
            (auth.clone().with("scope", "x"), Some("invalid_scope")),
            (
                auth.with("response_type", "token"),
                Some("unsupported_response_type"),
            ),
        ] {
            let place = browser.open(&server, &auth.path()).await;
            let (by, answer) = brought(place);
            assert_eq!(by, mode);
            assert_eq!(answer["iss"], ISSUER);
            assert_eq!(answer["state"], "a state&=");
            assert_eq!(answer.get("error").map(String::as_str), error);
            let names: Vec<&str> = answer.keys().map(String::as_str).collect();
            match error {
                None => assert_eq!(names, ["code", "iss", "state"]),
                Some(_) => assert_eq!(names, ["error", "error_description", "iss", "state"]),
            }
        }
    }
}

#[tokio::test]
async fn the_state_comes_back_untouched() {
    let (server, app, _, mut browser) = world().await;
    let long = "é".repeat(1024);
    for state in [
        "a b+c&d=e#f?g/h%20%",
        "状态 état \u{1F511}",
        "\"><script>alert(1)</script>",
        "';--",
        "\\..\\",
        "{\"a\":[1]}",
        &long,
        &"s".repeat(2048),
    ] {
        for mode in ["query", "fragment", "form_post"] {
            for prompt in ["", "what"] {
                let auth = Auth::new(&app).with("response_mode", mode);
                let auth = auth.with("state", state).with("prompt", prompt);
                let place = browser.open(&server, &auth.path()).await;
                assert_eq!(brought(place).1["state"], state, "{mode}");
            }
        }
    }
    let auth = Auth::new(&app).with("state", &"s".repeat(2049));
    let (_, answer) = brought(browser.open(&server, &auth.path()).await);
    assert_eq!(answer["error"], "invalid_request");
    assert_eq!(answer.get("state"), None);
}

/// What is not text could not come back as it was.
#[tokio::test]
async fn a_state_that_is_not_utf_8_is_refused() {
    let (server, app, _, mut browser) = world().await;
    for broken in ["%FF", "%C3", "%ED%A0%80"] {
        let path = format!("{}&state={broken}", Auth::new(&app).without("state").path());
        let page = browser.open(&server, &path).await.page();
        assert_eq!(page.error.as_deref(), Some("invalid_request"), "{broken}");
    }
    // This is the character that stands for what is broken, and whole.
    let auth = Auth::new(&app).with("state", "\u{FFFD}");
    let (_, answer) = brought(browser.open(&server, &auth.path()).await);
    assert_eq!(answer["state"], "\u{FFFD}");
}

#[tokio::test]
async fn the_state_survives_every_page() {
    let (server, app, alice, _) = world().await;
    let state = "a\"b'c<d>e&amp;é+ %41";
    let auth = Auth::new(&app)
        .with("state", state)
        .with("prompt", "login consent");
    let mut browser = Browser::default();
    let page = browser.open(&server, &auth.path()).await.page();
    let fields = [("identifier", "alice"), ("password", "wrong")];
    let page = browser.submit(&server, &page, &fields).await.page();
    let page = browser.sign_in(&server, &page, &alice).await.page();
    let place = browser
        .submit(&server, &page, &[("decision", "allow")])
        .await;
    assert_eq!(place.parameters()["state"], state);
}

fn assert_stays(page: &Page, error: &str) {
    assert_eq!(page.answer.status, 400, "{}", page.answer.text);
    assert_eq!((&*page.kind, page.error.as_deref()), ("error", Some(error)));
    assert_eq!(page.answer.headers.get("location"), None);
    assert!(
        !page.answer.text.contains("evil.example"),
        "{}",
        page.answer.text
    );
}

#[tokio::test]
async fn an_unknown_or_disabled_application_is_told_on_a_page_of_ours() {
    let (server, app, _, mut browser) = world().await;
    let stays = "https://evil.example/cb";
    for id in ["0".repeat(24).as_str(), "shop", "00", "%00", "é"] {
        for prompt in ["", "none"] {
            let auth = Auth::new(&app).with("client_id", id).with("prompt", prompt);
            let auth = auth.with("redirect_uri", stays);
            let page = browser.open(&server, &auth.path()).await.page();
            assert_stays(&page, "invalid_client");
        }
    }
    let disable = json!({ "appId": app.id, "enabled": false });
    server.post("update-application", disable).await.data();
    for prompt in ["", "none"] {
        let auth = Auth::new(&app).with("prompt", prompt);
        let page = browser.open(&server, &auth.path()).await.page();
        assert_stays(&page, "invalid_client");
    }
}

#[tokio::test]
async fn a_redirect_uri_is_compared_as_text() {
    let (server, app, _, mut browser) = world().await;
    for uri in [
        "https://app.example/cb/",
        "https://app.example/cb?",
        "https://app.example/cb?x=1",
        "https://app.example/cb#",
        "https://app.example/cb#x",
        "https://app.example:443/cb",
        "https://APP.example/cb",
        "HTTPS://app.example/cb",
        "https://app.example/CB",
        "https://app.example/c%62",
        "https://app.example/x/../cb",
        "https://app.example//cb",
        "https://app.example.evil.example/cb",
        "https://app.example@evil.example/cb",
        "https://evil.example/cb",
        "http://app.example/cb",
        "//app.example/cb",
        "/cb",
        " https://app.example/cb",
        "https://app.example/cb ",
        "https://app.example/cb\r\nx: y",
        "javascript:alert(1)",
        "data:text/html,x",
        "urn:ietf:wg:oauth:2.0:oob",
    ] {
        for prompt in ["", "none", "what"] {
            let auth = Auth::new(&app)
                .with("redirect_uri", uri)
                .with("prompt", prompt);
            let page = browser.open(&server, &auth.path()).await.page();
            assert_stays(&page, "invalid_request");
        }
    }
}

/// OIDC dynamic plan: redirect-uri-query-OK, -mismatch, -added.
#[tokio::test]
async fn a_redirect_uri_keeps_its_own_query() {
    let (server, _, _, mut browser) = world().await;
    let uri = "https://app.example/cb?tenant=a%20b&state=own";
    let members = json!({ "redirectUris": [uri, "https://app.example/é?"] });
    let app = server.add_site("Query", members).await;
    let auth = Auth::new(&app).with("redirect_uri", uri);
    let Place::Elsewhere(to, _) = browser.open(&server, &auth.path()).await else {
        panic!("a page");
    };
    assert!(to.starts_with(&format!("{uri}&code=rcc_")), "{to}");
    let Place::Elsewhere(to, _) = browser
        .open(
            &server,
            &auth.clone().with("response_mode", "fragment").path(),
        )
        .await
    else {
        panic!("a page");
    };
    assert!(to.starts_with(&format!("{uri}#code=rcc_")), "{to}");
    let page = browser
        .open(
            &server,
            &auth.clone().with("response_mode", "form_post").path(),
        )
        .await
        .page();
    assert_eq!(page.action, uri);
    for other in [
        "https://app.example/cb",
        "https://app.example/cb?tenant=a%20b",
    ] {
        let auth = Auth::new(&app).with("redirect_uri", other);
        let page = browser.open(&server, &auth.path()).await.page();
        assert_stays(&page, "invalid_request");
    }
    // Letters that a header cannot hold.
    let auth = Auth::new(&app).with("redirect_uri", "https://app.example/é?");
    let Place::Elsewhere(to, answer) = browser.open(&server, &auth.path()).await else {
        panic!("a page");
    };
    assert!(
        to.starts_with("https://app.example/%C3%A9?&code=rcc_"),
        "{to}"
    );
    assert_eq!(answer["state"], "a state&=");
}

async fn native(server: &TestServer) -> App {
    let uris = json!([
        "http://127.0.0.1/cb",
        "http://[::1]:4000/cb?x=1",
        "http://localhost/back",
        "com.example.app:/oauth",
    ]);
    let members = json!({ "appType": "native", "redirectUris": uris });
    server.add_site("Native", members).await
}

/// RFC 8252, section 7.3.
#[tokio::test]
async fn a_native_application_may_use_any_loopback_port() {
    let (server, _, _, mut browser) = world().await;
    let app = native(&server).await;
    for uri in [
        "http://127.0.0.1/cb",
        "http://127.0.0.1:1/cb",
        "http://127.0.0.1:65535/cb",
        "http://[::1]:4000/cb?x=1",
        "http://[::1]:50123/cb?x=1",
        "http://[::1]/cb?x=1",
        "http://localhost:50123/back",
        "com.example.app:/oauth",
    ] {
        let auth = Auth::new(&app).with("redirect_uri", uri);
        let place = browser.open(&server, &auth.path()).await;
        let Place::Elsewhere(to, answer) = place else {
            panic!("{uri}: a page");
        };
        let joint = if uri.contains('?') { '&' } else { '?' };
        assert!(to.starts_with(&format!("{uri}{joint}code=rcc_")), "{to}");
        // The code is bound to the very URI, port included.
        let redeem = |uri: &str| {
            let form = [
                ("grant_type", "authorization_code"),
                ("code", answer["code"].as_str()),
                ("redirect_uri", uri),
                ("code_verifier", VERIFIER),
                ("client_id", &app.id),
            ];
            support::post_form("/oidc/token", &form)
        };
        let other = server.send(redeem("http://127.0.0.1:2/cb")).await;
        assert_oauth(&other, 400, "invalid_grant");
        let redeemed = server.send(redeem(uri)).await;
        assert_eq!(redeemed.status, 200, "{uri}: {}", redeemed.text);
    }
}

#[tokio::test]
async fn nothing_but_the_port_may_vary() {
    let (server, _, _, mut browser) = world().await;
    let app = native(&server).await;
    for uri in [
        "https://127.0.0.1:5000/cb",
        "HTTP://127.0.0.1:5000/cb",
        "http://127.0.0.2:5000/cb",
        "http://127.1:5000/cb",
        "http://2130706433:5000/cb",
        "http://0x7f.0.0.1:5000/cb",
        "http://[0:0:0:0:0:0:0:1]:5000/cb?x=1",
        "http://LOCALHOST:5000/back",
        "http://localhost.:5000/back",
        "http://x@127.0.0.1:5000/cb",
        "http://127.0.0.1:5000@evil.example/cb",
        "http://127.0.0.1:5000\\@evil.example/cb",
        "http://127.0.0.1:5000\\cb",
        "http://127.0.0.1:5000/./cb",
        "http://127.0.0.1:5000/x/../cb",
        "http://127.0.0.1:5000/c\tb",
        "http://127.0.0.1:5000/c\nb",
        " http://127.0.0.1:5000/cb",
        "http:127.0.0.1:5000/cb",
        "http:///127.0.0.1:5000/cb",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:0x50/cb",
        "http://127.0.0.1:+80/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:5000/cb#x",
        "http://127.0.0.1:5000/cb?",
        "http://127.0.0.1:5000/cb?x=1",
        "http://127.0.0.1:5000",
        "http://localhost:5000/cb",
        "http://app.localhost:5000/back",
        "com.example.app://oauth",
        "com.example.app:/oauth/",
        "COM.example.app:/oauth",
    ] {
        let auth = Auth::new(&app).with("redirect_uri", uri);
        match browser.open(&server, &auth.path()).await {
            Place::Page(page) => assert_stays(&page, "invalid_request"),
            Place::Elsewhere(to, _) => panic!("{uri:?} led to {to:?}"),
        }
    }
}

#[tokio::test]
async fn a_web_application_registers_its_port() {
    let (server, _, _, mut browser) = world().await;
    let members = json!({ "redirectUris": ["http://127.0.0.1:4000/cb"] });
    let app = server.add_site("Web", members).await;
    let at = |uri: &str| Auth::new(&app).with("redirect_uri", uri).path();
    let place = browser.open(&server, &at("http://127.0.0.1:4000/cb")).await;
    assert!(place.parameters().contains_key("code"));
    let place = browser.open(&server, &at("http://127.0.0.1:4001/cb")).await;
    assert_stays(&place.page(), "invalid_request");
}

/// RFC 9700, section 4.11.2: what leads elsewhere is sent there only once the
/// person is known, errors of the request itself apart.
#[tokio::test]
async fn a_disabled_application_is_refused_in_the_middle_of_a_sign_in() {
    let (server, app, alice, _) = world().await;
    let mut browser = Browser::default();
    let page = browser.open(&server, &Auth::new(&app).path()).await.page();
    let disable = json!({ "appId": app.id, "enabled": false });
    server.post("update-application", disable).await.data();
    let page = browser.sign_in(&server, &page, &alice).await.page();
    assert_stays(&page, "invalid_client");
    assert_eq!(browser.session(), None);
}

#[tokio::test]
async fn a_redirect_uri_taken_away_in_the_middle_of_a_sign_in_gets_nothing() {
    let (server, app, alice, _) = world().await;
    let mut browser = Browser::default();
    let page = browser.open(&server, &Auth::new(&app).path()).await.page();
    let change = json!({ "appId": app.id, "redirectUris": ["https://app.example/new"] });
    server.post("update-application", change).await.data();
    let page = browser.sign_in(&server, &page, &alice).await.page();
    assert_stays(&page, "invalid_request");
    assert_eq!(browser.session(), None);
}
