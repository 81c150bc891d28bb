//! What happens is told: at once, signed, again until it is confirmed, and nobody
//! waits for who does not answer.

use crate::new_webhook;
use crate::receiver::{Received, Receiver};
use crate::support::TestServer;
use async_trait::async_trait;
use aws_lc_rs::hmac;
use rollcall_core::limits;
use rollcall_core::model::webhook::{
    CallAnswer, CallResult, WebhookCall, WebhookEvent, WebhookMessage, WebhookWithSecret,
};
use rollcall_core::ports::webhook_sender::WebhookSender;
use rollcall_core::time::Timestamp;
use rollcall_server::egress::{Egress, EgressPolicy};
use rollcall_server::webhooks::WebhookDeliverer;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// A running loop.
struct Loop {
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
}

impl Loop {
    fn start(server: &TestServer, sender: Arc<dyn WebhookSender>) -> Self {
        let deliverer = WebhookDeliverer::new(server.authority.store.clone(), sender);
        let stop = watch::Sender::new(false);
        let running = tokio::spawn(deliverer.run(stop.subscribe()));
        Self { stop, running }
    }

    /// What is under way has been recorded.
    async fn stopped(self) {
        self.stop.send_replace(true);
        self.running.await.unwrap();
    }
}

fn egress() -> Arc<dyn WebhookSender> {
    let policy = EgressPolicy {
        allow: Vec::new(),
        loopback: true,
    };
    Arc::new(Egress::new(policy).unwrap())
}

/// Webhooks that the test speaks for.
struct Scripted(mpsc::UnboundedSender<Called>);

struct Called {
    url: String,
    message: WebhookMessage,
    now: Timestamp,
    answer: oneshot::Sender<u16>,
}

#[async_trait]
impl WebhookSender for Scripted {
    async fn call(
        &self,
        target: &WebhookWithSecret,
        message: &WebhookMessage,
        now: Timestamp,
    ) -> WebhookCall {
        let (answer, answered) = oneshot::channel();
        let called = Called {
            url: target.webhook.url.clone(),
            message: message.clone(),
            now,
            answer,
        };
        self.0.send(called).unwrap();
        WebhookCall {
            event: message.event,
            at: now,
            request_headers: Vec::new(),
            request_body: "{}".to_owned(),
            result: CallResult::Answered(CallAnswer {
                status: answered.await.unwrap(),
                headers: Vec::new(),
                body: String::new(),
            }),
        }
    }
}

fn scripted() -> (Arc<dyn WebhookSender>, mpsc::UnboundedReceiver<Called>) {
    let (sender, calls) = mpsc::unbounded_channel();
    (Arc::new(Scripted(sender)), calls)
}

/// As the documentation tells receivers to do.
fn assert_signed(call: &Received, secret: &str) {
    let timestamp = &call.headers["x-rollcall-webhook-timestamp"];
    let signed = format!("{timestamp}.{}", call.body);
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, signed.as_bytes());
    let signature = &call.headers["x-rollcall-webhook-signature"];
    assert_eq!(signature, &format!("v1={}", hex::encode(tag)));
}

/// Makes everything happen that the API can make happen.
async fn make_everything_happen(server: &TestServer) {
    let bob = server.add_user("bob").await;
    let mail = server.add_application("mail").await;
    server.sign_in(&bob, &mail).await;
    let kick = json!({ "userId": bob.id, "appIds": [mail] });
    server.post("kick-users", kick).await.data();
    for change in [
        json!({"nickname": "Bob"}),
        json!({"password": "another-Passw0rd"}),
        json!({"status": "Suspended"}),
        json!({"status": "Activated"}),
        json!({"status": "Archived"}),
        json!({"status": "Activated"}),
    ] {
        let mut change = change;
        change["userId"] = json!(bob.id);
        server.post("update-user", change).await.data();
    }
    let source = json!({"name": "source", "type": "oidc"});
    let source = server.post("create-ext-idp", source).await;
    let link = json!({
        "userId": bob.id, "extIdpId": source.data()["id"], "userIdInIdp": "b", "type": "x",
    });
    server.post("link-identity", link).await.data();
    let rename = json!({"appId": mail, "appName": "post"});
    server.post("update-application", rename).await.data();
    let app = json!({ "appId": mail });
    server
        .post("refresh-application-secret", app.clone())
        .await
        .data();
    server.post("delete-application", app).await.data();
    let settings = json!({"cookieSettings": {
        "cookieExpiresIn": 14 * 86400, "cookieExpiresOnBrowserSession": true,
    }});
    server
        .post("update-security-settings", settings)
        .await
        .data();
    let delete = json!({ "userIds": [bob.id] });
    server.post("delete-users-batch", delete).await.data();
}

#[tokio::test]
async fn everything_that_can_be_asked_for_is_told_and_signed() {
    let server = TestServer::start().await;
    let mut receiver = Receiver::new().await;
    let all: Vec<_> = WebhookEvent::ALL
        .iter()
        .map(|event| event.as_str())
        .collect();
    let id = server.add_webhook(&receiver.url, &all).await;
    let deliveries = Loop::start(&server, egress());
    make_everything_happen(&server).await;
    // `test` comes by trigger-webhook; nobody makes an account of their own here; and
    // with another secret the root key's calls are over.
    let mut missing: BTreeSet<_> = all.into_iter().collect();
    for later in ["test", "register", "user-pool:secret-refreshed"] {
        assert!(missing.remove(later));
    }
    let mut ids = BTreeSet::new();
    while !missing.is_empty() {
        let call = receiver.next().await;
        assert_signed(&call, "hush");
        let told = call.json();
        missing.remove(told["eventName"].as_str().unwrap());
        assert_eq!(told["userPoolId"], server.root.pool.to_string());
        assert_eq!(told["id"], call.headers["x-rollcall-webhook-id"]);
        assert!(ids.insert(told["id"].as_str().unwrap().to_owned()));
        assert!(
            !call.body.contains("Bob") && !call.body.contains("bob"),
            "{}",
            call.body
        );
    }
    deliveries.stopped().await;
    let logs = server.logs_of(&id).await;
    assert!(logs.iter().all(|log| log["success"] == true), "{logs:?}");
    let deliveries = Loop::start(&server, egress());
    let root = json!({ "accessKeyId": server.root.id.to_string() });
    server.post("rotate-access-key", root).await.data();
    let told = receiver.next().await.json();
    assert_eq!(told["eventName"], "user-pool:secret-refreshed");
    deliveries.stopped().await;
}

