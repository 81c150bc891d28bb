//! How an application proves itself under `/oidc` (RFC 6749 section 2.3).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod relying_party;
mod support;

use http::header::WWW_AUTHENTICATE;
use relying_party::{App, assert_oauth, basic};
use serde_json::{Value, json};
use support::{Answer, PASSWORD, TestServer, post_form, post_json, with_header};

/// The endpoints, and a form that each answers with 200 to a proven client.
const ENDPOINTS: [(&str, &[(&str, &str)]); 3] = [
    ("/oidc/token", &[("grant_type", "client_credentials")]),
    ("/oidc/token/introspection", &[("token", "unknown")]),
    ("/oidc/token/revocation", &[("token", "unknown")]),
];

async fn world() -> (TestServer, App) {
    let server = TestServer::start().await;
    let app = server.add_app("app", own_tokens(json!({}))).await;
    (server, app)
}

fn own_tokens(more: Value) -> Value {
    let config = json!({ "grant_types": ["refresh_token", "client_credentials"] });
    json!({ "oidcConfig": relying_party::with(config, more) })
}

async fn by_basic(server: &TestServer, value: &str, path: &str, form: &[(&str, &str)]) -> Answer {
    let request = with_header(post_form(path, form), "authorization", value);
    server.send(request).await
}

