//! A browser without scripts: cookies, redirects on our own origin, pages and their
//! forms.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test program uses its own part, and a test fails by panicking"
)]

use crate::relying_party::App;
use crate::support::{Answer, Key, PASSWORD, PUBLIC_URL, Person, TestServer, get, post_form};
use axum::body::Body;
use http::Request;
use std::collections::BTreeMap;

/// Where the applications of these tests want people back.
pub const CALLBACK: &str = "https://app.example/cb";

/// RFC 7636, appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A browser with its cookies.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    pub cookies: BTreeMap<String, String>,
}

/// Where a visit ended.
#[derive(Clone, Debug)]
pub enum Place {
    /// On a page of ours.
    Page(Page),
    /// At another origin: the URI, with its query and fragment as parameters.
    Elsewhere(String, BTreeMap<String, String>),
}

/// A page of ours.
#[derive(Clone, Debug)]
pub struct Page {
    pub answer: Answer,
    /// `data-page`
    pub kind: String,
    /// `data-error`, if there is an alert.
    pub error: Option<String>,
    /// Where its form goes.
    pub action: String,
    /// Hidden fields and prefilled ones.
    pub fields: Vec<(String, String)>,
}

impl Place {
    #[track_caller]
    pub fn page(self) -> Page {
        match self {
            Self::Page(page) => page,
            Self::Elsewhere(uri, parameters) => panic!("no page: {uri} {parameters:?}"),
        }
    }

    /// The parameters that were brought to the application.
    #[track_caller]
    pub fn parameters(self) -> BTreeMap<String, String> {
        match self {
            Self::Elsewhere(_, parameters) => parameters,
            Self::Page(page) => panic!("a page: {} {}", page.kind, page.answer.text),
        }
    }

    #[track_caller]
    pub fn code(self) -> String {
        let parameters = self.parameters();
        parameters
            .get("code")
            .unwrap_or_else(|| panic!("{parameters:?}"))
            .clone()
    }

    #[track_caller]
    pub fn error(self) -> String {
        let parameters = self.parameters();
        parameters
            .get("error")
            .unwrap_or_else(|| panic!("{parameters:?}"))
            .clone()
    }
}

impl Browser {
    /// Sends a request with the cookies, and keeps what it is given.
    pub async fn send(&mut self, server: &TestServer, mut request: Request<Body>) -> Answer {
        let pairs = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let cookies = pairs.collect::<Vec<_>>().join("; ");
        if !cookies.is_empty() {
            let headers = request.headers_mut();
            headers.insert("cookie", cookies.parse().unwrap());
        }
        let answer = server.send(request).await;
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            let (value, attributes) = rest.split_once(';').unwrap();
            if attributes.contains("Max-Age=0;") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Goes to a path of ours and follows redirects as far as they stay with us.
    pub async fn open(&mut self, server: &TestServer, path: &str) -> Place {
        let request = get(path, &[]);
        let answer = self.send(server, request).await;
        self.arrive(server, answer).await
    }

    /// Sends a form to a path of ours, as a page of another site may.
    pub async fn post(&mut self, server: &TestServer, path: &str, form: &[(&str, &str)]) -> Place {
        let answer = self.send(server, post_form(path, form)).await;
        self.arrive(server, answer).await
    }

    /// Follows an answer's redirects as far as they stay with us.
    pub async fn arrive(&mut self, server: &TestServer, mut answer: Answer) -> Place {
        for _ in 0..5 {
            let Some(location) = answer.headers.get("location") else {
                return Place::Page(Page::of(answer));
            };
            assert_eq!(answer.status, 303, "{}", answer.text);
            let location = location.to_str().unwrap().to_owned();
            let path = location.strip_prefix(PUBLIC_URL).unwrap_or(&location);
            if !path.starts_with('/') {
                let parameters = parameters(&location);
                return Place::Elsewhere(location, parameters);
            }
            answer = self.send(server, get(path, &[])).await;
        }
        panic!("it goes round in circles");
    }

    /// Submits the page's form with these fields over its own.
    pub async fn submit(
        &mut self,
        server: &TestServer,
        page: &Page,
        fields: &[(&str, &str)],
    ) -> Place {
        let answer = self.send(server, page.submission(fields)).await;
        self.arrive(server, answer).await
    }

    /// Fills in the sign-in page.
    pub async fn sign_in(&mut self, server: &TestServer, page: &Page, person: &Person) -> Place {
        assert_eq!(page.kind, "sign-in");
        let fields = [
            ("identifier", person.username.as_str()),
            ("password", PASSWORD),
        ];
        self.submit(server, page, &fields).await
    }

    /// Signs in to an application from the start; answers the code.
    pub async fn enter(&mut self, server: &TestServer, app: &App, person: &Person) -> String {
        let page = self.open(server, &Auth::new(app).path()).await.page();
        self.sign_in(server, &page, person).await.code()
    }

    /// The cookie of the session, if there is one.
    pub fn session(&self) -> Option<&String> {
        let mut cookies = self.cookies.iter();
        let found = cookies.find(|(name, _)| name.contains("rollcall-session-"));
        found.map(|(_, value)| value)
    }
}

impl Page {
    fn of(answer: Answer) -> Self {
        let html = &answer.text;
        let attribute = |name: &str| {
            let (_, rest) = html.split_once(&format!(" {name}=\""))?;
            Some(rest.split_once('"').unwrap().0.to_owned())
        };
        let fields = html.split("<input ").skip(1).filter_map(|tag| {
            let tag = tag.split_once('>').unwrap().0;
            let of = |name: &str| {
                let (_, rest) = tag.split_once(&format!("{name}=\""))?;
                Some(unescaped(rest.split_once('"').unwrap().0))
            };
            Some((of("name")?, of("value").unwrap_or_default()))
        });
        Self {
            kind: attribute("data-page").unwrap_or_default(),
            error: attribute("data-error"),
            action: attribute("action")
                .map(|text| unescaped(&text))
                .unwrap_or_default(),
            fields: fields.collect(),
            answer,
        }
    }

