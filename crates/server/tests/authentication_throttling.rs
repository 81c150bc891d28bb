//! Failed sign-ins: the delay of an account at an address, the lock of an account.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod relying_party;
mod support;

use relying_party::{App, Tokens, from_address};
use rollcall_core::model::event::Origin;
use rollcall_core::ports::sign_in_failures::SignInFailure;
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::Span;
use serde_json::json;
use std::sync::Arc;
use support::{Answer, PASSWORD, Person, TestServer, post_json};
use tokio::task::JoinSet;

const HERE: &str = "192.0.2.1";
const ELSEWHERE: &str = "198.51.100.1";

struct World {
    server: TestServer,
    app: App,
    person: Person,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let app = server.add_app("app", json!({})).await;
        let person = server.add_user("bob").await;
        Self {
            server,
            app,
            person,
        }
    }

    async fn attempt(&self, name: &str, password: &str, address: &str) -> Answer {
        let payload = json!({ "username": name, "password": password });
        let members = json!({ "passwordPayload": payload });
        let body = TestServer::signin_body(&self.app, &self.person, members);
        let request = post_json("/api/v3/signin", &body);
        self.server.send(from_address(request, address)).await
    }

    /// A person's own change of password.
    async fn change(&self, tokens: &Tokens, old: &str, new: &str) -> Answer {
        let body = json!({ "oldPassword": old, "newPassword": new });
        let token = &tokens.access;
        self.server.post_by(token, "update-password", body).await
    }

    /// A failure that was counted.
    async fn fail(&self, name: &str, address: &str) {
        let answer = self.attempt(name, "wrong", address).await;
        answer.assert_fails(401, Some(2333));
    }

    async fn fail_times(&self, times: u32, name: &str, address: &str) {
        for _ in 0..times {
            self.fail(name, address).await;
        }
    }

    /// The right password is refused for this many seconds.
    async fn assert_delayed(&self, name: &str, seconds: &str) {
        for password in [PASSWORD, "wrong"] {
            let answer = self.attempt(name, password, HERE).await;
            answer.assert_fails(429, None);
            assert_eq!(answer.headers["retry-after"], seconds);
        }
    }

    async fn assert_delayed_at_least_a_second(&self) {
        let answer = self.attempt("bob", PASSWORD, HERE).await;
        answer.assert_fails(429, None);
        let seconds = answer.headers["retry-after"].to_str().unwrap();
        assert!(seconds.parse::<u64>().unwrap() >= 1);
    }

    async fn assert_signs_in(&self, address: &str) {
        self.attempt("bob", PASSWORD, address).await.data();
    }
}

#[tokio::test]
async fn ten_failures_begin_a_delay_that_doubles() {
    let world = World::new().await;
    world.fail_times(10, "bob", HERE).await;
    for seconds in [1, 2, 4, 8] {
        world.assert_delayed("bob", &seconds.to_string()).await;
        world
            .server
            .clock
            .advance(Span::from_millis(seconds * 1000 - 1));
        // Rounded up: who comes back then is not refused again.
        world.assert_delayed("bob", "1").await;
        world.server.clock.advance(Span::from_millis(1));
        world.fail("bob", HERE).await;
    }
    world.assert_delayed("bob", "16").await;
}

/// A phone is one account however it is written.
#[tokio::test]
async fn failures_at_a_phone_are_counted_together() {
    let world = World::new().await;
    let phone = json!({ "userId": world.person.id, "phone": "13800138000" });
    world.server.post("update-user", phone).await.data();
    let attempt = async |phone: &str, password: &str| {
        let payload = json!({ "phone": phone, "password": password });
        let members = json!({ "passwordPayload": payload });
        let body = TestServer::signin_body(&world.app, &world.person, members);
        let request = post_json("/api/v3/signin", &body);
        world.server.send(from_address(request, HERE)).await
    };
    let ways = ["138 0013 8000", "+8613800138000"];
    for way in ways.into_iter().cycle().take(10) {
        let answer = attempt(way, "wrong").await;
        answer.assert_fails(401, Some(2333));
    }
    for way in ways {
        attempt(way, PASSWORD).await.assert_fails(429, None);
    }
    // By another name it is another account to whoever guesses.
    world.assert_signs_in(HERE).await;
}

#[tokio::test]
async fn the_delay_grows_to_fifteen_minutes_and_no_further() {
    let world = World::new().await;
    world.fail_times(10, "bob", HERE).await;
    for _ in 0..12 {
        world.server.pass(900);
        world.fail("bob", HERE).await;
    }
    world.assert_delayed("bob", "900").await;
}

