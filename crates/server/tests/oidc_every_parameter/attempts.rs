//! Attempts as they should be, and values that belong elsewhere or have had their
//! time.

use super::Kind;
use super::browser::{Auth, Browser, CALLBACK, Page, Place, VERIFIER};
use super::relying_party::{App, Tokens};
use super::support::{Answer, Key, PASSWORD, Person, TestServer, get, post_form};
use super::tables::Endpoint;
use serde_json::json;

const BYE: &str = "https://app.example/bye";

/// Longer than an access token and a form last.
const TWO_HOURS: i64 = 2 * 3600;

/// What is sent to an endpoint, and by whom.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    endpoint: Endpoint,
    pairs: Vec<(String, String)>,
    browser: Browser,
}

impl Attempt {
    fn new(endpoint: Endpoint, browser: &Browser, pairs: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self {
            endpoint,
            pairs: pairs.iter().map(owned).collect(),
            browser: browser.clone(),
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.pairs.retain(|(known, _)| known != name);
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.add(name, value);
    }

    pub(crate) fn add(&mut self, name: &str, value: &str) {
        self.pairs.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let mut pairs = self.pairs.iter();
        pairs
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    fn form(&self) -> Vec<(&str, &str)> {
        let pairs = self.pairs.iter();
        pairs.map(|(name, value)| (&**name, &**value)).collect()
    }
}

/// Alice and what she signs in to; and what another application has, and another pool.
pub(crate) struct World {
    server: TestServer,
    shop: App,
    mail: App,
    alice: Person,
    abroad: Key,
    theirs: App,
    bob: Person,
    browser: Browser,
}

impl World {
    pub(crate) async fn new() -> Self {
        let server = TestServer::start().await;
        let grants = ["authorization_code", "refresh_token", "client_credentials"];
        let members = json!({ "oidcConfig": { "grant_types": grants } });
        let shop = server.add_site("Shop", members).await;
        let elsewhere = json!({
            "redirectUris": ["https://mail.example/cb"],
            "logoutRedirectUris": ["https://mail.example/bye"],
        });
        let mail = server.add_site("Mail", elsewhere).await;
        let alice = server.add_user("alice").await;
        let abroad = server.add_pool().await;
        let theirs = server.add_site_in(&abroad, "Theirs").await;
        let elsewhere = json!({
            "appId": theirs.id,
            "redirectUris": ["https://theirs.example/cb"],
            "logoutRedirectUris": ["https://theirs.example/bye"],
        });
        let moved = server.post_as(&abroad, "update-application", elsewhere);
        moved.await.data();
        let bob = server.add_user_in(&abroad, "bob").await;
        let mut browser = Browser::default();
        browser.enter(&server, &shop, &alice).await;
        Self {
            server,
            shop,
            mail,
            alice,
            abroad,
            theirs,
            bob,
            browser,
        }
    }

    fn auth(&self) -> Auth {
        Auth::new(&self.shop)
    }

    /// A page of a request, in this browser.
    async fn page(&self, browser: &mut Browser, auth: &Auth) -> Page {
        browser.open(&self.server, &auth.path()).await.page()
    }

    /// A new code of Alice's.
    async fn code(&mut self) -> String {
        let path = self.auth().path();
        self.browser.open(&self.server, &path).await.code()
    }

    /// New tokens of Alice's.
    async fn tokens(&mut self) -> Tokens {
        let code = self.code().await;
        let answer = self.server.try_redeem(&self.shop, &code).await;
        Tokens::of(&answer.body)
    }

    /// A browser of its own with its tokens: whatever ends it ends nothing else.
    async fn another_browser(&self) -> (Browser, Tokens) {
        let mut browser = Browser::default();
        let code = browser.enter(&self.server, &self.shop, &self.alice).await;
        let answer = self.server.try_redeem(&self.shop, &code).await;
        (browser, Tokens::of(&answer.body))
    }

    /// An attempt as it should be.
    pub(crate) async fn good(&mut self, endpoint: Endpoint) -> Attempt {
        match endpoint {
            Endpoint::Authorization | Endpoint::AuthorizationByPost => {
                Attempt::new(endpoint, &self.browser, &self.auth().form())
            }
            Endpoint::SignIn | Endpoint::Account | Endpoint::Consent | Endpoint::SignOut => {
                self.good_form(endpoint).await
            }
            Endpoint::EndSession | Endpoint::EndSessionByPost => {
                let (browser, tokens) = self.another_browser().await;
                let pairs = [
                    ("id_token_hint", tokens.id.as_str()),
                    ("logout_hint", "alice"),
                    ("client_id", &self.shop.id),
                    ("post_logout_redirect_uri", BYE),
                    ("state", "x"),
                    ("ui_locales", "ja"),
                ];
                Attempt::new(endpoint, &browser, &pairs)
            }
            Endpoint::Userinfo => {
                let tokens = self.tokens().await;
                let pairs = [("access_token", tokens.access.as_str())];
                Attempt::new(endpoint, &Browser::default(), &pairs)
            }
            _ => self.good_call(endpoint).await,
        }
    }

    async fn good_form(&mut self, endpoint: Endpoint) -> Attempt {
        let username = self.alice.username.clone();
        let (mut browser, auth) = match endpoint {
            Endpoint::SignIn => (Browser::default(), self.auth()),
            Endpoint::Account => (
                self.browser.clone(),
                self.auth().with("prompt", "select_account"),
            ),
            _ => (self.browser.clone(), self.auth().with("prompt", "consent")),
        };
        let filled = match endpoint {
            Endpoint::SignIn => vec![("identifier", &*username), ("password", PASSWORD)],
            Endpoint::Account => vec![("choice", "continue")],
            Endpoint::Consent => vec![("decision", "allow")],
            _ => vec![("decision", "yes")],
        };
        let page = if endpoint == Endpoint::SignOut {
            browser = self.another_browser().await.0;
            let query = [
                ("client_id", self.shop.id.as_str()),
                ("post_logout_redirect_uri", BYE),
            ];
            let path = get("/oidc/session/end", &query).uri().to_string();
            browser.open(&self.server, &path).await.page()
        } else {
            self.page(&mut browser, &auth).await
        };
        assert_eq!(page.action, endpoint.path());
        let hidden = ["request", "csrf", "evidence"];
        let own = page.fields.iter().map(|(n, v)| (&**n, &**v));
        let own = own.filter(|(name, _)| hidden.contains(name));
        let pairs: Vec<_> = own.chain(filled).collect();
        Attempt::new(endpoint, &browser, &pairs)
    }

    async fn good_call(&mut self, endpoint: Endpoint) -> Attempt {
        let (code, refresh, access);
        let pairs = match endpoint {
            Endpoint::TokenForCode => {
                code = self.code().await;
                vec![
                    ("grant_type", "authorization_code"),
                    ("code", code.as_str()),
                    ("redirect_uri", CALLBACK),
                    ("code_verifier", VERIFIER),
                ]
            }
            Endpoint::TokenForRefreshToken => {
                refresh = self.tokens().await.refresh;
                vec![
                    ("grant_type", "refresh_token"),
                    ("refresh_token", refresh.as_str()),
                ]
            }
            Endpoint::TokenOfItsOwn => vec![("grant_type", "client_credentials")],
            _ => {
                access = self.tokens().await.access;
                vec![("token", access.as_str())]
            }
        };
        Attempt::new(endpoint, &Browser::default(), &self.shop.form(&pairs))
    }

    /// The same parameter of another application, or of another pool's.
    pub(crate) async fn foreign(&mut self, endpoint: Endpoint, name: &str, kind: Kind) -> String {
        let is_abroad = kind == Kind::OfAnotherPool;
        let (app, person) = match kind {
            Kind::OfAnotherPool => (self.theirs.clone(), self.bob.clone()),
            _ => (self.mail.clone(), self.alice.clone()),
        };
        let callback = if is_abroad {
            "https://theirs.example/cb"
        } else {
            "https://mail.example/cb"
        };
        let auth = Auth::new(&app).with("redirect_uri", callback);
        match name {
            "client_id" => app.id,
            "client_secret" => app.secret,
            "redirect_uri" => callback.to_owned(),
            "post_logout_redirect_uri" => callback.replace("/cb", "/bye"),
            "identifier" => person.username,
            // Of another request.
            "code_verifier" => "x".repeat(43),
            "request" | "csrf" if endpoint == Endpoint::SignOut => {
                let path = format!("/oidc/session/end?client_id={}", app.id);
                let mut browser = self.browser.clone();
                let page = browser.open(&self.server, &path).await.page();
                page.field(name).to_owned()
            }
            "request" | "csrf" => {
                let prompt = match endpoint {
                    Endpoint::Account => "select_account",
                    Endpoint::Consent => "consent",
                    _ => "login",
                };
                let auth = auth.with("prompt", prompt);
                let mut browser = self.browser.clone();
                let page = self.page(&mut browser, &auth).await;
                page.field(name).to_owned()
            }
            _ => self.foreign_token(name, &app, &person, &auth).await,
        }
    }

    async fn foreign_token(&self, name: &str, app: &App, person: &Person, auth: &Auth) -> String {
        let mut browser = Browser::default();
        let page = self.page(&mut browser, auth).await;
        let code = browser.sign_in(&self.server, &page, person).await.code();
        if name == "code" {
            return code;
        }
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("code_verifier", VERIFIER),
        ];
        let own = auth.form();
        form.extend(own.iter().filter(|(name, _)| *name == "redirect_uri"));
        let answer = self.server.oidc("token", app, &form).await;
        let tokens = Tokens::of(&answer.body);
        match name {
            "refresh_token" => tokens.refresh,
            "id_token_hint" => tokens.id,
            "token" | "access_token" => tokens.access,
            other => panic!("{other} is nobody's"),
        }
    }

    /// An attempt whose parameter has had its time.
    pub(crate) async fn expired(&mut self, endpoint: Endpoint, name: &str) -> Attempt {
        if name == "client_secret" {
            let good = self.good(endpoint).await;
            let body = json!({ "appId": self.shop.id });
            let rotated = self.server.post("refresh-application-secret", body).await;
            rotated.data();
            let id = self.shop.id.clone();
            self.shop = self.server.app(&id).await;
            return good;
        }
        let good = match name {
            "id_token_hint" if endpoint.path() == "/oidc/auth" => {
                let hint = self.tokens().await.id;
                let mut good = self.good(endpoint).await;
                good.set(name, &hint);
                good
            }
            _ => self.good(endpoint).await,
        };
        // A refresh token lives as long as its login.
        let seconds = match name {
            "refresh_token" => 31 * 24 * 3600,
            _ => TWO_HOURS,
        };
        self.server.pass(seconds);
        self.server.root = self.server.with_token(self.server.root.clone()).await;
        self.abroad = self.server.with_token(self.abroad.clone()).await;
        if name == "refresh_token" {
            self.browser
                .enter(&self.server, &self.shop, &self.alice)
                .await;
        }
        good
    }

    /// An attempt whose parameter was good once before: a form as a whole, since its
    /// fields belong together.
    pub(crate) async fn replayed(&mut self, endpoint: Endpoint, name: &str) -> Attempt {
        let first = match name {
            "id_token_hint" if endpoint.path() == "/oidc/auth" => {
                let hint = self.tokens().await.id;
                let mut good = self.good(endpoint).await;
                good.set(name, &hint);
                good
            }
            _ => self.good(endpoint).await,
        };
        let (told, browser) = self.send_and_keep(first.clone()).await;
        assert_eq!(told, endpoint.usual(), "{endpoint:?}: {name}");
        let is_of_browsers = !matches!(endpoint.usual(), "ok");
        if is_of_browsers || endpoint == Endpoint::Revocation {
            return Attempt { browser, ..first };
        }
        let mut second = self.good(endpoint).await;
        if let Some(value) = first.value(name) {
            second.set(name, value);
        }
        second
    }

    /// Sends it; answers what is told.
    pub(crate) async fn send(&mut self, attempt: Attempt) -> String {
        self.send_and_keep(attempt).await.0
    }

    async fn send_and_keep(&mut self, attempt: Attempt) -> (String, Browser) {
        let (path, form) = (attempt.endpoint.path(), attempt.form());
        let mut browser = attempt.browser.clone();
        let told = match attempt.endpoint {
            Endpoint::Authorization | Endpoint::EndSession => {
                let path = get(path, &form).uri().to_string();
                told_of_place(browser.open(&self.server, &path).await)
            }
            Endpoint::AuthorizationByPost
            | Endpoint::EndSessionByPost
            | Endpoint::SignIn
            | Endpoint::Account
            | Endpoint::Consent
            | Endpoint::SignOut => told_of_place(browser.post(&self.server, path, &form).await),
            _ => told_of_answer(&self.server.send(post_form(path, &form)).await),
        };
        (told, browser)
    }
}

fn told_of_place(place: Place) -> String {
    match place {
        Place::Page(page) => {
            let (kind, status) = (page.kind, page.answer.status.as_u16());
            match page.error {
                Some(error) => format!("{kind} {status} {error}"),
                None => format!("{kind} {status}"),
            }
        }
        Place::Elsewhere(uri, parameters) => match parameters.get("error") {
            Some(error) => format!("back:{error}"),
            None if parameters.contains_key("code") => "code".to_owned(),
            None if uri.starts_with(BYE) => "bye".to_owned(),
            None => panic!("{uri}"),
        },
    }
}

fn told_of_answer(answer: &Answer) -> String {
    let status = answer.status.as_u16();
    if answer.body["active"] == false {
        return "inactive".to_owned();
    }
    match answer.body["error"].as_str() {
        Some(error) => format!("{status} {error}"),
        None if status == 200 => "ok".to_owned(),
        None => status.to_string(),
    }
}
