//! Forms that come from where they should not: forged, borrowed, replayed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod browser;
mod relying_party;
mod support;

use axum::body::Body;
use browser::{Auth, Browser, Page, Place};
use http::{Method, Request};
use relying_party::App;
use rollcall_core::limits::FORM_LIFETIME;
use rollcall_core::time::Span;
use serde_json::json;
use support::{Answer, PASSWORD, Person, TestServer, get, post_form, with_header};

const BROWSER: &str = "rollcall-browser";

/// The forms of our pages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    SignIn,
    Account,
    Consent,
    SignOut,
}

const ALL: [Kind; 4] = [Kind::SignIn, Kind::Account, Kind::Consent, Kind::SignOut];

impl Kind {
    /// What the person does with the form.
    fn filled(self) -> Vec<(&'static str, &'static str)> {
        match self {
            Self::SignIn => vec![("identifier", "alice"), ("password", PASSWORD)],
            Self::Account => vec![("choice", "continue")],
            Self::Consent => vec![("decision", "allow")],
            Self::SignOut => vec![("decision", "yes")],
        }
    }
}

/// A form in a browser.
#[derive(Clone)]
struct Opened {
    kind: Kind,
    browser: Browser,
    page: Page,
}

impl Opened {
    /// The filled form, with these fields over its own.
    fn with(&self, fields: &[(&str, &str)]) -> Request<Body> {
        let filled = [fields, &self.kind.filled()].concat();
        self.page.submission(&filled)
    }

    fn genuine(&self) -> Request<Body> {
        self.with(&[])
    }
}

struct World {
    server: TestServer,
    shop: App,
    /// It asks for consent.
    bank: App,
    alice: Person,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let asks = json!({ "oidcConfig": { "skip_consent": false } });
        Self {
            shop: server.add_site("Shop", json!({})).await,
            bank: server.add_site("Bank", asks).await,
            alice: server.add_user("alice").await,
            server,
        }
    }

    async fn signed_in(&self) -> Browser {
        let mut browser = Browser::default();
        browser.enter(&self.server, &self.shop, &self.alice).await;
        browser
    }

    /// Opens the form in this browser.
    async fn open_in(&self, mut browser: Browser, kind: Kind, state: &str) -> Opened {
        let path = match kind {
            Kind::SignIn => Auth::new(&self.shop).with("prompt", "login"),
            Kind::Account => Auth::new(&self.shop).with("prompt", "select_account"),
            Kind::Consent => Auth::new(&self.bank).with("prompt", "consent"),
            Kind::SignOut => Auth::new(&self.shop),
        };
        let path = match kind {
            Kind::SignOut => format!("/oidc/session/end?state={state}"),
            _ => path.with("state", state).path(),
        };
        let page = browser.open(&self.server, &path).await.page();
        Opened {
            kind,
            browser,
            page,
        }
    }

    async fn open(&self, kind: Kind) -> Opened {
        let browser = match kind {
            Kind::SignIn => Browser::default(),
            _ => self.signed_in().await,
        };
        self.open_in(browser, kind, "s").await
    }

    async fn silent(&self, browser: &Browser, app: &App) -> Result<String, String> {
        let path = Auth::new(app).with("prompt", "none").path();
        let place = browser.clone().open(&self.server, &path).await;
        let found = place.parameters();
        let code = found.get("code").cloned();
        code.ok_or_else(|| found["error"].clone())
    }

    /// The request, sent from the form's browser, is refused and changes nothing.
    async fn assert_refused(&self, form: &Opened, request: Request<Body>, how: &str) -> Answer {
        self.assert_refused_in(form.browser.clone(), form, request, how)
            .await
    }

    async fn assert_refused_in(
        &self,
        mut browser: Browser,
        form: &Opened,
        request: Request<Body>,
        how: &str,
    ) -> Answer {
        let kind = form.kind;
        let answer = browser.send(&self.server, request).await;
        let told = format!("{kind:?} {how}: {} {}", answer.status, answer.text);
        assert!(answer.status.is_client_error(), "{told}");
        assert_eq!(answer.headers.get("location"), None, "{told}");
        for cookie in answer.headers.get_all("set-cookie") {
            assert!(!cookie.to_str().unwrap().contains("session"), "{told}");
        }
        let at_shop = self.silent(&form.browser, &self.shop).await;
        assert_eq!(at_shop.is_ok(), form.browser.session().is_some(), "{told}");
        if kind == Kind::Consent {
            let at_bank = self.silent(&form.browser, &self.bank).await;
            assert!(at_bank.is_err(), "{told}");
        }
        answer
    }

    /// The form as it is does what it is for: nothing before has used it up.
    async fn assert_good(&self, form: &Opened) {
        let mut browser = form.browser.clone();
        let answer = browser.send(&self.server, form.genuine()).await;
        let place = browser.arrive(&self.server, answer).await;
        match (form.kind, place) {
            (Kind::SignOut, Place::Page(page)) => {
                assert_eq!(page.kind, "signed-out");
                assert_eq!(browser.session(), None);
                let silent = self.silent(&form.browser, &self.shop).await;
                assert_eq!(silent.unwrap_err(), "login_required");
            }
            (_, place) => drop(place.code()),
        }
    }
}