#[tokio::test]
async fn nine_failures_delay_nobody_and_a_success_forgets_them() {
    let world = World::new().await;
    for _ in 0..3 {
        world.fail_times(9, "bob", HERE).await;
        world.assert_signs_in(HERE).await;
    }
    world.fail_times(10, "bob", HERE).await;
    world.server.pass(1);
    world.assert_signs_in(HERE).await;
    world.fail_times(9, "bob", HERE).await;
    world.assert_signs_in(HERE).await;
}

#[tokio::test]
async fn an_unknown_account_is_delayed_like_a_known_one() {
    let world = World::new().await;
    world.fail_times(10, "nobody", HERE).await;
    world.assert_delayed("nobody", "1").await;
    world.server.pass(1);
    world.fail("nobody", HERE).await;
    world.assert_delayed("nobody", "2").await;
    // And it is the account as it is compared, however it was typed.
    let answer = world.attempt("NoBody", "wrong", HERE).await;
    answer.assert_fails(429, None);
}

#[tokio::test]
async fn another_address_and_another_account_are_not_delayed() {
    let world = World::new().await;
    world.server.add_user("alice").await;
    world.fail_times(10, "bob", HERE).await;
    world.assert_signs_in(ELSEWHERE).await;
    world.attempt("alice", PASSWORD, HERE).await.data();
    world.assert_delayed("bob", "1").await;
}

#[tokio::test]
async fn an_address_that_is_only_told_is_not_the_one_that_is_delayed() {
    let world = World::new().await;
    let attempt = async |n: u32, password: &str| {
        let members = json!({
            "passwordPayload": { "username": "bob", "password": password },
            "options": { "clientIp": format!("203.0.113.{n}") },
        });
        world
            .server
            .signin(&world.app, &world.person, members)
            .await
    };
    for n in 0..10 {
        attempt(n, "wrong").await.assert_fails(401, Some(2333));
    }
    attempt(11, PASSWORD).await.assert_fails(429, None);
}

#[tokio::test]
async fn a_day_without_a_failure_starts_anew() {
    let world = World::new().await;
    world.fail_times(10, "bob", HERE).await;
    world.server.pass(86_400);
    world.fail_times(9, "bob", HERE).await;
    world.assert_signs_in(HERE).await;
}

/// Failures from ever new addresses, nine each, so that none of them is delayed.
async fn fail_from_everywhere(world: &World, times: u32) {
    for n in 0..times {
        let address = format!("198.51.100.{}", 10 + n / 9);
        world.fail("bob", &address).await;
    }
}

#[tokio::test]
async fn a_hundred_failures_lock_the_account_everywhere() {
    let world = World::new().await;
    fail_from_everywhere(&world, 99).await;
    world.assert_signs_in(HERE).await;
    fail_from_everywhere_after_a_day(&world, 100).await;
    // Only who knows the password is told.
    world.fail("bob", HERE).await;
    for address in [HERE, ELSEWHERE] {
        let answer = world.attempt("bob", PASSWORD, address).await;
        answer.assert_fails(403, Some(2005));
    }
    world.server.pass(10 * 86_400);
    let answer = world.attempt("bob", PASSWORD, HERE).await;
    answer.assert_fails(403, Some(2005));
}

async fn fail_from_everywhere_after_a_day(world: &World, times: u32) {
    world.server.pass(86_400);
    fail_from_everywhere(world, times).await;
}

#[tokio::test]
async fn a_new_password_opens_a_locked_account() {
    let world = World::new().await;
    fail_from_everywhere(&world, 100).await;
    let body = json!({ "userId": world.person.id, "password": "another horse" });
    world.server.post("update-user", body).await.data();
    world.attempt("bob", "another horse", HERE).await.data();
}

#[tokio::test]
async fn a_lock_ends_no_login() {
    let world = World::new().await;
    let tokens = world.server.log_in(&world.app, &world.person).await;
    fail_from_everywhere(&world, 100).await;
    let World {
        server,
        app,
        person,
    } = &world;
    server.assert_alive(app, person, &tokens).await;
}