#[track_caller]
fn assert_accepted(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// `invalid_client`, with a challenge where Basic was tried (RFC 6749 section 5.2).
#[track_caller]
fn assert_refused(answer: &Answer, by_basic: bool) {
    assert_oauth(answer, 401, "invalid_client");
    let challenge = answer.headers.get(WWW_AUTHENTICATE);
    let challenge = challenge.map(|value| value.to_str().unwrap());
    assert_eq!(challenge.is_some(), by_basic);
    assert!(challenge.is_none_or(|value| value.starts_with("Basic ")));
}

#[tokio::test]
async fn both_forms_of_the_secret_do_everywhere() {
    let (server, app) = world().await;
    for (path, form) in ENDPOINTS {
        assert_accepted(&server.send(post_form(path, &app.form(form))).await);
        assert_accepted(&by_basic(&server, &app.basic(), path, form).await);
        // Form-encoded before it is joined, as section 2.3.1 has it.
        let (first, rest) = app.id.split_at(1);
        let id = format!("%{:02X}{rest}", first.as_bytes()[0]);
        let encoded = basic(&id, &app.secret);
        assert_accepted(&by_basic(&server, &encoded, path, form).await);
        // The same client_id beside it is no second way.
        let beside: Vec<_> = form
            .iter()
            .copied()
            .chain([("client_id", &*app.id)])
            .collect();
        assert_accepted(&by_basic(&server, &app.basic(), path, &beside).await);
    }
}

#[tokio::test]
async fn two_ways_at_once_are_refused() {
    let (server, app) = world().await;
    for (path, form) in ENDPOINTS {
        let answer = by_basic(&server, &app.basic(), path, &app.form(form)).await;
        assert_oauth(&answer, 400, "invalid_request");
        let other = [form, &[("client_id", "6229ffaxxxxxxxxcade3e3d9")]].concat();
        let answer = by_basic(&server, &app.basic(), path, &other).await;
        assert_oauth(&answer, 400, "invalid_request");
    }
}

#[tokio::test]
async fn who_is_not_proven_is_refused_in_one_way() {
    let (server, app) = world().await;
    let stranger = |id: &str, secret: &str| App {
        id: id.to_owned(),
        secret: secret.to_owned(),
    };
    for (path, form) in ENDPOINTS {
        let mut texts = Vec::new();
        for wrong in [
            stranger(&app.id, "wrong"),
            stranger(&app.id, &app.secret[1..]),
            stranger("6955b900ffffffffffffffff", &app.secret),
            stranger("nobody", "wrong"),
        ] {
            let answer = server.send(post_form(path, &wrong.form(form))).await;
            assert_refused(&answer, false);
            texts.push(answer.text);
            let answer = by_basic(&server, &wrong.basic(), path, form).await;
            assert_refused(&answer, true);
            texts.push(answer.text);
        }
        texts.dedup();
        assert_eq!(texts.len(), 1, "{texts:?}");
        for unreadable in ["Basic", "Basic ###", "Basic bm8tY29sb24="] {
            let answer = by_basic(&server, unreadable, path, form).await;
            assert_refused(&answer, true);
        }
        // Nobody at all, and a secret that is left out.
        assert_refused(&server.send(post_form(path, form)).await, false);
        let only_id = [form, &[("client_id", app.id.as_str())]].concat();
        assert_refused(&server.send(post_form(path, &only_id)).await, false);
        let empty = stranger(&app.id, "");
        let answer = server.send(post_form(path, &empty.form(form))).await;
        assert_refused(&answer, false);
        let answer = by_basic(&server, &empty.basic(), path, form).await;
        assert_refused(&answer, true);
    }
}

#[tokio::test]
async fn an_application_that_is_off_or_gone_proves_nothing() {
    let (server, app) = world().await;
    let (path, form) = ENDPOINTS[0];
    let off = json!({ "appId": app.id, "enabled": false });
    server.post("update-application", off).await.data();
    let answer = server.send(post_form(path, &app.form(form))).await;
    assert_refused(&answer, false);
    let gone = json!({ "appId": app.id });
    server.post("delete-application", gone).await.data();
    let answer = by_basic(&server, &app.basic(), path, form).await;
    assert_refused(&answer, true);
}

#[tokio::test]
async fn a_rotated_secret_takes_the_old_ones_place_at_once() {
    let (server, app) = world().await;
    let body = json!({ "appId": app.id });
    server.post("refresh-application-secret", body).await.data();
    let new = server.app(&app.id).await;
    assert_ne!(new.secret, app.secret);
    for (path, form) in ENDPOINTS {
        let answer = server.send(post_form(path, &app.form(form))).await;
        assert_refused(&answer, false);
        assert_accepted(&server.send(post_form(path, &new.form(form))).await);
    }
}

#[tokio::test]
async fn a_chosen_method_is_the_only_one() {
    let (server, _) = world().await;
    let config = json!({ "token_endpoint_auth_method": "client_secret_basic" });
    let app = server.add_app("by-basic", own_tokens(config)).await;
    for (path, form) in ENDPOINTS {
        assert_accepted(&by_basic(&server, &app.basic(), path, form).await);
        let answer = server.send(post_form(path, &app.form(form))).await;
        assert_refused(&answer, false);
    }
    let config = json!({
        "introspection_endpoint_auth_method": "client_secret_post",
        "revocation_endpoint_auth_method": "client_secret_post",
    });
    let app = server.add_app("by-post", own_tokens(config)).await;
    let (path, form) = ENDPOINTS[0];
    assert_accepted(&by_basic(&server, &app.basic(), path, form).await);
    assert_accepted(&server.send(post_form(path, &app.form(form))).await);
    for (path, form) in &ENDPOINTS[1..] {
        assert_accepted(&server.send(post_form(path, &app.form(form))).await);
        let answer = by_basic(&server, &app.basic(), path, form).await;
        assert_refused(&answer, true);
    }
}

#[tokio::test]
async fn a_public_client_has_no_secret_to_show() {
    let (server, _) = world().await;
    let spa = server.add_public_app("spa").await;
    for (path, form) in &ENDPOINTS[1..] {
        let named = [form, &[("client_id", spa.id.as_str())][..]].concat();
        assert_accepted(&server.send(post_form(path, &named)).await);
        let answer = server.send(post_form(path, &spa.form(form))).await;
        assert_refused(&answer, false);
        let answer = by_basic(&server, &spa.basic(), path, form).await;
        assert_refused(&answer, true);
    }
    // And so it is told of no token (RFC 7662 section 2.1),
    let body = json!({
        "connection": "PASSWORD",
        "passwordPayload": { "username": "bob", "password": PASSWORD },
        "client_id": spa.id,
    });
    server.add_user("bob").await;
    let answer = server.send(post_json("/api/v3/signin", &body)).await;
    let token = answer.data()["access_token"].as_str().unwrap();
    let form = [("token", token), ("client_id", &spa.id)];
    let answer = server
        .send(post_form("/oidc/token/introspection", &form))
        .await;
    assert_eq!(answer.text, r#"{"active":false}"#);
    // and cannot have a token of its own (RFC 6749 section 4.4).
    let form = [("grant_type", "client_credentials"), ("client_id", &spa.id)];
    let answer = server.send(post_form("/oidc/token", &form)).await;
    assert_oauth(&answer, 400, "unauthorized_client");
}

/// ASVS 5.0, 10.4.10: on making, and on changing either side.
#[tokio::test]
async fn who_keeps_a_secret_shows_it_everywhere() {
    let (server, app) = world().await;
    for name in [
        "introspection_endpoint_auth_method",
        "revocation_endpoint_auth_method",
    ] {
        let config = json!({ "oidcConfig": { name: "none" } });
        let new = relying_party::with(json!({ "appName": name }), config.clone());
        let answer = server.post("create-application", new).await;
        answer.assert_names(422, "must show it at every endpoint");
        let change = relying_party::with(json!({ "appId": app.id }), config.clone());
        let answer = server.post("update-application", change).await;
        answer.assert_names(422, "must show it at every endpoint");
        // Who has none to show may.
        let public = relying_party::with(config, json!({ "appType": "spa" }));
        let spa = server.add_app("spa", public).await;
        let confidential = json!({ "appId": spa.id, "appType": "web" });
        let answer = server.post("update-application", confidential).await;
        answer.assert_fails(422, None);
        let none = json!({ "token_endpoint_auth_method": "none", name: "none" });
        server.add_app("none", json!({ "oidcConfig": none })).await;
    }
}

#[tokio::test]
async fn only_a_form_is_read_and_no_parameter_twice() {
    let (server, app) = world().await;
    for (path, form) in ENDPOINTS {
        let members = app.form(form);
        let member = |(name, value): (&str, &str)| (name.to_owned(), Value::from(value));
        let body = Value::Object(members.into_iter().map(member).collect());
        let answer = server.send(post_json(path, &body)).await;
        assert_oauth(&answer, 400, "invalid_request");
        // RFC 6749 section 3.2, RFC 7662 and RFC 7009 section 2.1.
        let (name, _) = form[0];
        let twice = [app.form(form), vec![(name, "more")]].concat();
        let answer = server.send(post_form(path, &twice)).await;
        assert_oauth(&answer, 400, "invalid_request");
        let twice = [app.form(form), vec![("client_id", app.id.as_str())]].concat();
        let answer = server.send(post_form(path, &twice)).await;
        assert_oauth(&answer, 400, "invalid_request");
        // A parameter without a value is omitted; unknown ones are ignored.
        let more = [app.form(form), vec![(name, ""), ("x", "1"), ("y", "")]].concat();
        assert_accepted(&server.send(post_form(path, &more)).await);
        let missing = server.send(post_form(path, &app.form(&[]))).await;
        assert_oauth(&missing, 400, "invalid_request");
        let empty = server.send(post_form(path, &app.form(&[(name, "")]))).await;
        assert_oauth(&empty, 400, "invalid_request");
    }
}

#[tokio::test]
async fn a_body_has_a_limit() {
    let (server, app) = world().await;
    let (path, _) = ENDPOINTS[1];
    let mut form = app.form(&[("token", "")]);
    let rest = 1024 * 1024
        - form
            .iter()
            .map(|(name, value)| name.len() + value.len() + 2)
            .sum::<usize>()
        + 1;
    let fits = "a".repeat(rest);
    form[2].1 = &fits;
    let answer = server.send(post_form(path, &form)).await;
    assert_eq!(answer.text, r#"{"active":false}"#);
    let larger = "a".repeat(rest + 1);
    form[2].1 = &larger;
    let answer = server.send(post_form(path, &form)).await;
    assert_oauth(&answer, 413, "invalid_request");
}