#[tokio::test]
async fn a_form_without_its_token_is_refused() {
    let world = World::new().await;
    for kind in ALL {
        let form = world.open(kind).await;
        let token = form.page.field("csrf").to_owned();
        let (issued, tag) = token.split_once('.').unwrap();
        let later = format!("{}.{tag}", issued.parse::<i64>().unwrap() + 1);
        let flipped = relying_party::tampered(&token);
        let (unsigned, longer) = (format!("{issued}."), format!("{token}A"));
        for (token, how) in [
            ("", "missing"),
            ("x", "no token"),
            (&unsigned, "unsigned"),
            (&flipped, "tampered"),
            (&later, "made younger"),
            (&longer, "longer"),
        ] {
            let request = form.with(&[("csrf", token)]);
            world.assert_refused(&form, request, how).await;
        }
        let twice = [("csrf", token.as_str()), ("csrf", token.as_str())];
        let request = form.with(&twice);
        world.assert_refused(&form, request, "twice").await;
        world.assert_good(&form).await;
    }
}

#[tokio::test]
async fn the_token_of_another_form_browser_or_request_is_refused() {
    let world = World::new().await;
    for kind in ALL {
        let form = world.open(kind).await;
        for other in ALL {
            let needs_session = matches!(other, Kind::Account | Kind::Consent);
            if other == kind || needs_session && form.browser.session().is_none() {
                continue;
            }
            let other = world.open_in(form.browser.clone(), other, "s").await;
            let request = form.with(&[("csrf", other.page.field("csrf"))]);
            world.assert_refused(&form, request, "another form").await;
        }
        let stranger = world.open(kind).await;
        let request = form.with(&[("csrf", stranger.page.field("csrf"))]);
        world
            .assert_refused(&form, request, "another browser")
            .await;
        let request = stranger.genuine();
        world.assert_refused(&form, request, "another's form").await;
        let another = world.open_in(form.browser.clone(), kind, "another").await;
        let request = form.with(&[("csrf", another.page.field("csrf"))]);
        world
            .assert_refused(&form, request, "another request")
            .await;
        let request = form.with(&[("request", another.page.field("request"))]);
        world
            .assert_refused(&form, request, "another request's form")
            .await;
        world.assert_good(&form).await;
    }
}

#[tokio::test]
async fn what_a_session_decides_is_refused_in_another_session() {
    let world = World::new().await;
    for kind in [Kind::Account, Kind::Consent, Kind::SignOut] {
        let form = world.open(kind).await;
        // Signed in again in another tab: the cookie, and so the session's proof, is new.
        let mut tabs = form.clone();
        let again = world.open_in(tabs.browser.clone(), Kind::SignIn, "s").await;
        tabs.browser = again.browser;
        tabs.browser
            .sign_in(&world.server, &again.page, &world.alice)
            .await
            .code();
        assert_ne!(tabs.browser.session(), form.browser.session());
        let request = tabs.genuine();
        world
            .assert_refused(&tabs, request, "another session")
            .await;
    }
}