/// Whether this was looked at with the hasher: a failure, and not a delay.
#[track_caller]
fn was_counted(answer: &Answer) -> bool {
    let codes = (answer.code(), answer.api_code());
    let expected = [(401, Some(2333)), (429, None)];
    assert!(expected.contains(&codes), "{}", answer.text);
    codes == expected[0]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn attempts_sent_at_once_do_not_outrun_the_delay() {
    let world = Arc::new(World::new().await);
    let mut attempts = JoinSet::new();
    for _ in 0..50 {
        let world = Arc::clone(&world);
        attempts.spawn(async move { world.attempt("bob", "wrong", HERE).await });
    }
    let answers = attempts.join_all().await;
    let counted = answers.iter().filter(|answer| was_counted(answer)).count();
    // Each place at the hasher may have passed the delay before the tenth
    // failure was counted; there are as many as cores.
    let places = std::thread::available_parallelism().unwrap().get();
    assert!((10..10 + places).contains(&counted), "{counted} of 50");
    world.assert_delayed_at_least_a_second().await;
}

/// The request waits for a place to hash, and its sender is gone.
async fn hang_up(server: &TestServer, request: impl Future<Output = Answer>) {
    let _places = server.hold_hasher().await;
    let waits = server.hasher.waited() + 1;
    tokio::select! {
        answer = request => panic!("it did not wait: {}", answer.text),
        () = server.hasher.has_let_wait(waits) => {}
    }
}

#[tokio::test]
async fn who_hangs_up_before_the_answer_has_failed_all_the_same() {
    let world = World::new().await;
    for _ in 0..10 {
        hang_up(&world.server, world.attempt("bob", "wrong", HERE)).await;
    }
    drop(world.server.hold_hasher().await);
    world.assert_delayed("bob", "1").await;
    world.server.pass(1);
    let tokens = world.server.log_in(&world.app, &world.person).await;
    for _ in 0..10 {
        hang_up(&world.server, world.change(&tokens, "wrong", PASSWORD)).await;
    }
    drop(world.server.hold_hasher().await);
    let answer = world.change(&tokens, PASSWORD, PASSWORD).await;
    answer.assert_fails(429, None);
}

#[tokio::test]
async fn a_hundredth_failure_locks_out_who_is_being_hashed() {
    let world = World::new().await;
    fail_from_everywhere(&world, 99).await;
    let places = world.server.hold_hasher().await;
    let waits = world.server.hasher.waited() + 1;
    let attempt = world.attempt("bob", PASSWORD, HERE);
    let failure = async {
        // The attempt has found 99 failures and waits.
        world.server.hasher.has_let_wait(waits).await;
        let (pool, pair) = (world.server.root.pool, TokenDigest::of("another pair"));
        let user = world.person.id.parse().unwrap();
        let store = &world.server.authority.store;
        let failure = SignInFailure {
            key: pair,
            counts_for: Some(user),
            action: None,
        };
        let failed = store.record_sign_in_failure(pool, failure, Origin::system());
        failed.await.unwrap();
        drop(places);
    };
    let (answer, ()) = tokio::join!(attempt, failure);
    answer.assert_fails(403, Some(2005));
}

#[tokio::test]
async fn the_right_old_password_forgets_the_wrong_ones() {
    let world = World::new().await;
    let tokens = world.server.log_in(&world.app, &world.person).await;
    for _ in 0..3 {
        for _ in 0..9 {
            let answer = world.change(&tokens, "wrong", PASSWORD).await;
            answer.assert_fails(401, Some(2006));
        }
        world.change(&tokens, PASSWORD, PASSWORD).await.data();
    }
}

#[tokio::test]
async fn wrong_old_passwords_lock_no_account() {
    let world = World::new().await;
    let tokens = world.server.log_in(&world.app, &world.person).await;
    fail_from_everywhere(&world, 99).await;
    for _ in 0..9 {
        let answer = world.change(&tokens, "wrong", PASSWORD).await;
        answer.assert_fails(401, Some(2006));
    }
    world.assert_signs_in(HERE).await;
}

#[tokio::test]
async fn old_passwords_are_guessed_no_faster_and_delay_no_sign_in() {
    let world = World::new().await;
    let tokens = world.server.log_in(&world.app, &world.person).await;
    let change = |old| world.change(&tokens, old, "another horse");
    for _ in 0..10 {
        change("wrong").await.assert_fails(401, Some(2006));
    }
    let answer = change(PASSWORD).await;
    answer.assert_fails(429, None);
    assert_eq!(answer.headers["retry-after"], "1");
    world.assert_signs_in(HERE).await;
    world.server.pass(1);
    change(PASSWORD).await.data();
}
