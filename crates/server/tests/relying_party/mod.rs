//! What an application does with a server: signing people in, holding their
//! tokens, asking about them.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test program uses its own part, and a test fails by panicking"
)]

use crate::support::{
    Answer, PASSWORD, Person, TestServer, bearer, get, post_form, post_json, with_header,
};
use axum::body::Body;
use axum::extract::ConnectInfo;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{Request, StatusCode};
use rollcall_core::model::event::Reason;
use rollcall_core::model::standing::Standing;
use serde_json::{Value, json};
use std::net::SocketAddr;

/// Everything that can be granted.
pub const EVERYTHING: &str =
    "openid offline_access profile email phone address username external_id";

/// An application, as it knows itself.
#[derive(Clone, Debug)]
pub struct App {
    pub id: String,
    pub secret: String,
}

/// What a sign-in or a refresh was answered with.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub access: String,
    pub id: String,
    pub refresh: String,
}

impl Tokens {
    pub fn of(answer: &Value) -> Self {
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        Self {
            access: text("access_token"),
            id: text("id_token"),
            refresh: text("refresh_token"),
        }
    }

    /// The login, `sid`.
    pub fn login(&self) -> String {
        claims(&self.access)["sid"].as_str().unwrap().to_owned()
    }
}

impl App {
    /// The application's credentials in HTTP Basic.
    pub fn basic(&self) -> String {
        basic(&self.id, &self.secret)
    }

    /// A form with the application's credentials in it.
    pub fn form<'a>(&'a self, form: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let own = [
            ("client_id", self.id.as_str()),
            ("client_secret", self.secret.as_str()),
        ];
        own.into_iter().chain(form.iter().copied()).collect()
    }
}

/// Somebody signed in to an application.
pub struct World {
    pub server: TestServer,
    pub app: App,
    pub person: Person,
    pub tokens: Tokens,
}

impl World {
    pub async fn new() -> Self {
        let server = TestServer::start().await;
        let app = server.add_app("app", json!({})).await;
        let person = server.add_user("bob").await;
        let tokens = server.log_in(&app, &person).await;
        Self {
            server,
            app,
            person,
            tokens,
        }
    }
}

/// An `Authorization` of the scheme Basic.
pub fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

