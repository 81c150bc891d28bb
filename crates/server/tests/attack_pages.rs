//! What every answer says to browsers, and pages full of hostile texts.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod relying_party;
mod support;

use axum::body::Body;
use browser::{Auth, Browser, Page};
use http::{HeaderMap, Method, Request};
use relying_party::App;
use rollcall_server::router::classified;
use serde_json::json;
use std::collections::HashSet;
use support::{Answer, PASSWORD, TestServer, get, post_form, with_header};

const HTTPS: &str = "https://id.example";

/// What scripts of any site may read, and caches keep.
const PUBLIC: [&str; 3] = [
    "/oidc/.well-known/openid-configuration",
    "/oidc/.well-known/jwks.json",
    "/.well-known/oauth-authorization-server/oidc",
];

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .map_or("", |value| value.to_str().unwrap())
}

/// What holds of each answer of the server.
#[track_caller]
fn assert_guarded(answer: &Answer, path: &str, told: &str) {
    let headers = &answer.headers;
    let policy = text(headers, "content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; "),
        "{told}: {policy}"
    );
    assert!(
        policy.contains("frame-ancestors 'none'"),
        "{told}: {policy}"
    );
    for name in [
        "content-security-policy",
        "x-frame-options",
        "cache-control",
    ] {
        assert_eq!(headers.get_all(name).iter().count(), 1, "{told}: {name}");
    }
    for (name, value) in [
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        (
            "strict-transport-security",
            "max-age=31536000; includeSubDomains",
        ),
    ] {
        assert_eq!(text(headers, name), value, "{told}: {name}");
    }
    // Forms of the console are known by their origin, which browsers keep back from where
    // no referrer is told.
    let referrer = text(headers, "referrer-policy");
    let of_console = referrer == "same-origin" && path.starts_with("/console");
    assert!(
        referrer == "no-referrer" || of_console,
        "{told}: {referrer}"
    );
    let is_public = PUBLIC.contains(&path) && answer.status == 200;
    let caching = if is_public {
        "public, max-age=300"
    } else {
        "no-store"
    };
    // The same for everybody, and another with another server.
    let of_server = path == "/openapi.json" || path.starts_with("/docs");
    let found = text(headers, "cache-control");
    assert!(
        found == caching || of_server && found == "no-cache",
        "{told}: {found}"
    );
    let cors = headers
        .keys()
        .filter(|name| name.as_str().starts_with("access-control-"));
    assert_eq!(cors.count(), usize::from(is_public), "{told}");
    // Neither a moved page nor a redirect that posts on.
    if answer.status.is_redirection() {
        assert_eq!(answer.status, 303, "{told}");
    }
    assert_cookies(answer, told);
    if text(headers, "content-type").starts_with("text/html") {
        if path.starts_with("/console") || path == "/docs" {
            assert_files_alone(answer, told);
        } else {
            assert_inert(answer, told);
        }
    }
}

#[track_caller]
fn assert_cookies(answer: &Answer, told: &str) {
    for cookie in answer.headers.get_all("set-cookie") {
        let cookie = cookie.to_str().unwrap();
        assert!(cookie.starts_with("__Host-rollcall-"), "{told}: {cookie}");
        for attribute in ["; Path=/;", "; HttpOnly;", "; SameSite=Lax;", "; Secure"] {
            assert!(cookie.contains(attribute), "{told}: {cookie}");
        }
        assert!(!cookie.to_ascii_lowercase().contains("domain"), "{cookie}");
    }
}

/// A page that runs our own files, and nothing that is written into it.
#[track_caller]
fn assert_files_alone(answer: &Answer, told: &str) {
    let policy = text(&answer.headers, "content-security-policy");
    for directive in ["script-src 'self';", "style-src 'self';", "base-uri 'none'"] {
        assert!(policy.contains(directive), "{told}: {directive} {policy}");
    }
    assert!(!policy.contains("unsafe"), "{told}: {policy}");
    for tag in tags(&answer.text) {
        let (name, attributes) = tag.split_first().unwrap();
        let is_handler = |name: &&String| name.starts_with("on") || *name == "style";
        assert_eq!(attributes.iter().find(is_handler), None, "{told}: {tag:?}");
        let refused = ["iframe", "object", "embed", "base", "frame", "style"];
        assert!(!refused.contains(&name.as_str()), "{told}: {tag:?}");
        let is_inline = name == "script" && !attributes.iter().any(|name| name == "src");
        assert!(!is_inline, "{told}: {tag:?}");
    }
    assert!(!answer.text.contains("javascript:"), "{told}");
}