#[tokio::test]
async fn a_form_ends_at_its_lifetime_to_the_millisecond() {
    let world = World::new().await;
    for kind in ALL {
        let form = world.open(kind).await;
        world.server.clock.advance(FORM_LIFETIME);
        let request = form.genuine();
        let refused = world.assert_refused(&form, request, "expired").await;
        assert_eq!(refused.status, 403);
        assert!(refused.text.contains("data-error=\"form_expired\""));
        let form = world.open_in(form.browser, kind, "s").await;
        let last = Span::from_millis(FORM_LIFETIME.as_millis() - 1);
        world.server.clock.advance(last);
        world.assert_good(&form).await;
    }
}

#[tokio::test]
async fn a_form_that_another_site_sends_is_refused_and_renames_no_browser() {
    let world = World::new().await;
    for kind in ALL {
        let form = world.open(kind).await;
        for site in ["cross-site", "same-site", "somewhere"] {
            let request = with_header(form.genuine(), "sec-fetch-site", site);
            world.assert_refused(&form, request, site).await;
            // As browsers send it: without cookies of SameSite=Lax.
            let bare = with_header(form.genuine(), "sec-fetch-site", site);
            let stranger = Browser::default();
            let answer = world.assert_refused_in(stranger, &form, bare, site).await;
            assert_eq!(answer.headers.get("set-cookie"), None, "{kind:?} {site}");
        }
        for site in ["same-origin", "none"] {
            let form = world.open(kind).await;
            let request = with_header(form.genuine(), "sec-fetch-site", site);
            let answer = form.browser.clone().send(&world.server, request).await;
            assert!(!answer.status.is_client_error(), "{kind:?} {site}");
        }
        world.assert_good(&form).await;
    }
    // A request that an application posts is bounced, and takes no name away either.
    for path in ["/oidc/auth", "/oidc/session/end"] {
        let answer = world.server.send(post_form(path, &[("state", "s")])).await;
        assert_eq!(answer.status, 303);
        assert_eq!(answer.headers.get("set-cookie"), None, "{path}");
    }
}

#[tokio::test]
async fn a_form_is_posted_as_a_form_or_not_at_all() {
    let world = World::new().await;
    for kind in ALL {
        let form = world.open(kind).await;
        let body = form.genuine();
        let bytes = axum::body::to_bytes(body.into_body(), 1 << 20)
            .await
            .unwrap();
        let query = String::from_utf8(bytes.to_vec()).unwrap();
        let with_query = format!("{}?{query}", form.page.action);
        let answer = world
            .assert_refused(&form, get(&with_query, &[]), "by GET")
            .await;
        assert_eq!(answer.status, 405);
        let request = post_form(&with_query, &[]);
        world.assert_refused(&form, request, "in the query").await;
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
        let members: serde_json::Map<_, _> = pairs.map(|(k, v)| (k, v.into())).collect();
        let members = serde_json::Value::Object(members).to_string();
        for (kind, body) in [
            ("application/json", members.as_str()),
            ("text/plain", query.as_str()),
            ("multipart/form-data", query.as_str()),
            ("application/x-www-form-urlencoded-x", query.as_str()),
        ] {
            let request = Request::post(&form.page.action).header("content-type", kind);
            let request = request.body(body.to_owned().into()).unwrap();
            world.assert_refused(&form, request, kind).await;
        }
        let untyped = Request::post(&form.page.action).body(query.clone().into());
        world
            .assert_refused(&form, untyped.unwrap(), "without a type")
            .await;
        world.assert_good(&form).await;
    }
}