/// The request from another address.
pub fn from_address(mut request: Request<Body>, address: &str) -> Request<Body> {
    let peer = SocketAddr::new(address.parse().unwrap(), 50_000);
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

/// The payload of a JWT.
pub fn claims(token: &str) -> Value {
    part(token, 1)
}

/// The header of a JWT.
pub fn header(token: &str) -> Value {
    part(token, 0)
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The same token with one character of its signature changed.
pub fn tampered(token: &str) -> String {
    let (rest, signature) = token.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{rest}.{first}{}", &signature[1..])
}

/// The members of one object over those of another.
pub fn with(mut object: Value, more: Value) -> Value {
    let Value::Object(more) = more else {
        panic!("no object: {more}");
    };
    object.as_object_mut().unwrap().extend(more);
    object
}

impl TestServer {
    /// Makes an application with these members besides its name.
    pub async fn add_app(&self, name: &str, members: Value) -> App {
        let body = with(json!({ "appName": name }), members);
        let answer = self.post("create-application", body).await;
        self.app(answer.data()["appId"].as_str().unwrap()).await
    }

    /// An application with its present secret.
    pub async fn app(&self, id: &str) -> App {
        let answer = self.get("get-application-secret", &[("appId", id)]).await;
        App {
            id: id.to_owned(),
            secret: answer.data()["secret"].as_str().unwrap().to_owned(),
        }
    }

    /// Makes a public application.
    pub async fn add_public_app(&self, name: &str) -> App {
        self.add_app(name, json!({ "appType": "spa" })).await
    }

    /// A body of `signin`, with these members over the usual ones.
    pub fn signin_body(app: &App, person: &Person, members: Value) -> Value {
        let usual = json!({
            "connection": "PASSWORD",
            "passwordPayload": { "username": person.username, "password": PASSWORD },
            "options": { "scope": EVERYTHING },
            "client_id": app.id,
            "client_secret": app.secret,
        });
        with(usual, members)
    }

    /// `signin` by an application that sends its secret in the body.
    pub async fn signin(&self, app: &App, person: &Person, members: Value) -> Answer {
        let body = Self::signin_body(app, person, members);
        self.send(post_json("/api/v3/signin", &body)).await
    }

    /// Signs a person in, with everything granted.
    pub async fn log_in(&self, app: &App, person: &Person) -> Tokens {
        Tokens::of(self.signin(app, person, json!({})).await.data())
    }

    /// A `POST` of a form under `/oidc`, by an application.
    pub async fn oidc(&self, path: &str, app: &App, form: &[(&str, &str)]) -> Answer {
        let form = app.form(form);
        self.send(post_form(&format!("/oidc/{path}"), &form)).await
    }

    pub async fn introspect(&self, app: &App, token: &str) -> Answer {
        let form = [("token", token)];
        self.oidc("token/introspection", app, &form).await
    }

    pub async fn revoke(&self, app: &App, token: &str) -> Answer {
        let form = [("token", token)];
        self.oidc("token/revocation", app, &form).await
    }

    pub async fn try_refresh(&self, app: &App, token: &str) -> Answer {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.oidc("token", app, &form).await
    }

    /// A refresh that works.
    #[track_caller]
    pub fn refreshed(answer: &Answer) -> Tokens {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        Tokens::of(&answer.body)
    }

    pub async fn user_info(&self, token: &str) -> Answer {
        self.send(bearer(get("/oidc/me", &[]), token)).await
    }

    /// A V3 `GET` as an end user.
    pub async fn get_by(&self, token: &str, verb: &str, query: &[(&str, &str)]) -> Answer {
        let request = get(&format!("/api/v3/{verb}"), query);
        self.send(with_header(request, "authorization", token))
            .await
    }

    /// A V3 `POST` as an end user.
    pub async fn post_by(&self, token: &str, verb: &str, body: Value) -> Answer {
        let request = post_json(&format!("/api/v3/{verb}"), &body);
        self.send(with_header(request, "authorization", token))
            .await
    }

    /// The session of these tokens, as `mydevices/list` names it.
    pub async fn device_of(&self, tokens: &Tokens) -> String {
        let (pool, login) = (self.root.pool, tokens.login().parse().unwrap());
        let view = self.authority.store.login(pool, login, None).await;
        view.unwrap().unwrap().session.id.to_string()
    }

    /// Why the login has ended; none: it has not.
    pub async fn end_of(&self, login: &str) -> Option<Reason> {
        let (pool, login) = (self.root.pool, login.parse().unwrap());
        let view = self.authority.store.login(pool, login, None).await;
        match view.unwrap().unwrap().standing {
            Standing::Live { .. } => None,
            Standing::Ended(end) => Some(end.reason),
        }
    }

    /// Check, introspection, userinfo and the end user's own calls all say yes.
    /// Asks for no refresh, which would change what is asked about.
    pub async fn assert_alive(&self, app: &App, person: &Person, tokens: &Tokens) {
        assert!(self.is_active(person, &app.id).await);
        for token in [&tokens.access, &tokens.refresh] {
            let answer = self.introspect(app, token).await;
            assert_eq!(answer.body["active"], true, "{}", answer.text);
        }
        let answer = self.user_info(&tokens.access).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        self.get_by(&tokens.access, "get-profile", &[]).await.data();
    }

    /// Introspection, userinfo, the end user's own calls and a refresh all say
    /// no, at once.
    pub async fn assert_dead(&self, app: &App, tokens: &Tokens) {
        for token in [&tokens.access, &tokens.refresh] {
            let answer = self.introspect(app, token).await;
            assert_eq!(answer.text, r#"{"active":false}"#);
        }
        let answer = self.user_info(&tokens.access).await;
        assert_oauth(&answer, 401, "invalid_token");
        let answer = self.get_by(&tokens.access, "get-profile", &[]).await;
        answer.assert_fails(401, Some(2020));
        let answer = self.try_refresh(app, &tokens.refresh).await;
        assert_oauth(&answer, 400, "invalid_grant");
    }
}

/// A failure as RFC 6749 section 5.2 has it.
#[track_caller]
pub fn assert_oauth(answer: &Answer, status: u16, error: &str) {
    let found = (answer.status.as_u16(), answer.body["error"].as_str());
    assert_eq!(found, (status, Some(error)), "{}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.headers["cache-control"], "no-store");
}
