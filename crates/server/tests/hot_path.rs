//! The way of the headline call, in parts whose instructions `cargo xtask test` counts
//! (`xtask/src/instructions.rs`): what lies inside of a function called `counted_…` is
//! counted, and what stands around it is not. Here is asked that the answers are right.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use axum::body::Body;
use http::Request;
use http_body_util::BodyExt as _;
use rollcall_core::ids::{ApplicationId, LoginId, SessionId, UserId};
use rollcall_core::model::event::{Actor, Position, Reason};
use rollcall_core::model::login::Login;
use rollcall_core::model::mass_end::{Effect, MassEnd, Scope};
use rollcall_core::model::session::Session;
use rollcall_core::model::standing::{Rules, Standing, standing};
use rollcall_core::time::Timestamp;
use rollcall_server::front::Connected;
use serde_json::json;
use std::hint::black_box;
use support::{Key, Person, TestServer, bearer, post_json};
use tokio::runtime::{Builder, Runtime};
use tower::Service as _;

/// Calls of each part: `xtask/src/instructions.rs` divides by it.
const CALLS: usize = 20;

/// What was answered, to be looked at when nothing is counted any more.
type Answers = Vec<Vec<u8>>;

fn call_all(runtime: &Runtime, front: &mut Connected, requests: Vec<Request<Body>>) -> Answers {
    runtime.block_on(async {
        let mut answers = Vec::with_capacity(requests.len());
        for request in requests {
            // It is always ready.
            let Ok(response) = front.call(request).await;
            let body = response.into_body().collect().await.unwrap();
            answers.push(body.to_bytes().to_vec());
        }
        answers
    })
}

/// The same question again, with a token that was verified before.
#[inline(never)]
fn counted_known_check(
    runtime: &Runtime,
    front: &mut Connected,
    requests: Vec<Request<Body>>,
) -> Answers {
    call_all(runtime, front, requests)
}

/// The same question, each time with a token that has to be verified.
#[inline(never)]
fn counted_new_token(
    runtime: &Runtime,
    front: &mut Connected,
    requests: Vec<Request<Body>>,
) -> Answers {
    call_all(runtime, front, requests)
}

/// Of people about whom nothing is remembered: the store is read.
#[inline(never)]
fn counted_first_check(
    runtime: &Runtime,
    front: &mut Connected,
    requests: Vec<Request<Body>>,
) -> Answers {
    call_all(runtime, front, requests)
}

/// How a login stands, under mass ends that are not recorded yet.
#[inline(never)]
fn counted_standing(login: &Login, session: &Session, ends: &[MassEnd]) -> usize {
    let all = (0..CALLS).filter(|_| {
        let (login, session) = (black_box(login), black_box(session));
        standing(login, session, Rules::default(), ends, login.last_seen).is_live()
    });
    all.count()
}

fn check(key: &Key, person: &Person, app_id: &str) -> Request<Body> {
    let body = json!({ "userId": person.id, "appId": app_id });
    bearer(post_json("/api/v3/check-session-status", &body), &key.token)
}

#[test]
fn each_part_of_the_hot_path_answers_rightly() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let (server, people, mail) = runtime.block_on(async {
        let server = TestServer::start().await;
        let mail = server.add_application("mail").await;
        let mut people = Vec::new();
        for number in 0..=CALLS {
            let person = server.add_user(&format!("person-{number}")).await;
            server.sign_in(&person, &mail).await;
            people.push(person);
        }
        (server, people, mail)
    });
    let mut front = runtime.block_on(server.another_front());
    let root = &server.root;
    let known = |count: usize| -> Vec<_> {
        let same = (0..count).map(|_| check(root, &people[0], &mail));
        same.collect()
    };
    call_all(&runtime, &mut front, known(2));
    let answers = counted_known_check(&runtime, &mut front, known(CALLS));
    assert_all_active(&answers);
    let fresh = runtime.block_on(async {
        let mut fresh = Vec::new();
        for _ in 0..CALLS {
            let key = server.with_token(root.clone()).await;
            fresh.push(check(&key, &people[0], &mail));
        }
        fresh
    });
    let answers = counted_new_token(&runtime, &mut front, fresh);
    assert_all_active(&answers);
    let first = people[1..].iter();
    let first = first.map(|person| check(root, person, &mail)).collect();
    let answers = counted_first_check(&runtime, &mut front, first);
    assert_all_active(&answers);
    assert_eq!(standings(), CALLS);
}

fn assert_all_active(answers: &Answers) {
    assert_eq!(answers.len(), CALLS);
    for answer in answers {
        let answer: serde_json::Value = serde_json::from_slice(answer).unwrap();
        assert_eq!(answer["data"], json!({ "active": true }), "{answer}");
    }
}

fn standings() -> usize {
    let at = Timestamp::from_millis(1_000_000);
    let begun = Position {
        revision: 5,
        index: 0,
    };
    let (user, session) = (UserId::from_bytes([1; 12]), SessionId::from_bytes([2; 16]));
    let login = Login {
        id: LoginId::from_bytes([3; 16]),
        session,
        user,
        application: ApplicationId::from_bytes([4; 12]),
        begun,
        begun_at: at,
        last_seen: at,
        redeem_by: None,
        end: None,
    };
    let session = Session {
        id: session,
        user,
        begun,
        begun_at: at,
        authenticated: begun,
        authenticated_at: at,
        last_seen: at,
        end: None,
    };
    let end = |revision, scope| MassEnd {
        position: Position { revision, index: 0 },
        scope,
        effect: Effect::End(Reason::SessionRevoked),
        at,
        actor: Actor::System,
    };
    // Before it began, of somebody else, and of another application.
    let ends = [
        end(4, Scope::Pool),
        end(
            6,
            Scope::User {
                user: UserId::from_bytes([9; 12]),
                except: None,
            },
        ),
        end(7, Scope::Application(ApplicationId::from_bytes([9; 12]))),
    ];
    assert!(matches!(
        standing(&login, &session, Rules::default(), &ends, at),
        Standing::Live { .. }
    ));
    counted_standing(&login, &session, &ends)
}