    /// The form as it would be sent.
    pub fn submission(&self, fields: &[(&str, &str)]) -> Request<Body> {
        let given = |name: &str| fields.iter().any(|(known, _)| *known == name);
        let own = self.fields.iter().filter(|(name, _)| !given(name));
        let own = own.map(|(name, value)| (name.as_str(), value.as_str()));
        let form: Vec<(&str, &str)> = own.chain(fields.iter().copied()).collect();
        post_form(&self.action, &form)
    }

    pub fn field(&self, name: &str) -> &str {
        let mut fields = self.fields.iter();
        let found = fields.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).unwrap()
    }
}

fn unescaped(text: &str) -> String {
    let mut text = text.to_owned();
    for (escaped, plain) in [
        ("&#38;", "&"),
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&amp;", "&"),
    ] {
        text = text.replace(escaped, plain);
    }
    text
}

fn parameters(uri: &str) -> BTreeMap<String, String> {
    let (_, query) = uri.split_once(['?', '#']).unwrap_or_default();
    form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

/// An authorization request.
#[derive(Clone, Debug)]
pub struct Auth(Vec<(String, String)>);

impl Auth {
    /// The usual one.
    pub fn new(app: &App) -> Self {
        let none = Self(Vec::new());
        none.with("client_id", &app.id)
            .with("redirect_uri", CALLBACK)
            .with("response_type", "code")
            .with("scope", "openid profile offline_access")
            .with("state", "a state&=")
            .with("nonce", "n-0S6_WzA2Mj")
            .with("code_challenge", CHALLENGE)
            .with("code_challenge_method", "S256")
    }

    /// With this parameter instead of the usual one.
    pub fn with(self, name: &str, value: &str) -> Self {
        let mut changed = self.without(name);
        changed.0.push((name.to_owned(), value.to_owned()));
        changed
    }

    /// With one more of it.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    pub fn path(&self) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish();
        format!("/oidc/auth?{query}")
    }

    /// As a form.
    pub fn form(&self) -> Vec<(&str, &str)> {
        let pairs = self.0.iter();
        pairs
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }
}

impl TestServer {
    /// An application that people sign in to with a browser.
    pub async fn add_site(&self, name: &str, members: serde_json::Value) -> App {
        let usual = serde_json::json!({
            "redirectUris": [CALLBACK],
            "logoutRedirectUris": ["https://app.example/bye"],
        });
        self.add_app(name, crate::relying_party::with(usual, members))
            .await
    }

    /// The same in the pool of this key.
    pub async fn add_site_in(&self, key: &Key, name: &str) -> App {
        let body = serde_json::json!({
            "appName": name,
            "redirectUris": [CALLBACK],
            "logoutRedirectUris": ["https://app.example/bye"],
        });
        let answer = self.post_as(key, "create-application", body).await;
        let id = answer.data()["appId"].as_str().unwrap().to_owned();
        let asked = [("appId", id.as_str())];
        let answer = self.get_as(key, "get-application-secret", &asked).await;
        let secret = answer.data()["secret"].as_str().unwrap().to_owned();
        App { id, secret }
    }

    /// A user in the pool of this key.
    pub async fn add_user_in(&self, key: &Key, username: &str) -> Person {
        let body = serde_json::json!({ "username": username, "password": PASSWORD });
        let answer = self.post_as(key, "create-user", body).await;
        Person {
            id: answer.data()["userId"].as_str().unwrap().to_owned(),
            username: username.to_owned(),
        }
    }

    /// Whether a person of the pool of this key is signed in.
    pub async fn is_active_in(&self, key: &Key, person: &Person, app: &App) -> bool {
        let body = serde_json::json!({ "userId": person.id, "appId": app.id });
        let answer = self.post_as(key, "check-session-status", body).await;
        answer.data()["active"].as_bool().unwrap()
    }

    /// Presents a code at the token endpoint.
    pub async fn try_redeem(&self, app: &App, code: &str) -> Answer {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.oidc("token", app, &form).await
    }
}