/// A page runs nothing but what carries this answer's nonce, and loads nothing.
#[track_caller]
fn assert_inert(answer: &Answer, told: &str) {
    let policy = text(&answer.headers, "content-security-policy");
    let nonce = nonce(answer);
    let is_form_post = answer.text.contains("data-page=\"form-post\"");
    let script = if is_form_post {
        format!("script-src 'nonce-{nonce}';")
    } else {
        "script-src 'none';".to_owned()
    };
    for directive in [
        script.as_str(),
        &format!("style-src 'nonce-{nonce}';"),
        "img-src 'self';",
        "base-uri 'none';",
        "object-src 'none';",
        "form-action 'self' https:",
    ] {
        assert!(policy.contains(directive), "{told}: {directive} {policy}");
    }
    assert!(!policy.contains("unsafe"), "{told}: {policy}");
    for tag in tags(&answer.text) {
        let (name, attributes) = tag.split_first().unwrap();
        let is_handler = |name: &&String| name.starts_with("on") || *name == "style";
        assert_eq!(attributes.iter().find(is_handler), None, "{told}: {tag:?}");
        let refused = ["iframe", "object", "embed", "base", "link", "frame"];
        assert!(!refused.contains(&name.as_str()), "{told}: {tag:?}");
        if ["script", "style"].contains(&name.as_str()) {
            assert_eq!(attributes, ["nonce"], "{told}");
        }
    }
    let nonces = answer.text.matches("nonce=\"").count();
    let ours = format!("nonce=\"{nonce}\"");
    assert_eq!(nonces, answer.text.matches(&ours).count(), "{told}");
    assert!(!answer.text.contains("javascript:"), "{told}");
}

fn nonce(answer: &Answer) -> String {
    let policy = text(&answer.headers, "content-security-policy");
    let (_, rest) = policy.split_once("'nonce-").unwrap();
    rest.split_once('\'').unwrap().0.to_owned()
}

/// The names of each tag and of its attributes, whatever their values are.
fn tags(html: &str) -> Vec<Vec<String>> {
    let mut tags = Vec::new();
    for rest in html.split('<').skip(1) {
        let mut bare = String::new();
        let mut quote = None;
        for c in rest.chars() {
            match (quote, c) {
                (None, '>') => break,
                (None, '"' | '\'') => quote = Some(c),
                (None, c) => bare.push(c),
                (Some(open), c) if c == open => {
                    quote = None;
                    bare.push(' ');
                }
                (Some(_), _) => {}
            }
        }
        let words = bare.split_ascii_whitespace();
        let names = words.map(|word| word.trim_end_matches('=').to_ascii_lowercase());
        tags.push(names.collect());
    }
    tags.retain(|tag: &Vec<String>| !tag.is_empty());
    tags
}

fn request(method: &Method, path: &str, kind: &str, body: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path);
    let request = request
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "POST")
        .header("content-type", kind);
    request.body(body.to_owned().into()).unwrap()
}

#[tokio::test]
async fn every_route_answers_everything_guarded() {
    let server = TestServer::start_at(HTTPS).await;
    let mut paths: Vec<&str> = classified().iter().map(|row| row.path).collect();
    paths.extend([
        "/",
        "/nothing",
        "/oidc",
        "/oidc/",
        "/oidc/nothing",
        "/api/v3/x",
        "//",
    ]);
    for path in paths {
        let at = path.replace("{client_id}", "0123456789abcdef01234567");
        for method in [
            "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "X",
        ] {
            let method: Method = method.parse().unwrap();
            for (kind, body) in [
                ("application/x-www-form-urlencoded", ""),
                (
                    "application/x-www-form-urlencoded",
                    "grant_type=x&request=%FF&a=b",
                ),
                ("application/json", "{"),
                ("application/json", "{}"),
            ] {
                let answer = server.send(request(&method, &at, kind, body)).await;
                assert_guarded(&answer, path, &format!("{method} {path} {body}"));
                assert!(!answer.text.contains("panicked"), "{path}");
            }
        }
    }
}

/// Texts of others, as pages show them.
struct Texts {
    name: &'static str,
    username: &'static str,
    display: &'static str,
    state: &'static str,
    hint: &'static str,
    locales: &'static str,
}