#[tokio::test]
async fn the_end_of_a_login_is_told_with_its_reason() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let mail = server.add_application("mail").await;
    let mut receiver = Receiver::new().await;
    server.add_webhook(&receiver.url, &["login:ended"]).await;
    let deliveries = Loop::start(&server, egress());
    let login = server.sign_in(&bob, &mail).await.view.login;
    let kick = json!({ "userId": bob.id, "appIds": [mail] });
    let kicked = server.post("kick-users", kick).await;
    let told = receiver.next().await.json();
    assert_eq!(told["eventName"], "login:ended");
    let data = &told["data"];
    assert_eq!(data["reason"], "kicked");
    assert_eq!(data["userId"], bob.id);
    assert_eq!(data["appId"], mail);
    assert_eq!(data["sid"], login.id.to_string());
    assert_eq!(data["deviceId"], login.session.to_string());
    assert_eq!(data["actor"]["type"], "access_key");
    assert_eq!(data["actor"]["id"], server.root.id.to_string());
    assert_eq!(data["requestId"], kicked.body["requestId"]);
    deliveries.stopped().await;
}

#[tokio::test]
async fn a_call_is_made_again_with_a_new_signature_and_the_same_id() {
    let server = TestServer::start().await;
    let url = "https://hook.example/";
    let id = server.add_webhook(url, &["user:created"]).await;
    server.add_user("bob").await;
    let mut former: Option<Called> = None;
    for (status, wait) in [(503, 1), (429, 2), (200, 4)] {
        let (sender, mut calls) = scripted();
        let deliveries = Loop::start(&server, sender);
        let mut call = calls.recv().await.unwrap();
        let (answer, _) = oneshot::channel();
        std::mem::replace(&mut call.answer, answer)
            .send(status)
            .unwrap();
        deliveries.stopped().await;
        if let Some(former) = &former {
            assert_eq!(call.message, former.message);
            assert!(call.now > former.now, "a recorded call is too old by then");
        }
        former = Some(call);
        server.pass(wait);
    }
    let logs = server.logs_of(&id).await;
    let errors: Vec<_> = logs
        .iter()
        .map(|log| log["errorMessage"].as_str())
        .collect();
    assert_eq!(errors, [None, Some("unavailable"), Some("unavailable")]);
    let (sender, mut calls) = scripted();
    let deliveries = Loop::start(&server, sender);
    server.pass(3600);
    server.add_user("eve").await;
    let next = calls.recv().await.unwrap();
    assert_ne!(next.message.event_id, former.unwrap().message.event_id);
    next.answer.send(200).unwrap();
    deliveries.stopped().await;
}

#[tokio::test]
async fn a_dead_receiver_delays_nobody_else() {
    let server = TestServer::start().await;
    let created = &["user:created"];
    server.add_webhook("https://dead.example/", created).await;
    for n in 0..20 {
        server.add_user(&format!("before-{n}")).await;
    }
    let (sender, mut calls) = scripted();
    let deliveries = Loop::start(&server, sender);
    let hanging = calls.recv().await.unwrap();
    assert_eq!(hanging.url, "https://dead.example/");
    server.add_webhook("https://live.example/", created).await;
    for n in 0..limits::MAX_DELIVERIES_AT_ONCE {
        server.add_user(&format!("after-{n}")).await;
        let call = calls.recv().await.unwrap();
        assert_eq!(call.url, "https://live.example/", "one hangs");
        call.answer.send(200).unwrap();
    }
    hanging.answer.send(200).unwrap();
    drop(calls);
    deliveries.running.abort();
}

#[tokio::test]
async fn what_was_committed_before_a_crash_is_told_after_the_restart() {
    let server = TestServer::start().await;
    let mut receiver = Receiver::new().await;
    let id = server.add_webhook(&receiver.url, &["user:created"]).await;
    let bob = server.add_user("bob").await;
    // Nobody delivers: the process ends first.
    let server = server.restarted().await;
    let deliveries = Loop::start(&server, egress());
    let told = receiver.next().await.json();
    assert_eq!(told["data"]["userId"], bob.id);
    deliveries.stopped().await;
    assert_eq!(server.logs_of(&id).await.len(), 1);
}

#[tokio::test]
async fn a_webhook_without_a_secret_is_told_unsigned() {
    let server = TestServer::start().await;
    let mut receiver = Receiver::new().await;
    let mut new = new_webhook(&receiver.url, &["user:created"]);
    new["secret"] = json!("");
    server.post("create-webhook", new).await.data();
    let deliveries = Loop::start(&server, egress());
    server.add_user("bob").await;
    let call = receiver.next().await;
    for name in ["x-rollcall-webhook-signature", "x-authing-webhook-secret"] {
        assert_eq!(call.headers.get(name), None);
    }
    deliveries.stopped().await;
}
