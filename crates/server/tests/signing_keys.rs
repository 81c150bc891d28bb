//! The server's signing keys: made when asked for, published before they sign,
//! and gone when nothing that they signed can live.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod relying_party;
mod support;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use relying_party::{App, Tokens, claims, header};
use rollcall_core::limits;
use rollcall_core::model::access_key::Permission;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::page::PageRequest;
use serde_json::{Value, json};
use support::{Answer, Key, Person, TestServer, bearer, get};

const ROTATE: &str = "rotate-signing-keys";
const ALGORITHM: &str = "id_token_signed_response_alg";

async fn key_set(server: &TestServer) -> Answer {
    server.send(get("/oidc/.well-known/jwks.json", &[])).await
}

/// The published key ids of an algorithm.
async fn published(server: &TestServer, alg: &str) -> Vec<String> {
    let told = key_set(server).await.body;
    let keys = told["keys"].as_array().unwrap().iter();
    keys.filter(|key| key["alg"] == alg)
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

/// `kid` of the keys of an algorithm in this state.
fn in_state(data: &Value, alg: &str, state: &str) -> Vec<String> {
    let keys = data.as_array().unwrap().iter();
    keys.filter(|key| key["alg"] == alg && key["state"] == state)
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

async fn app_with(server: &TestServer, alg: &str) -> App {
    let members = json!({ "oidcConfig": { ALGORITHM: alg, "access_token_expire": 86400 } });
    server.add_app(alg, members).await
}

fn kid(token: &str) -> String {
    header(token)["kid"].as_str().unwrap().to_owned()
}

async fn is_active(server: &TestServer, app: &App, token: &str) -> bool {
    server.introspect(app, token).await.body["active"] == true
}

/// Ten minutes: what `rotate-signing-keys` gives everybody to learn of a key.
fn pass_the_announcement(server: &TestServer) {
    server.pass(limits::KEY_PUBLISHED_AHEAD.as_seconds());
}

#[tokio::test]
async fn a_key_is_announced_for_longer_than_the_key_set_is_kept() {
    let server = TestServer::start().await;
    let headers = key_set(&server).await.headers;
    let caching = headers["cache-control"].to_str().unwrap();
    let kept: i64 = caching.rsplit_once("max-age=").unwrap().1.parse().unwrap();
    assert!(limits::KEY_PUBLISHED_AHEAD.as_seconds() > kept);
}

#[tokio::test]
async fn a_key_that_is_no_rsa_key_is_made_for_the_first_who_asks() {
    let server = TestServer::start().await;
    assert_eq!(published(&server, "RS256").await.len(), 1);
    for alg in ["ES256", "EdDSA"] {
        assert_eq!(published(&server, alg).await.len(), 0, "{alg}");
        // Who may not, or is refused, asks for nothing.
        let no_key = server.key_without(Permission::AppsWrite).await;
        let body = json!({ "appName": "no", "oidcConfig": { ALGORITHM: alg } });
        let refused = server.post_as(&no_key, "create-application", body).await;
        refused.assert_fails(403, None);
        let nobody = json!({ "appId": "0".repeat(24), "oidcConfig": { ALGORITHM: alg } });
        let refused = server.post("update-application", nobody).await;
        refused.assert_fails(404, Some(2011));
        assert_eq!(published(&server, alg).await.len(), 0, "{alg}");
        app_with(&server, alg).await;
        assert_eq!(published(&server, alg).await.len(), 1, "{alg}");
        app_with(&server, alg).await;
        assert_eq!(published(&server, alg).await.len(), 1, "{alg}");
    }
}

#[tokio::test]
async fn an_applications_tokens_follow_its_setting() {
    let server = TestServer::start().await;
    let person = server.add_user("bob").await;
    let app = server.add_app("app", json!({})).await;
    let before = server.log_in(&app, &person).await;
    assert_eq!(header(&before.id)["alg"], "RS256");
    for alg in ["ES256", "EdDSA", "RS256"] {
        let body = json!({ "appId": app.id, "oidcConfig": { ALGORITHM: alg } });
        server.post("update-application", body).await.data();
        let tokens = server.log_in(&app, &person).await;
        for token in [&tokens.access, &tokens.id] {
            assert_eq!(header(token)["alg"], alg);
            assert_eq!([kid(token)], published(&server, alg).await[..]);
        }
        let refreshed = server.try_refresh(&app, &tokens.refresh).await;
        let refreshed = TestServer::refreshed(&refreshed);
        assert_eq!(header(&refreshed.access)["alg"], alg);
        server.assert_alive(&app, &person, &refreshed).await;
    }
    // What was signed otherwise is believed still.
    assert!(is_active(&server, &app, &before.access).await);
}

#[tokio::test]
async fn a_clients_own_token_follows_its_setting_too() {
    let server = TestServer::start().await;
    let members = json!({ "oidcConfig": {
        ALGORITHM: "EdDSA", "grant_types": ["client_credentials"],
    }});
    let app = server.add_app("machine", members).await;
    let form = [("grant_type", "client_credentials")];
    let answer = server.oidc("token", &app, &form).await;
    let token = answer.body["access_token"].as_str().unwrap();
    assert_eq!(header(token)["alg"], "EdDSA");
    assert!(is_active(&server, &app, token).await);
}

/// By the library that signs, but from what is published alone.
#[tokio::test]
async fn what_is_published_verifies_what_is_signed() {
    let server = TestServer::start().await;
    let person = server.add_user("bob").await;
    for alg in ["ES256", "EdDSA"] {
        let app = app_with(&server, alg).await;
        let Tokens { access, id, .. } = server.log_in(&app, &person).await;
        let keys = key_set(&server).await.body;
        for token in [access, id] {
            let keys = keys["keys"].as_array().unwrap().iter();
            let key = keys.clone().find(|key| key["kid"] == kid(&token)).unwrap();
            let part = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
            let (signed, tag) = token.rsplit_once('.').unwrap();
            let (signed, tag) = (signed.as_bytes(), URL_SAFE_NO_PAD.decode(tag).unwrap());
            let verified = if alg == "ES256" {
                let point = [vec![4], part("x"), part("y")].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, &tag)
            } else {
                UnparsedPublicKey::new(&ED25519, part("x")).verify(signed, &tag)
            };
            assert_eq!(verified, Ok(()), "{alg}");
        }
    }
}

/// The whole way of a key, for the published ones and for that of management
/// tokens.
#[tokio::test]
async fn a_key_is_announced_signs_and_goes_when_its_last_token_has_expired() {
    let server = TestServer::start().await;
    let person = server.add_user("bob").await;
    let app = app_with(&server, "ES256").await;
    let old = published(&server, "ES256").await;
    let data = server.post(ROTATE, json!({})).await.data().clone();
    for alg in ["RS256", "ES256", "HS256"] {
        assert_eq!(in_state(&data, alg, "active").len(), 1, "{alg}");
        assert_eq!(in_state(&data, alg, "next").len(), 1, "{alg}");
    }
    assert_eq!(data.as_array().unwrap().len(), 6, "none is made for EdDSA");
    assert_eq!(in_state(&data, "ES256", "active"), old);
    let new = in_state(&data, "ES256", "next");
    // Published at once, and not used yet.
    assert_eq!(
        published(&server, "ES256").await,
        [&old[..], &new[..]].concat()
    );
    server.pass(limits::KEY_PUBLISHED_AHEAD.as_seconds() - 1);
    let last = server.log_in(&app, &person).await;
    assert_eq!([kid(&last.access)], old[..]);
    server.pass(1);
    let first = server.log_in(&app, &person).await;
    assert_eq!([kid(&first.access)], new[..]);
    assert!(is_active(&server, &app, &last.access).await);
    // A new key of this instant tells who its predecessors are.
    let mut server = server;
    server.root = server.with_token(server.root.clone()).await;
    assert_eq!(
        [kid(&server.root.token)],
        in_state(&data, "HS256", "next")[..]
    );
    server.pass(limits::MAX_TOKEN_LIFETIME.as_seconds() - 2);
    assert!(is_active(&server, &app, &last.access).await);
    assert_eq!(published(&server, "ES256").await.len(), 2);
    server.pass(2);
    assert_eq!(published(&server, "ES256").await, new);
    assert!(!is_active(&server, &app, &last.access).await);
    assert_eq!(published(&server, "RS256").await.len(), 1);
}

#[tokio::test]
async fn a_retired_key_is_told_of_while_it_is_published() {
    let server = TestServer::start().await;
    let first = published(&server, "RS256").await;
    server.post(ROTATE, json!({})).await.data();
    pass_the_announcement(&server);
    let data = server.post(ROTATE, json!({})).await.data().clone();
    assert_eq!(in_state(&data, "RS256", "retired"), first);
    assert_eq!(in_state(&data, "HS256", "retired").len(), 1);
    assert_eq!(data.as_array().unwrap().len(), 6);
    server.pass(limits::MAX_TOKEN_LIFETIME.as_seconds());
    let server = with_new_token(server).await;
    let data = server.post(ROTATE, json!({})).await.data().clone();
    assert!(!data.to_string().contains(&first[0]), "it is gone");
}

async fn with_new_token(mut server: TestServer) -> TestServer {
    server.root = server.with_token(server.root.clone()).await;
    server
}

/// Whoever repeats the call since the answer was lost gets the same.
#[tokio::test]
async fn while_a_next_key_waits_no_other_is_made() {
    let server = TestServer::start().await;
    let first = server.post(ROTATE, json!({})).await.data().clone();
    server.pass(limits::KEY_PUBLISHED_AHEAD.as_seconds() - 1);
    let second = server.post(ROTATE, json!({})).await.data().clone();
    assert_eq!(second, first);
    // What is published for an application in between is rotated by itself.
    app_with(&server, "ES256").await;
    let third = server.post(ROTATE, json!({})).await.data().clone();
    assert_eq!(in_state(&third, "ES256", "next").len(), 1);
    assert_eq!(
        in_state(&third, "RS256", "next"),
        in_state(&first, "RS256", "next")
    );
    server.pass(1);
    let fourth = server.post(ROTATE, json!({})).await.data().clone();
    let (next, was_next) = (
        in_state(&fourth, "RS256", "next"),
        in_state(&first, "RS256", "next"),
    );
    assert_ne!(next, was_next);
    assert_eq!(in_state(&fourth, "RS256", "active"), was_next);
}

#[tokio::test]
async fn a_key_keeps_its_place_over_a_restart() {
    let server = TestServer::start().await;
    let person = server.add_user("bob").await;
    let app = app_with(&server, "EdDSA").await;
    let before = server.log_in(&app, &person).await;
    let data = server.post(ROTATE, json!({})).await.data().clone();
    let keys = key_set(&server).await.text;
    let server = server.restarted().await;
    assert_eq!(key_set(&server).await.text, keys);
    let again = server.log_in(&app, &person).await;
    assert_eq!(kid(&again.id), kid(&before.id));
    pass_the_announcement(&server);
    let after = server.log_in(&app, &person).await;
    assert_eq!([kid(&after.id)], in_state(&data, "EdDSA", "next")[..]);
    assert!(is_active(&server, &app, &before.access).await);
    assert_eq!(claims(&after.id)["aud"], app.id);
}

async fn assert_refused(server: &TestServer, key: &Key) {
    let before = key_set(server).await.text;
    let answer = server.post_as(key, ROTATE, json!({})).await;
    answer.assert_fails(403, None);
    assert_eq!(key_set(server).await.text, before);
}

/// It acts on every pool, so it is no matter of permissions.
#[tokio::test]
async fn only_the_root_key_of_the_first_pool_rotates() {
    let server = TestServer::start().await;
    assert_refused(&server, &server.add_pool().await).await;
    assert_refused(&server, &server.key_with(Permission::ALL).await).await;
    for permission in Permission::ALL {
        assert_refused(&server, &server.key_with(&[*permission]).await).await;
    }
    let person: Person = server.add_user("bob").await;
    let app = server.add_app("app", json!({})).await;
    let tokens = server.log_in(&app, &person).await;
    let as_person = server.post_by(&tokens.access, ROTATE, json!({})).await;
    as_person.assert_fails(401, None);
    assert_eq!(published(&server, "RS256").await.len(), 1);
}

#[tokio::test]
async fn each_new_key_leaves_a_row_in_the_first_pools_audit_log() {
    let server = TestServer::start().await;
    let data = server.post(ROTATE, json!({})).await.data().clone();
    server.post(ROTATE, json!({})).await.data();
    let page = PageRequest::new(Some(1), Some(50)).unwrap();
    let rows = server.authority.store.audit_rows(server.root.pool, page);
    let rows = rows.await.unwrap().list.into_iter();
    let mut told: Vec<_> = rows
        .filter(|row| row.resource == AuditResource::SigningKey)
        .map(|row| (row.action, row.resource_id))
        .collect();
    told.sort_by(|a, b| a.1.cmp(&b.1));
    let mut made = in_state(&data, "RS256", "next");
    made.extend(in_state(&data, "HS256", "next"));
    made.sort();
    let made: Vec<_> = made
        .into_iter()
        .map(|id| (AuditAction::Create, id))
        .collect();
    assert_eq!(told, made);
}

/// The answer has what its documentation says, and nothing of a private part.
#[tokio::test]
async fn a_key_is_told_of_by_five_members() {
    let server = TestServer::start().await;
    let data = server.post(ROTATE, json!({})).await.data().clone();
    for key in data.as_array().unwrap() {
        let names: Vec<_> = key.as_object().unwrap().keys().collect();
        assert_eq!(names, ["activeFrom", "alg", "createdAt", "kid", "state"]);
    }
    let of = |state: &str| {
        let keys = data.as_array().unwrap().iter();
        keys.clone()
            .find(|key| key["state"] == state)
            .unwrap()
            .clone()
    };
    assert_eq!(of("active")["activeFrom"], "2026-01-01T00:00:00.000Z");
    assert_eq!(of("next")["createdAt"], "2026-01-01T00:00:00.000Z");
    assert_eq!(of("next")["activeFrom"], "2026-01-01T00:10:00.000Z");
}

#[tokio::test]
async fn another_node_knows_a_key_before_it_could_refuse_its_tokens() {
    let mut server = TestServer::start().await;
    let person = server.add_user("bob").await;
    let mut other = server.another_node().await;
    let app = app_with(&server, "ES256").await;
    let tokens = server.log_in(&app, &person).await;
    server.switch(&mut other);
    // It does not know the key, and cannot ask for it: that refuses nothing.
    server.store.answer_only(0);
    let me = get("/oidc/me", &[]);
    let away = server.send(bearer(me, &tokens.access)).await;
    assert_eq!(away.status, 503);
    server.store.answer_only(u64::MAX);
    assert!(is_active(&server, &app, &tokens.access).await);
    server.assert_alive(&app, &person, &tokens).await;
    assert_eq!(published(&server, "ES256").await, [kid(&tokens.access)]);
    let own = server.log_in(&app, &person).await;
    assert_eq!(
        kid(&own.access),
        kid(&tokens.access),
        "they sign with one key"
    );
}

#[tokio::test]
async fn a_rotation_on_one_node_is_one_of_all_nodes() {
    let mut server = TestServer::start().await;
    let person = server.add_user("bob").await;
    let app = server.add_app("app", json!({})).await;
    let mut other = server.another_node().await;
    let before = server.log_in(&app, &person).await;
    server.post(ROTATE, json!({})).await.data();
    server.switch(&mut other);
    let announced = published(&server, "RS256").await;
    assert_eq!(
        announced.len(),
        2,
        "the next one is published by every node"
    );
    server.switch(&mut other);
    pass_the_announcement(&server);
    let after = server.log_in(&app, &person).await;
    assert_ne!(kid(&after.access), kid(&before.access));
    let root = server.with_token(server.root.clone()).await;
    server.switch(&mut other);
    let listed = server.get_as(&root, "list-applications", &[]).await;
    listed.data();
    for tokens in [&before, &after] {
        assert!(is_active(&server, &app, &tokens.access).await);
    }
    let own = server.log_in(&app, &person).await;
    assert_eq!(kid(&own.access), kid(&after.access));
}
