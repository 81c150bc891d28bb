//! Every parameter of `/oidc/auth`, as it should not be, by `GET` and by `POST`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod relying_party;
mod support;

use browser::{Auth, Browser, CHALLENGE, Place};
use http::{Method, StatusCode};
use relying_party::{App, assert_oauth};
use serde_json::json;
use support::{TestServer, post_form, with_header};

/// A browser that is signed in: whatever is right brings a code at once.
struct World {
    server: TestServer,
    app: App,
    browser: Browser,
}

/// What a request is answered with.
#[derive(Clone, Copy, Debug)]
enum Told {
    Code,
    /// To the application.
    Error(&'static str),
    /// To the application, without the state.
    WithoutState(&'static str),
    /// On a page of ours, and to nobody else.
    Local(&'static str),
}

use Told::{Code, Error, Local, WithoutState};

const INVALID: Told = Error("invalid_request");

impl World {
    async fn new() -> Self {
        Self::with(json!({})).await
    }

    async fn with(members: serde_json::Value) -> Self {
        let server = TestServer::start().await;
        let app = server.add_site("Shop", members).await;
        let alice = server.add_user("alice").await;
        let mut browser = Browser::default();
        let hub = server.add_site("Hub", json!({})).await;
        browser.enter(&server, &hub, &alice).await;
        Self {
            server,
            app,
            browser,
        }
    }

    fn auth(&self) -> Auth {
        Auth::new(&self.app)
    }

    /// By both methods.
    async fn assert(&mut self, auth: &Auth, told: Told) {
        let by_get = self.browser.open(&self.server, &auth.path()).await;
        assert_told(by_get, told, &format!("GET {auth:.200?}"));
        let form = auth.form();
        let by_post = self.browser.post(&self.server, "/oidc/auth", &form).await;
        assert_told(by_post, told, &format!("POST {auth:.200?}"));
    }
}

#[track_caller]
fn assert_told(place: Place, told: Told, label: &str) {
    let answer = match (place, told) {
        (Place::Page(page), Local(code)) => {
            let found = (page.answer.status.as_u16(), page.kind.as_str());
            assert_eq!(found, (400, "error"), "{label}");
            assert_eq!(page.error.as_deref(), Some(code), "{label}");
            return;
        }
        (Place::Elsewhere(uri, answer), _) => {
            assert!(uri.starts_with("https://app.example/cb?"), "{label}: {uri}");
            answer
        }
        (Place::Page(page), _) => panic!("{label}: {} {:?}", page.kind, page.error),
    };
    let of = |name: &str| answer.get(name).map(String::as_str);
    assert_eq!(of("iss"), Some("http://127.0.0.1:7250/oidc"), "{label}");
    let (error, state) = match told {
        Code => (None, of("state")),
        Error(error) => (Some(error), Some("a state&=")),
        WithoutState(error) => (Some(error), None),
        Local(_) => panic!("{label}: elsewhere: {answer:?}"),
    };
    assert_eq!(of("error"), error, "{label}: {answer:?}");
    assert_eq!(of("code").is_some(), error.is_none(), "{label}");
    assert_eq!(of("error_description").is_some(), error.is_some());
    assert_eq!(of("state"), state, "{label}");
}

const fn refused(error: &'static str) -> [Told; 4] {
    [Code, Code, INVALID, Error(error)]
}

/// Each parameter: left out, empty, twice, and 10 kB long.
const EACH: [(&str, [Told; 4]); 21] = [
    ("client_id", [Local("invalid_client"); 4]),
    ("redirect_uri", [Local("invalid_request"); 4]),
    (
        "response_type",
        [
            INVALID,
            INVALID,
            INVALID,
            Error("unsupported_response_type"),
        ],
    ),
    ("response_mode", [Code, Code, INVALID, INVALID]),
    (
        "scope",
        [
            Error("invalid_scope"),
            Error("invalid_scope"),
            INVALID,
            Error("invalid_scope"),
        ],
    ),
    (
        "state",
        [
            Code,
            Code,
            WithoutState("invalid_request"),
            WithoutState("invalid_request"),
        ],
    ),
    ("nonce", [Code, Code, INVALID, INVALID]),
    ("prompt", [Code, Code, INVALID, INVALID]),
    ("max_age", [Code, Code, INVALID, INVALID]),
    ("login_hint", [Code, Code, INVALID, Code]),
    ("id_token_hint", [Code, Code, INVALID, INVALID]),
    ("ui_locales", [Code, Code, INVALID, Code]),
    ("acr_values", [Code, Code, INVALID, Code]),
    ("display", [Code, Code, INVALID, Code]),
    ("claims", [Code, Code, INVALID, Code]),
    ("claims_locales", [Code, Code, INVALID, Code]),
    ("code_challenge", [INVALID; 4]),
    ("code_challenge_method", [INVALID; 4]),
    ("request", refused("request_not_supported")),
    ("request_uri", refused("request_uri_not_supported")),
    ("registration", refused("registration_not_supported")),
];

#[tokio::test]
async fn each_parameter_is_looked_at_once_and_empty_is_absent() {
    let mut world = World::new().await;
    let long = "7".repeat(10 * 1024);
    for (name, [missing, empty, doubled, too_long]) in EACH {
        let usual = world
            .auth()
            .form()
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned());
        let value = usual.unwrap_or_else(|| "1".to_owned());
        let auth = world.auth();
        world.assert(&auth.clone().without(name), missing).await;
        world.assert(&auth.clone().with(name, ""), empty).await;
        let twice = auth.clone().with(name, &value).and(name, &value);
        world.assert(&twice, doubled).await;
        world
            .assert(&auth.clone().with(name, &long), too_long)
            .await;
        // One of two that is empty is no second one.
        if !matches!(missing, Code) {
            world.assert(&auth.and(name, ""), Code).await;
        }
    }
}

#[tokio::test]
async fn what_is_unknown_or_may_be_ignored_is_ignored() {
    let mut world = World::new().await;
    let many = world
        .auth()
        .with("display", "popup")
        .with("acr_values", "1 urn:mace:incommon:iap:silver")
        .with("claims", r#"{"id_token":{"email":{"essential":true}}}"#)
        .with("claims_locales", "se")
        .with("resource", "https://api.example")
        .with("extra", "1")
        .and("extra", "2");
    world.assert(&many, Code).await;
    for display in ["page", "touch", "wap", "hologram"] {
        world
            .assert(&world.auth().with("display", display), Code)
            .await;
    }
}

#[tokio::test]
async fn a_request_that_is_too_long_is_refused_on_a_page_of_ours() {
    let mut world = World::new().await;
    let auth = world.auth().with("login_hint", &"x".repeat(12 * 1024));
    world.assert(&auth, Local("invalid_request")).await;
    // Fits as it is sent, and not as a query.
    let auth = world.auth().with("login_hint", &"<".repeat(6 * 1024));
    world.assert(&auth, Local("invalid_request")).await;
}

#[tokio::test]
async fn a_post_is_answered_by_a_redirect_that_keeps_what_means_something() {
    let mut world = World::new().await;
    let auth = world.auth().with("login_hint", "ä&=+ %");
    let sent = auth.clone().with("unknown", "x").with("max_age", "");
    let (form, sent) = (auth.form(), sent.form());
    let request = post_form("/oidc/auth?client_id=x&prompt=login", &sent);
    let answer = world.browser.send(&world.server, request).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let location = answer.headers["location"].to_str().unwrap().to_owned();
    // What is in the query of a POST is not part of the request.
    let (path, query) = location.split_once('?').unwrap();
    assert_eq!(path, "/oidc/auth");
    let kept: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let kept: Vec<(&str, &str)> = kept.iter().map(|(n, v)| (&**n, &**v)).collect();
    assert_eq!(kept, form);
    let place = world.browser.arrive(&world.server, answer).await;
    assert_told(place, Code, "the redirect");
}

/// No session cookie comes with a cross-site POST; who is signed in is seen after
/// the redirect all the same, and nothing is decided before.
#[tokio::test]
async fn a_post_without_cookies_reaches_the_session_of_the_browser() {
    let mut world = World::new().await;
    let auth = world.auth().with("prompt", "none");
    let answer = world
        .server
        .send(post_form("/oidc/auth", &auth.form()))
        .await;
    let place = world.browser.arrive(&world.server, answer).await;
    assert_told(place, Code, "after the bounce");
}

#[tokio::test]
async fn a_post_that_is_no_form_is_refused_on_a_page_of_ours() {
    let mut world = World::new().await;
    let auth = world.auth();
    for kind in ["application/json", "multipart/form-data", "text/plain", ""] {
        let request = with_header(post_form("/oidc/auth", &auth.form()), "content-type", kind);
        let answer = world.browser.send(&world.server, request).await;
        let place = world.browser.arrive(&world.server, answer).await;
        assert_told(place, Local("invalid_request"), kind);
    }
    for request in [
        post_form("/oidc/auth", &[]),
        post_form("/oidc/auth", &[("", "")]),
    ] {
        let answer = world.browser.send(&world.server, request).await;
        let place = world.browser.arrive(&world.server, answer).await;
        assert_told(place, Local("invalid_client"), "empty");
    }
    let mut broken = post_form("/oidc/auth", &[]);
    *broken.body_mut() = b"state=\xFF".to_vec().into();
    let answer = world.browser.send(&world.server, broken).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    let huge = "x".repeat(1024 * 1024 + 1);
    let request = post_form("/oidc/auth", &[("state", &huge)]);
    let answer = world.browser.send(&world.server, request).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert!(
        answer.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/html")
    );
}

#[tokio::test]
async fn other_methods_are_refused() {
    let world = World::new().await;
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let mut request = support::get(&world.auth().path(), &[]);
        *request.method_mut() = method;
        let answer = world.server.send(request).await;
        assert_eq!(answer.status, 405);
        assert_eq!(answer.headers["allow"], "GET,HEAD,POST");
    }
}

#[tokio::test]
async fn only_the_code_flow_is_there() {
    let mut world = World::new().await;
    for kind in [
        "token",
        "id_token",
        "none",
        "code token",
        "code id_token",
        "id_token code",
        "code id_token token",
        "CODE",
        "code ",
        " code",
    ] {
        let auth = world.auth().with("response_type", kind);
        world
            .assert(&auth, Error("unsupported_response_type"))
            .await;
    }
}

#[tokio::test]
async fn an_unknown_response_mode_is_told_in_the_way_of_the_default() {
    let mut world = World::new().await;
    for mode in ["Query", "jwt", "query.jwt", "web_message", "form_post "] {
        let auth = world.auth().with("response_mode", mode);
        world.assert(&auth, INVALID).await;
    }
}

#[tokio::test]
async fn the_scope_must_contain_openid() {
    let mut world = World::new().await;
    for scope in ["profile", "OPENID", "openid2 email", "offline_access"] {
        let auth = world.auth().with("scope", scope);
        world.assert(&auth, Error("invalid_scope")).await;
    }
    for scope in ["openid\tprofile", "openid \"x\"", "openid é", "openid \\"] {
        let auth = world.auth().with("scope", scope);
        world.assert(&auth, Error("invalid_scope")).await;
    }
    for scope in [
        "openid",
        " openid ",
        "unknown openid",
        "email openid openid",
    ] {
        world.assert(&world.auth().with("scope", scope), Code).await;
    }
}

#[tokio::test]
async fn what_is_granted_of_a_scope_is_what_is_known_of_it() {
    let mut world = World::new().await;
    let auth = world.auth().with("scope", "unknown email openid email");
    let code = world.browser.open(&world.server, &auth.path()).await.code();
    let redeemed = world.server.try_redeem(&world.app, &code).await;
    let granted = redeemed.body["scope"].as_str().unwrap();
    let mut granted: Vec<&str> = granted.split(' ').collect();
    granted.sort_unstable();
    assert_eq!(granted, ["email", "openid"]);
    assert_eq!(redeemed.body.get("refresh_token"), None);
}

#[tokio::test]
async fn a_challenge_is_a_sha_256_and_nothing_else() {
    let mut world = World::new().await;
    for method in ["plain", "s256", "S512", "S256 "] {
        let auth = world.auth().with("code_challenge_method", method);
        world.assert(&auth, INVALID).await;
    }
    for challenge in [
        &CHALLENGE[1..],
        &format!("{CHALLENGE}A"),
        &format!("{CHALLENGE}="),
        &CHALLENGE.replace('-', "+"),
        &format!("é{}", &CHALLENGE[2..]),
    ] {
        let auth = world.auth().with("code_challenge", challenge);
        world.assert(&auth, INVALID).await;
    }
    // Left out altogether.
    let auth = world.auth().without("code_challenge");
    world
        .assert(&auth.without("code_challenge_method"), INVALID)
        .await;
}

fn without_pkce() -> serde_json::Value {
    json!({ "oidcConfig": { "require_pkce": false } })
}

fn bare(app: &App) -> Auth {
    let auth = Auth::new(app).without("code_challenge");
    auth.without("code_challenge_method")
}

/// RFC 9700, section 2.1.1: then the nonce binds the code.
#[tokio::test]
async fn a_confidential_application_may_send_a_nonce_instead_of_a_challenge() {
    let mut world = World::with(without_pkce()).await;
    let auth = bare(&world.app);
    world.assert(&auth, Code).await;
    world.assert(&auth.clone().without("nonce"), INVALID).await;
    world.assert(&auth.clone().with("nonce", ""), INVALID).await;
    let method_alone = auth.clone().with("code_challenge_method", "S256");
    world.assert(&method_alone, INVALID).await;
    world.assert(&world.auth().without("nonce"), Code).await;
}

#[tokio::test]
async fn a_verifier_for_a_code_without_challenge_is_refused() {
    let mut world = World::with(without_pkce()).await;
    let path = bare(&world.app).path();
    let code = world.browser.open(&world.server, &path).await.code();
    let refused = world.server.try_redeem(&world.app, &code).await;
    assert_oauth(&refused, 400, "invalid_grant");
    // It was somebody else's attempt: the code is still good.
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", browser::CALLBACK),
    ];
    let redeemed = world.server.oidc("token", &world.app, &form).await;
    assert_eq!(redeemed.status, 200, "{}", redeemed.text);
    let code = world
        .browser
        .open(&world.server, &world.auth().path())
        .await;
    let form = [form[0], ("code", &*code.code()), form[2]];
    let refused = world.server.oidc("token", &world.app, &form).await;
    assert_oauth(&refused, 400, "invalid_grant");
}

#[tokio::test]
async fn a_public_application_needs_a_challenge_whatever_it_asked_for() {
    let members = json!({ "appType": "spa" });
    let mut world = World::with(members).await;
    world.assert(&bare(&world.app), INVALID).await;
    world.assert(&world.auth(), Code).await;
    let change = relying_party::with(without_pkce(), json!({ "appId": world.app.id }));
    world.server.post("update-application", change).await;
    world.assert(&bare(&world.app), INVALID).await;
    world.assert(&world.auth(), Code).await;
}

#[tokio::test]
async fn an_application_without_the_grant_is_told_so() {
    let config = json!({ "grant_types": ["client_credentials", "refresh_token"] });
    let mut world = World::with(json!({ "oidcConfig": config })).await;
    world
        .assert(&world.auth(), Error("unauthorized_client"))
        .await;
    // What is wrong is told before any page is shown.
    world.browser = Browser::default();
    world
        .assert(&world.auth(), Error("unauthorized_client"))
        .await;
}

#[tokio::test]
async fn another_applications_parameters_do_not_do() {
    let mut world = World::new().await;
    let uri = "https://app.example/cb/other";
    let members = json!({ "redirectUris": [uri] });
    let other = world.server.add_site("Other", members).await;
    let mixed = world.auth().with("client_id", &other.id);
    world.assert(&mixed, Local("invalid_request")).await;
    let mixed = world.auth().with("redirect_uri", uri);
    world.assert(&mixed, Local("invalid_request")).await;
}

#[tokio::test]
async fn another_pool_has_its_own_sessions() {
    let mut world = World::new().await;
    let key = world.server.add_pool().await;
    let theirs = world.server.add_site_in(&key, "Theirs").await;
    let silent = Auth::new(&theirs).with("prompt", "none");
    world.assert(&silent, Error("login_required")).await;
    let page = world
        .browser
        .open(&world.server, &Auth::new(&theirs).path())
        .await;
    let page = page.page();
    assert_eq!(page.kind, "sign-in");
    assert_eq!(page.field("identifier"), "");
    // A person of the other pool is nobody here.
    let alice = support::Person {
        id: String::new(),
        username: "alice".to_owned(),
    };
    let place = world.browser.sign_in(&world.server, &page, &alice).await;
    assert_eq!(place.page().error.as_deref(), Some("wrong_credentials"));
    // With the cookie of the one under the name of the other nothing is won.
    let cookie = world.browser.session().unwrap().clone();
    let mut forged = Browser::default();
    let name = format!("rollcall-session-{}", key.pool);
    forged.cookies.insert(name, cookie);
    let place = forged.open(&world.server, &silent.path()).await;
    assert_eq!(place.error(), "login_required");
    world.assert(&world.auth(), Code).await;
}