const FRIENDLY: Texts = Texts {
    name: "Shop",
    username: "ann",
    display: "Ann",
    state: "state",
    hint: "bob",
    locales: "en-US",
};

const HOSTILE: Texts = Texts {
    name: "</title></style></script><script>alert(1)</script>\"' onload=alert(1) {{7*7}}",
    username: "\"><img/src=x/onerror=alert(1)>'",
    display: "<svg/onload=alert(1)>\u{202e}&#60;b&#62;--><!--",
    state: "\"><script>alert(1)</script>&#x3c;\0 \u{2028}\u{feff}';alert(1)//",
    hint: "' autofocus onfocus='alert(1)' x=\" onfocus=\"alert(1)",
    locales: "\"><script>alert(1)</script> en",
};

/// The pages of a sign-out, answered no and then yes.
async fn sign_out_pages(
    server: &TestServer,
    browser: &mut Browser,
    app: &App,
    texts: &Texts,
) -> [(Page, &'static str); 3] {
    let query = [
        ("client_id", app.id.as_str()),
        ("state", texts.state),
        ("ui_locales", texts.locales),
    ];
    let path = get("/oidc/session/end", &query).uri().to_string();
    let ask = browser.open(server, &path).await.page();
    let other = [("decision", texts.name)];
    let no = browser.submit(server, &ask, &other).await.page();
    let yes = [("decision", "yes")];
    let yes = browser.submit(server, &ask, &yes).await.page();
    [
        (ask, "sign-out"),
        (no, "not-signed-out"),
        (yes, "signed-out"),
    ]
}

/// Every page that a person can come to, filled with these texts.
async fn every_page(texts: &Texts) -> Vec<(String, Page)> {
    let server = TestServer::start_at(HTTPS).await;
    let asks = json!({ "oidcConfig": { "skip_consent": false } });
    let app = server.add_site(texts.name, asks).await;
    let person = server.add_user(texts.username).await;
    let name = json!({ "userId": person.id, "name": texts.display });
    server.post("update-user", name).await.data();
    let mut pages = Vec::new();
    let mut seen = |page: Page, label: &str| {
        assert_guarded(&page.answer, "", label);
        pages.push((label.to_owned(), page));
    };
    let auth = |app: &App| {
        let auth = Auth::new(app).with("state", texts.state);
        auth.with("ui_locales", texts.locales)
            .with("login_hint", texts.hint)
            .with("x", texts.name)
    };
    let mut browser = Browser::default();
    let page = browser.open(&server, &auth(&app).path()).await.page();
    seen(page.clone(), "sign-in");
    let typed = [("identifier", texts.display), ("password", texts.state)];
    let wrong = browser.submit(&server, &page, &typed).await.page();
    assert_eq!(wrong.error.as_deref(), Some("wrong_credentials"));
    seen(wrong, "sign-in");
    let forged = [("csrf", texts.state), ("identifier", texts.display)];
    seen(
        browser.submit(&server, &page, &forged).await.page(),
        "sign-in",
    );
    let consent = browser.sign_in(&server, &page, &person).await.page();
    seen(consent.clone(), "consent");
    let evidence = [("evidence", texts.name), ("decision", "allow")];
    seen(
        browser.submit(&server, &consent, &evidence).await.page(),
        "error",
    );
    let select = auth(&app).with("prompt", "select_account").path();
    seen(browser.open(&server, &select).await.page(), "account");
    let again = auth(&app).with("prompt", "login").without("login_hint");
    seen(browser.open(&server, &again.path()).await.page(), "sign-in");
    let form_post = auth(&app)
        .with("prompt", "none")
        .with("response_mode", "form_post");
    let page = browser.open(&server, &form_post.path()).await.page();
    assert_eq!(page.field("state"), texts.state);
    seen(page, "form-post");
    for broken in [
        auth(&app).with("client_id", texts.name),
        auth(&app).with("redirect_uri", texts.state),
    ] {
        seen(browser.open(&server, &broken.path()).await.page(), "error");
    }
    let request = [("request", texts.name), ("csrf", texts.state)];
    for path in [
        "/oidc/auth/sign-in",
        "/oidc/auth/account",
        "/oidc/auth/consent",
    ] {
        seen(browser.post(&server, path, &request).await.page(), "error");
    }
    for (page, label) in sign_out_pages(&server, &mut browser, &app, texts).await {
        seen(page, label);
    }
    pages
}

#[tokio::test]
async fn hostile_texts_stay_texts_on_every_page() {
    let friendly = every_page(&FRIENDLY).await;
    let hostile = every_page(&HOSTILE).await;
    assert_eq!(friendly.len(), hostile.len());
    for ((label, plain), (_, attacked)) in friendly.iter().zip(&hostile) {
        assert_eq!((&plain.kind, &attacked.kind), (label, label));
        let (expected, found) = (tags(&plain.answer.text), tags(&attacked.answer.text));
        assert_eq!(expected, found, "{label}");
        if label == "error" {
            for told in ["alert(1)", "onerror", "7*7"] {
                assert!(!attacked.answer.text.contains(told), "{label} {told}");
            }
        }
    }
    let own: HashSet<_> = hostile
        .iter()
        .map(|(_, page)| nonce(&page.answer))
        .collect();
    assert_eq!(own.len(), hostile.len());
}

#[tokio::test]
async fn hostile_headers_change_no_page() {
    let server = TestServer::start_at(HTTPS).await;
    let app = server.add_site("Shop", json!({})).await;
    let plain = server.send(get(&Auth::new(&app).path(), &[])).await;
    let hostile = "\"><script>alert(1)</script>";
    for name in [
        "accept-language",
        "user-agent",
        "referer",
        "host",
        "x-forwarded-host",
        "x-forwarded-proto",
        "forwarded",
        "x-original-url",
        "x-request-id",
    ] {
        let request = with_header(get(&Auth::new(&app).path(), &[]), name, hostile);
        let answer = server.send(request).await;
        assert_eq!(answer.status, 200, "{name}");
        assert!(!answer.text.contains("alert(1)"), "{name}");
        assert_eq!(tags(&answer.text), tags(&plain.text), "{name}");
        let id = answer.headers["x-request-id"].to_str().unwrap();
        assert_eq!(id.len(), 36, "{name}");
        // No address of ours is made of what the request says of itself.
        let bounced = with_header(post_form("/oidc/auth", &[("state", "s")]), name, hostile);
        let bounced = server.send(bounced).await;
        assert_eq!(bounced.headers["location"], "/oidc/auth?state=s", "{name}");
    }
    let metadata = with_header(get(PUBLIC[0], &[]), "host", "evil.example");
    let metadata = server.send(metadata).await;
    assert!(!metadata.text.contains("evil.example"));
}

#[tokio::test]
async fn a_redirect_carries_its_answer_and_nothing_else() {
    let server = TestServer::start_at(HTTPS).await;
    let app = server.add_site("Shop", json!({})).await;
    let person = server.add_user("alice").await;
    let mut browser = Browser::default();
    let page = browser.open(&server, &Auth::new(&app).path()).await.page();
    let fields = [("identifier", "alice"), ("password", PASSWORD)];
    let answer = browser.send(&server, page.submission(&fields)).await;
    assert_guarded(&answer, "", "code");
    assert_eq!(answer.text, "");
    assert!(server.is_active(&person, &app.id).await);
    let mut allowed: HashSet<&str> = ["code", "state", "iss"].into();
    for mode in ["query", "fragment"] {
        let auth = Auth::new(&app).with("response_mode", mode);
        let found = browser.open(&server, &auth.path()).await.parameters();
        assert!(
            found.keys().all(|name| allowed.contains(name.as_str())),
            "{found:?}"
        );
        assert_eq!(found["iss"], format!("{HTTPS}/oidc"));
    }
    allowed.remove("code");
    allowed.extend(["error", "error_description"]);
    for (name, value) in [
        ("scope", "x"),
        ("prompt", "none login"),
        ("response_type", "token"),
    ] {
        for mode in ["query", "fragment"] {
            let auth = Auth::new(&app)
                .with(name, value)
                .with("response_mode", mode);
            let found = browser.open(&server, &auth.path()).await.parameters();
            assert!(
                found.keys().all(|name| allowed.contains(name.as_str())),
                "{found:?}"
            );
            assert_eq!(found["iss"], format!("{HTTPS}/oidc"));
        }
    }
    // What has no business in a URL does not get there by a bounce.
    let form = [
        ("password", "hunter2"),
        ("client_secret", "s3cret"),
        ("state", "s"),
    ];
    for path in ["/oidc/auth", "/oidc/session/end"] {
        let bounced = server.send(post_form(path, &form)).await;
        assert_guarded(&bounced, "", path);
        assert_eq!(bounced.headers["location"], format!("{path}?state=s"));
    }
}