#[tokio::test]
async fn evidence_of_a_sign_in_is_not_made_up_or_taken_elsewhere() {
    let world = World::new().await;
    let fresh = world.signed_in().await;
    let auth = Auth::new(&world.bank).with("prompt", "login consent");
    let now = world.server.authority.store.now().as_millis();
    // Asked for a sign-in, a forger sends the consent page's form instead.
    let form = world.open_in(fresh.clone(), Kind::Consent, "s").await;
    let query = auth.path();
    let (_, query) = query.split_once('?').unwrap();
    for request in [
        form.with(&[("request", query)]),
        form.with(&[("evidence", &format!("{now}.c"))]),
        form.with(&[("evidence", "")]),
        form.with(&[("evidence", ".c")]),
    ] {
        world.assert_refused(&form, request, "made up").await;
    }
    // Evidence of the sign-in before is no evidence after the next.
    let page = form.browser.clone().open(&world.server, &auth.path()).await;
    let mut browser = form.browser.clone();
    let place = browser
        .sign_in(&world.server, &page.page(), &world.alice)
        .await;
    let first = place.page();
    assert_eq!(first.kind, "consent");
    world.server.pass(1);
    let page = browser.open(&world.server, &auth.path()).await.page();
    let second = browser.sign_in(&world.server, &page, &world.alice).await;
    let second = second.page();
    assert_ne!(first.field("evidence"), second.field("evidence"));
    let old = [("evidence", first.field("evidence")), ("decision", "allow")];
    let mixed = browser.submit(&world.server, &second, &old).await.page();
    assert_eq!(mixed.error.as_deref(), Some("form_expired"));
    let replayed = browser.submit(&world.server, &first, &[("decision", "allow")]);
    assert_eq!(replayed.await.page().error.as_deref(), Some("form_expired"));
    let allowed = browser.submit(&world.server, &second, &[("decision", "allow")]);
    allowed.await.code();
}

#[tokio::test]
async fn nobody_is_signed_in_with_a_form_of_somebody_elses_browser() {
    let world = World::new().await;
    world.server.add_user("mallory").await;
    let own = [("identifier", "mallory"), ("password", PASSWORD)];
    let mallorys = world.open(Kind::SignIn).await;
    let victims = world.open(Kind::SignIn).await;
    assert_ne!(mallorys.browser.cookies, victims.browser.cookies);
    let mut empty = Browser::default();
    empty.cookies.insert(BROWSER.to_owned(), String::new());
    let browsers = [
        victims.browser.clone(),
        Browser::default(),
        empty,
        world.signed_in().await,
    ];
    for mut browser in browsers {
        let before = browser.session().cloned();
        let place = browser.submit(&world.server, &mallorys.page, &own).await;
        let page = place.page();
        assert_eq!(
            (page.kind.as_str(), page.answer.status.as_u16()),
            ("sign-in", 403)
        );
        assert_eq!(browser.session().cloned(), before);
    }
    let place = mallorys.browser.clone();
    let mut place = place;
    place
        .submit(&world.server, &mallorys.page, &own)
        .await
        .code();
    world.assert_good(&victims).await;
}

#[tokio::test]
async fn whoever_comes_after_a_sign_out_is_another_to_forms() {
    let world = World::new().await;
    let form = world
        .open_in(world.signed_in().await, Kind::SignIn, "s")
        .await;
    let mut browser = form.browser.clone();
    let ask = browser
        .open(&world.server, "/oidc/session/end")
        .await
        .page();
    let out = browser.submit(&world.server, &ask, &[("decision", "yes")]);
    assert_eq!(out.await.page().kind, "signed-out");
    browser
        .open(&world.server, &Auth::new(&world.shop).path())
        .await
        .page();
    assert_ne!(browser.cookies[BROWSER], form.browser.cookies[BROWSER]);
    let late = browser.send(&world.server, form.genuine()).await;
    assert_eq!((late.status.as_u16(), browser.session()), (403, None));
}

#[tokio::test]
async fn a_get_asks_before_it_signs_anybody_out() {
    let world = World::new().await;
    let browser = world.signed_in().await;
    let shop = format!("/oidc/session/end?client_id={}", world.shop.id);
    for path in [
        "/oidc/session/end",
        &shop,
        "/oidc/session/end/confirm?decision=yes",
    ] {
        for method in [Method::GET, Method::HEAD] {
            let mut request = get(path, &[]);
            *request.method_mut() = method;
            let answer = browser.clone().send(&world.server, request).await;
            assert!(!answer.status.is_redirection(), "{path}");
        }
        let asked = browser.clone();
        let ask = post_form(path, &[("decision", "yes")]);
        asked.clone().send(&world.server, ask).await;
        world.silent(&asked, &world.shop).await.unwrap();
    }
    // And no is no: the person stays signed in, and is told so.
    let mut browser = browser;
    let ask = browser.open(&world.server, &shop).await.page();
    let no = browser.submit(&world.server, &ask, &[("decision", "no")]);
    assert_eq!(no.await.page().kind, "not-signed-out");
    world.silent(&browser, &world.shop).await.unwrap();
}
