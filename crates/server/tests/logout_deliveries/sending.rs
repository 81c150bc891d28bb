//! Deliveries are made at once, side by side, and again until they are confirmed.

use crate::support::{Person, TestServer};
use async_trait::async_trait;
use rollcall_core::ids::LoginId;
use rollcall_core::limits;
use rollcall_core::model::logout_delivery::Delivery;
use rollcall_core::time::Timestamp;
use rollcall_server::egress::{Egress, EgressPolicy};
use rollcall_server::logout::{Deliverer, FirstAttempts, LogoutSender, LogoutTokens, SendFailure};
use rollcall_server::tokens::KeyFault;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

/// Longer than any test: what it bounds must come before.
const LONG: Duration = Duration::from_mins(1);

type Answer = Result<u16, SendFailure>;

/// What an application is sent; the test answers for it.
struct Sent {
    url: String,
    token: String,
    answer: oneshot::Sender<Answer>,
}

impl Sent {
    fn answer(self, answer: Answer) {
        self.answer.send(answer).unwrap();
    }
}

/// Applications that the test speaks for.
struct Applications(mpsc::UnboundedSender<Sent>);

#[async_trait]
impl LogoutSender for Applications {
    async fn send(&self, url: &str, token: &str) -> Answer {
        let (answer, answered) = oneshot::channel();
        let sent = Sent {
            url: url.to_owned(),
            token: token.to_owned(),
            answer,
        };
        self.0.send(sent).unwrap();
        answered.await.unwrap()
    }
}

/// Tokens that say which login they are for and when they were made.
struct Numbered(AtomicU64);

#[async_trait]
impl LogoutTokens for Numbered {
    async fn mint(&self, delivery: &Delivery, now: Timestamp) -> Result<String, KeyFault> {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        let at = now.as_seconds();
        Ok(format!("{} {at} {number}", delivery.login))
    }
}

/// A running loop.
struct Loop {
    first_attempts: FirstAttempts,
    sent: mpsc::UnboundedReceiver<Sent>,
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
}

impl Loop {
    fn start(server: &TestServer) -> Self {
        let first_attempts = FirstAttempts::new(server.authority.store.clone());
        let (sender, sent) = mpsc::unbounded_channel();
        let deliverer = Deliverer::new(
            first_attempts.clone(),
            Arc::new(Numbered(AtomicU64::new(0))),
            Arc::new(Applications(sender)),
        );
        let stop = watch::Sender::new(false);
        let running = tokio::spawn(deliverer.run(stop.subscribe()));
        Self {
            first_attempts,
            sent,
            stop,
            running,
        }
    }

    async fn next(&mut self) -> Sent {
        self.sent.recv().await.unwrap()
    }

    async fn stopped(self) {
        self.stop.send_replace(true);
        self.running.await.unwrap();
    }
}

impl TestServer {
    /// Signs a person in and out again; answers the login that ended.
    async fn kicked(&self, person: &Person, app_id: &str) -> LoginId {
        let login = self.sign_in(person, app_id).await.view.login.id;
        let body = json!({ "userId": person.id, "appIds": [app_id] });
        self.post("kick-users", body).await.data();
        login
    }

    async fn entry_of(&self, login: LoginId) -> Value {
        let list = self.post("list-logout-deliveries", json!({})).await;
        let list = list.data()["list"].as_array().unwrap().clone();
        let mut entries = list.into_iter();
        let sid = login.to_string();
        entries.find(|entry| entry["sid"] == sid).unwrap()
    }
}

#[tokio::test]
async fn an_application_is_told_at_once_and_again_with_another_token() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let mail = server.add_told_application("mail").await;
    let mut deliveries = Loop::start(&server);
    let pool = server.root.pool;
    let login = server.kicked(&bob, &mail).await;
    let first = deliveries.next().await;
    assert_eq!(first.url, "https://mail.example/logout");
    assert!(first.token.starts_with(&login.to_string()));
    let first_token = first.token.clone();
    first.answer(Ok(503));
    let ended = [login];
    deliveries.first_attempts.told(pool, &ended, LONG).await;
    let entry = server.entry_of(login).await;
    assert_eq!(entry["status"], "waiting");
    assert_eq!(entry["attempts"][0]["outcome"], "unavailable");
    deliveries.stopped().await;
    let answers = [503, 429, 408, 204];
    for (status, wait) in answers.into_iter().zip([1, 2, 4, 8]) {
        server.pass(wait);
        // A new one each time: it has stopped when the attempt is in the ledger.
        let mut deliveries = Loop::start(&server);
        let again = deliveries.next().await;
        assert_ne!(again.token, first_token, "each attempt has its own");
        again.answer(Ok(status));
        deliveries.stopped().await;
    }
    let entry = server.entry_of(login).await;
    assert_eq!(entry["status"], "confirmed");
    assert_eq!(entry["attempts"][3]["httpStatus"], 408);
    assert_eq!(entry["attempts"][4]["httpStatus"], 204);
    assert!(entry["finishedAt"].is_string());
    assert_eq!(entry.get("nextAttemptAt"), None);
}

