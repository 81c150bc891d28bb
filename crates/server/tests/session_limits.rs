//! How many sessions one user may have at once, in the pool and in an
//! application. Each sign-in through the API is a session of its own.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod relying_party;
mod support;

use relying_party::{App, Tokens};
use rollcall_core::model::event::{EventKind, Position, Reason};
use serde_json::{Value, json};
use std::sync::Arc;
use support::{Answer, Person, TestServer};
use tokio::task::JoinSet;

/// Whose limit it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Of {
    Pool,
    Application,
}

impl Of {
    const BOTH: [Self; 2] = [Self::Pool, Self::Application];

    async fn try_set(self, server: &TestServer, app: &App, policy: Value) -> Answer {
        let (verb, body) = match self {
            Self::Pool => (
                "update-security-settings",
                json!({ "sessionPolicy": policy }),
            ),
            Self::Application => (
                "update-application",
                json!({ "appId": app.id, "sessionPolicy": policy }),
            ),
        };
        server.post(verb, body).await
    }

    async fn set(self, server: &TestServer, app: &App, policy: Value) {
        self.try_set(server, app, policy).await.data();
    }
}

async fn world() -> (TestServer, App, Person) {
    let server = TestServer::start().await;
    let app = server.add_app("app", json!({})).await;
    let person = server.add_user("bob").await;
    (server, app, person)
}

async fn log_in_times(
    server: &TestServer,
    app: &App,
    person: &Person,
    times: usize,
) -> Vec<Tokens> {
    let mut all = Vec::new();
    for _ in 0..times {
        all.push(server.log_in(app, person).await);
    }
    all
}

/// These have been replaced, and those that follow are live.
async fn assert_replaced(server: &TestServer, all: &[Tokens], replaced: usize) {
    for (index, tokens) in all.iter().enumerate() {
        let expected = (index < replaced).then_some(Reason::Replaced);
        assert_eq!(server.end_of(&tokens.login()).await, expected, "{index}");
    }
}

#[track_caller]
fn assert_refused(answer: &Answer) {
    answer.assert_names(403, "Signed in on as many devices as are allowed");
    assert_eq!(answer.api_code(), None);
}

#[tokio::test]
async fn the_oldest_gives_way() {
    for of in Of::BOTH {
        let (server, app, person) = world().await;
        of.set(&server, &app, json!({ "maxSessionsPerUser": 3 }))
            .await;
        let all = log_in_times(&server, &app, &person, 5).await;
        assert_replaced(&server, &all, 2).await;
        for tokens in &all[..2] {
            server.assert_dead(&app, tokens).await;
        }
        for tokens in &all[2..] {
            server.assert_alive(&app, &person, tokens).await;
        }
        let somebody = server.add_user("somebody").await;
        log_in_times(&server, &app, &somebody, 3).await;
        assert_replaced(&server, &all, 2).await;
    }
}

#[tokio::test]
async fn the_pool_counts_sessions_of_all_applications() {
    let (server, app, person) = world().await;
    let other = server.add_app("other", json!({})).await;
    Of::Pool
        .set(&server, &app, json!({ "maxSessionsPerUser": 2 }))
        .await;
    let first = server.log_in(&app, &person).await;
    let second = server.log_in(&other, &person).await;
    let third = server.log_in(&other, &person).await;
    assert_replaced(&server, &[first, second, third], 1).await;
    assert!(!server.is_active(&person, &app.id).await);
    assert!(server.is_active(&person, &other.id).await);
}

#[tokio::test]
async fn an_application_counts_its_own_logins() {
    let (server, app, person) = world().await;
    let other = server.add_app("other", json!({})).await;
    Of::Application
        .set(&server, &app, json!({ "maxSessionsPerUser": 1 }))
        .await;
    let elsewhere = log_in_times(&server, &other, &person, 3).await;
    let all = log_in_times(&server, &app, &person, 2).await;
    assert_replaced(&server, &all, 1).await;
    assert_replaced(&server, &elsewhere, 0).await;
}