#[tokio::test]
async fn what_an_application_rejects_is_not_sent_again() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let mail = server.add_told_application("mail").await;
    let mut deliveries = Loop::start(&server);
    let login = server.kicked(&bob, &mail).await;
    deliveries.next().await.answer(Ok(400));
    let pool = server.root.pool;
    deliveries.first_attempts.told(pool, &[login], LONG).await;
    let entry = server.entry_of(login).await;
    assert_eq!(entry["status"], "given_up");
    server.pass(3600);
    let other = server.kicked(&bob, &mail).await;
    let next = deliveries.next().await;
    assert!(next.token.starts_with(&other.to_string()));
}

#[tokio::test]
async fn a_dead_application_delays_nobody_else() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let (dead, mail) = (
        server.add_told_application("dead").await,
        server.add_told_application("mail").await,
    );
    for _ in 0..20 {
        server.kicked(&bob, &dead).await;
    }
    let mut deliveries = Loop::start(&server);
    let hanging = deliveries.next().await;
    assert_eq!(hanging.url, "https://dead.example/logout");
    for _ in 0..limits::MAX_DELIVERIES_AT_ONCE {
        let login = server.kicked(&bob, &mail).await;
        let sent = deliveries.next().await;
        assert_eq!(sent.url, "https://mail.example/logout", "one hangs");
        sent.answer(Ok(200));
        let (pool, ended) = (server.root.pool, [login]);
        deliveries.first_attempts.told(pool, &ended, LONG).await;
    }
    // It wakes up, slowly: one after the other until it is in time.
    server.pass(5);
    hanging.answer(Ok(200));
    let next = deliveries.next().await;
    assert!(deliveries.sent.try_recv().is_err());
    next.answer(Ok(200));
    let mut side_by_side = Vec::new();
    for _ in 0..limits::MAX_DELIVERIES_AT_ONCE_PER_APPLICATION {
        side_by_side.push(deliveries.next().await);
    }
}

#[tokio::test]
async fn whoever_waits_for_the_first_attempts_waits_for_all_but_not_for_ever() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let (mail, chat, files) = (
        server.add_told_application("mail").await,
        server.add_told_application("chat").await,
        server.add_application("files").await,
    );
    let mut deliveries = Loop::start(&server);
    let mut logins = Vec::new();
    for app_id in [&mail, &chat, &files] {
        logins.push(server.kicked(&bob, app_id).await);
    }
    let pool = server.root.pool;
    let (first, second) = (deliveries.next().await, deliveries.next().await);
    let first_attempts = deliveries.first_attempts.clone();
    first_attempts.told(pool, &logins, Duration::ZERO).await;
    let told = {
        let logins = logins.clone();
        tokio::spawn(async move { first_attempts.told(pool, &logins, LONG).await })
    };
    first.answer(Err(SendFailure {
        code: "unreachable",
    }));
    tokio::task::yield_now().await;
    assert!(!told.is_finished(), "the other one was not told");
    second.answer(Ok(500));
    told.await.unwrap();
    let store = &server.authority.store;
    assert_eq!(store.awaits_first_attempt(pool, &logins).await, Ok(false));
}

#[tokio::test]
async fn what_is_under_way_when_it_stops_comes_to_its_end() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let mail = server.add_told_application("mail").await;
    let mut deliveries = Loop::start(&server);
    let login = server.kicked(&bob, &mail).await;
    let sent = deliveries.next().await;
    deliveries.stop.send_replace(true);
    sent.answer(Ok(200));
    deliveries.stopped().await;
    assert_eq!(server.entry_of(login).await["status"], "confirmed");
}

#[tokio::test]
async fn what_was_under_way_in_a_crash_is_sent_again_after_the_restart() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let mail = server.add_told_application("mail").await;
    let mut deliveries = Loop::start(&server);
    let login = server.kicked(&bob, &mail).await;
    let lost = deliveries.next().await;
    deliveries.running.abort();
    assert!(deliveries.running.await.is_err());
    drop((lost, deliveries.first_attempts));
    let server = server.restarted().await;
    let mut deliveries = Loop::start(&server);
    server.pass(limits::DELIVERY_LEASE.as_seconds());
    let again = deliveries.next().await;
    assert!(again.token.starts_with(&login.to_string()));
    again.answer(Ok(200));
    deliveries.stopped().await;
    let entry = server.entry_of(login).await;
    assert_eq!(entry["status"], "confirmed");
    assert_eq!(entry["attempts"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_way_out_posts_the_token_as_a_form() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/logout", listener.local_addr().unwrap());
    let application = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        let (mut head, mut length) = (String::new(), 0);
        while !head.ends_with("\r\n\r\n") {
            let mut line = String::new();
            stream.read_line(&mut line).await.unwrap();
            let line = line.to_ascii_lowercase();
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            head.push_str(&line);
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
        stream.write_all(answer).await.unwrap();
        (head, String::from_utf8(body).unwrap())
    });
    let egress = Egress::new(EgressPolicy {
        allow: Vec::new(),
        loopback: true,
    })
    .unwrap();
    assert_eq!(egress.send(&url, "a.b-c_d.e").await, Ok(204));
    let (head, body) = application.await.unwrap();
    assert!(head.starts_with("post /logout http/1.1\r\n"), "{head}");
    assert!(head.contains("content-type: application/x-www-form-urlencoded\r\n"));
    assert_eq!(body, "logout_token=a.b-c_d.e");
    let guarded = Egress::new(EgressPolicy {
        allow: Vec::new(),
        loopback: false,
    })
    .unwrap();
    let failure = guarded.send(&url, "a.b.c").await;
    assert_eq!(failure, Err(SendFailure { code: "refused" }));
}