#[tokio::test]
async fn one_too_many_is_refused_and_ends_nobody() {
    for of in Of::BOTH {
        let (server, app, person) = world().await;
        let policy = json!({ "maxSessionsPerUser": 2, "sessionLimitAction": "refuse" });
        of.set(&server, &app, policy).await;
        let all = log_in_times(&server, &app, &person, 2).await;
        assert_refused(&server.signin(&app, &person, json!({})).await);
        assert_replaced(&server, &all, 0).await;
        // There is room again once one of them is over.
        server.revoke(&app, &all[0].refresh).await;
        let third = server.log_in(&app, &person).await;
        assert_refused(&server.signin(&app, &person, json!({})).await);
        server.assert_alive(&app, &person, &third).await;
        // The time limit makes room as well, recorded or not.
        server.pass(30 * 86_400);
        server.log_in(&app, &person).await;
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_before_the_limit() {
    let (server, app, person) = world().await;
    let policy = json!({ "maxSessionsPerUser": 1, "sessionLimitAction": "refuse" });
    Of::Pool.set(&server, &app, policy).await;
    server.log_in(&app, &person).await;
    let wrong = json!({ "passwordPayload": { "username": person.username, "password": "wrong" } });
    let answer = server.signin(&app, &person, wrong).await;
    answer.assert_fails(401, Some(2333));
}

/// Fifty at once; answers them.
async fn fifty_sign_ins(server: &Arc<TestServer>, app: &App, person: &Person) -> Vec<Answer> {
    let mut attempts = JoinSet::new();
    for _ in 0..50 {
        let (server, app, person) = (Arc::clone(server), app.clone(), person.clone());
        attempts.spawn(async move { server.signin(&app, &person, json!({})).await });
    }
    attempts.join_all().await
}

/// How many logins began, and how many were replaced, as the events tell.
async fn began_and_replaced(server: &TestServer) -> (usize, usize) {
    let store = &server.authority.store;
    let events = store.events_after(server.root.pool, Position::default(), u32::MAX);
    let events = events.await.unwrap();
    let count =
        |counts: fn(&EventKind) -> bool| events.iter().filter(|event| counts(&event.kind)).count();
    let ends = count(|kind| matches!(kind, EventKind::Ended(_)));
    let replaced = count(|kind| *kind == EventKind::Ended(Reason::Replaced));
    assert_eq!(ends, replaced);
    (
        count(|kind| matches!(kind, EventKind::Began { .. })),
        replaced,
    )
}

async fn assert_three_live(server: &TestServer, app: &App, person: &Person, answers: &[Answer]) {
    let mut live = 0;
    for answer in answers {
        let login = Tokens::of(answer.data()).login();
        live += usize::from(server.end_of(&login).await.is_none());
    }
    assert_eq!(live, 3);
    assert!(server.is_active(person, &app.id).await);
    let body = json!({ "appId": app.id });
    let active = server.post("list-application-active-users", body).await;
    assert_eq!(active.data()["totalCount"], 1);
    assert_eq!(active.data()["list"][0]["userId"], person.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_leave_exactly_the_limit() {
    for of in Of::BOTH {
        let (server, app, person) = world().await;
        let server = Arc::new(server);
        of.set(&server, &app, json!({ "maxSessionsPerUser": 3 }))
            .await;
        let answers = fifty_sign_ins(&server, &app, &person).await;
        assert_three_live(&server, &app, &person, &answers).await;
        assert_eq!(began_and_replaced(&server).await, (50, 47), "{of:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_at_once_exactly_the_limit_gets_in() {
    for of in Of::BOTH {
        let (server, app, person) = world().await;
        let server = Arc::new(server);
        let policy = json!({ "maxSessionsPerUser": 3, "sessionLimitAction": "refuse" });
        of.set(&server, &app, policy).await;
        let answers = fifty_sign_ins(&server, &app, &person).await;
        let (let_in, refused): (Vec<_>, Vec<_>) =
            answers.into_iter().partition(|answer| answer.code() == 200);
        assert_eq!((let_in.len(), refused.len()), (3, 47), "{of:?}");
        for answer in &refused {
            assert_refused(answer);
        }
        assert_three_live(&server, &app, &person, &let_in).await;
        assert_eq!(began_and_replaced(&server).await, (3, 0), "{of:?}");
    }
}

#[tokio::test]
async fn a_lower_number_ends_nobody_until_the_next_sign_in() {
    for of in Of::BOTH {
        let (server, app, person) = world().await;
        let mut all = log_in_times(&server, &app, &person, 5).await;
        of.set(&server, &app, json!({ "maxSessionsPerUser": 2 }))
            .await;
        assert_replaced(&server, &all, 0).await;
        for tokens in &all {
            server.assert_alive(&app, &person, tokens).await;
        }
        all.push(server.log_in(&app, &person).await);
        assert_replaced(&server, &all, 4).await;
        of.set(&server, &app, json!({ "sessionLimitAction": "refuse" }))
            .await;
        assert_refused(&server.signin(&app, &person, json!({})).await);
        assert_replaced(&server, &all, 4).await;
    }
}

#[tokio::test]
async fn zero_takes_the_limit_away() {
    for of in Of::BOTH {
        let (server, app, person) = world().await;
        let policy = json!({ "maxSessionsPerUser": 1, "sessionLimitAction": "refuse" });
        let answer = of.try_set(&server, &app, policy.clone()).await;
        for (name, value) in policy.as_object().unwrap() {
            assert_eq!(&answer.data()["sessionPolicy"][name], value, "{of:?}");
        }
        let answer = of
            .try_set(&server, &app, json!({ "maxSessionsPerUser": 0 }))
            .await;
        for name in policy.as_object().unwrap().keys() {
            assert_eq!(answer.data()["sessionPolicy"].get(name), None, "{of:?}");
        }
        let all = log_in_times(&server, &app, &person, 3).await;
        assert_replaced(&server, &all, 0).await;
    }
}

#[tokio::test]
async fn bad_values_are_named_and_change_nothing() {
    for of in Of::BOTH {
        let (server, app, person) = world().await;
        for (name, value) in [
            ("maxSessionsPerUser", json!(10_001)),
            ("maxSessionsPerUser", json!(-1)),
            ("maxSessionsPerUser", json!(1.5)),
            ("maxSessionsPerUser", json!("3")),
            ("maxSessionsPerUser", json!(1_u64 << 53)),
            ("sessionLimitAction", json!("")),
            ("sessionLimitAction", json!("end_newest")),
            ("sessionLimitAction", json!(true)),
        ] {
            let answer = of.try_set(&server, &app, json!({ name: value })).await;
            answer.assert_names(400, name);
        }
        for value in [10_000, 1] {
            let policy = json!({ "maxSessionsPerUser": value });
            let answer = of.try_set(&server, &app, policy).await;
            let told = &answer.data()["sessionPolicy"]["maxSessionsPerUser"];
            assert_eq!(told, value, "{of:?}");
        }
        let all = log_in_times(&server, &app, &person, 2).await;
        assert_replaced(&server, &all, 1).await;
    }
}

/// The narrower of both decides, and an application that refuses refuses before
/// the pool ends anything.
#[tokio::test]
async fn both_limits_are_kept() {
    let (server, app, person) = world().await;
    let other = server.add_app("other", json!({})).await;
    let refuse = json!({ "maxSessionsPerUser": 1, "sessionLimitAction": "refuse" });
    Of::Application.set(&server, &app, refuse).await;
    Of::Pool
        .set(&server, &app, json!({ "maxSessionsPerUser": 2 }))
        .await;
    let elsewhere = server.log_in(&other, &person).await;
    let own = server.log_in(&app, &person).await;
    assert_refused(&server.signin(&app, &person, json!({})).await);
    let both = [elsewhere, own];
    assert_replaced(&server, &both, 0).await;
    server.log_in(&other, &person).await;
    assert_replaced(&server, &both, 1).await;
}
