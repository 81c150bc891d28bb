//! Each kind of drift is made, by hand and beside the running store, and found. That
//! nothing is found where nothing is wrong is asked of every random history.

use crate::World;
use crate::contract::SignedIn;
use rollcall_core::model::application::{ApplicationChange, OauthChange};
use rollcall_core::model::event::Reason;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::standing::Standing;
use rollcall_core::model::webhook::WebhookEvent;
use rollcall_core::time::{Span, Timestamp};
use rollcall_store::{Doctor, Examination, OpenError, StoreAt, Subject};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// Each check, and what breaks its rule. Most break others too.
const DRIFT: &[(&str, &str)] = &[
    (
        "login_sessions",
        "DELETE FROM sessions WHERE ended_at IS NULL",
    ),
    (
        "ended_sessions",
        "UPDATE sessions SET ended_at = 1, end_reason = 'kicked', end_actor = 'system'
            WHERE ended_at IS NULL",
    ),
    (
        "sessions_without_logins",
        "UPDATE logins SET ended_at = 1, end_reason = 'kicked', end_actor = 'system'
            WHERE ended_at IS NULL",
    ),
    (
        "browser_sessions",
        "UPDATE sessions SET cookie = randomblob(32) WHERE ended_at IS NULL",
    ),
    (
        "one_login",
        "INSERT INTO logins (pool, id, session, user, application, begun_revision, begun_index,
                begun_at, last_seen, due_at)
            SELECT pool, randomblob(16), session, user, application, begun_revision, begun_index,
                begun_at, last_seen, due_at FROM logins WHERE ended_at IS NULL",
    ),
    ("live_users", "DELETE FROM users"),
    ("live_applications", "UPDATE applications SET enabled = 0"),
    ("began_events", "DELETE FROM events WHERE kind = 'began'"),
    (
        "ended_events",
        "UPDATE events SET reason = 'signed_out' WHERE kind = 'ended'",
    ),
    (
        "events_of_live",
        "UPDATE logins SET ended_at = NULL, end_reason = NULL, end_actor = NULL",
    ),
    (
        "one_begin_one_end",
        "INSERT INTO events SELECT pool, revision, idx + 100, at, recorded_at, kind, expires_at,
            reason, user, application, session, login, actor, request_id FROM events
            WHERE kind = 'ended'",
    ),
    ("event_revisions", "UPDATE pools SET revision = 0"),
    ("login_revisions", "UPDATE pools SET revision = 0"),
    ("session_revisions", "UPDATE pools SET revision = 0"),
    ("mark_revisions", "UPDATE pools SET revision = 0"),
    ("grants", "DELETE FROM logins WHERE ended_at IS NULL"),
    ("refresh_tokens", "DELETE FROM grants"),
    (
        "authorization_codes",
        "INSERT INTO authorization_codes (pool, digest, grant_id, login, application,
                redirect_uri, expires_at)
            SELECT pool, randomblob(32), randomblob(16), id, application, '', 0 FROM logins",
    ),
    (
        "outbox_of_live",
        "UPDATE logout_deliveries SET reason = 'signed_out'",
    ),
    ("outbox_missing", "DELETE FROM logout_deliveries"),
    (
        "outbox_attempts",
        "UPDATE logout_deliveries SET attempts = attempts + 1",
    ),
    (
        "webhook_outbox",
        "INSERT INTO webhook_deliveries (pool, webhook, event_id, event, at, recorded_at, facts,
                next_at)
            SELECT id, randomblob(12), randomblob(16), '', 0, 0, '{}', 0 FROM pools",
    ),
    (
        "webhook_counters",
        "INSERT INTO webhook_logs (pool, webhook, number, event, at, request_headers,
                request_body, success)
            SELECT pool, id, 7, '', 0, '[]', '{}', 1 FROM webhooks",
    ),
    (
        "counted_logins",
        "UPDATE counted_logins SET users = users + 1",
    ),
    ("counted_users", "DELETE FROM counted_users"),
    ("root_keys", "DELETE FROM access_keys"),
    (
        "administrators",
        "INSERT INTO console_roles (administrator, pool, role, given_at)
            SELECT randomblob(12), id, 'viewer', 0 FROM pools",
    ),
    ("users_of_pools", "UPDATE users SET pool = randomblob(12)"),
    (
        "identities",
        "INSERT INTO identities (pool, id, user, ordinal, ext_idp, provider, kind, user_id_in_idp,
                user_info, origin_connection_ids)
            SELECT id, randomblob(12), randomblob(12), 0, randomblob(12), '', '', 'x', '{}', '[]'
            FROM pools",
    ),
    (
        "due_hints",
        "UPDATE logins SET due_at = due_at + 1 WHERE ended_at IS NULL",
    ),
    ("schema", "DROP INDEX logins_due"),
];

/// One person signed in, one kicked, and others who are told of it.
async fn patient() -> (World, SignedIn, SignedIn) {
    let world = World::new().await;
    let application = world.new_application(world.pool).await;
    let oauth = OauthChange {
        backchannel_logout_uri: Some("https://rp.example/logout".to_owned()),
        ..OauthChange::default()
    };
    let change = ApplicationChange {
        oauth,
        ..ApplicationChange::default()
    };
    world
        .change_application(world.pool, application, change)
        .await;
    world.new_webhook(world.pool, &[WebhookEvent::ALL[0]]).await;
    world.advance(Span::from_seconds(1));
    let user = world.new_user(world.pool).await;
    let live = world.sign_in(world.pool, user, application).await;
    let user = world.new_user(world.pool).await;
    let kicked = world.sign_in(world.pool, user, application).await;
    world.advance(Span::from_seconds(1));
    let selector = UserSelector::id(kicked.user);
    let store = world.store();
    let kick = store.kick_user(world.pool, selector, vec![application], world.origin());
    kick.await.unwrap();
    (world, live, kicked)
}

fn examine(world: &World, real: Timestamp) -> Examination {
    let doctor = Doctor::open(&StoreAt::File(world.harness.path()), real).unwrap();
    doctor.examine().unwrap()
}

fn found(examination: &Examination, check: &str) -> u64 {
    let mut findings = examination.findings.iter();
    findings
        .find(|finding| finding.check == check)
        .unwrap()
        .found
}

#[tokio::test]
async fn each_kind_of_drift_is_found() {
    for (check, drift) in DRIFT {
        let (world, ..) = patient().await;
        let before = examine(&world, world.now());
        assert!(before.is_sound(), "{before:?}");
        let conn = Connection::open(world.harness.path()).unwrap();
        assert!(conn.execute(drift, []).is_ok(), "{drift}");
        let after = examine(&world, world.now());
        assert!(found(&after, check) > 0, "{check}: {after:?}");
        assert!(!after.is_sound());
    }
}

#[tokio::test]
async fn every_check_has_its_drift() {
    let (world, ..) = patient().await;
    let examination = examine(&world, world.now());
    let checks: BTreeSet<_> = examination.findings.iter().map(|f| f.check).collect();
    let tried = DRIFT.iter().map(|(check, _)| *check);
    // These have tests of their own.
    let tried: BTreeSet<_> = tried.chain(["clock", "file"]).collect();
    assert_eq!(tried, checks);
    assert_eq!(examination.findings.len(), checks.len());
    let count = |name| {
        let mut counts = examination.counts.iter();
        counts.find(|(known, _)| *known == name).unwrap().1
    };
    assert_eq!((count("logins"), count("loginsNotRecordedAsEnded")), (2, 1));
    assert_eq!(count("logoutDeliveriesWaiting"), 1);
}

#[tokio::test]
async fn an_index_that_lags_behind_its_table_is_found() {
    let (mut world, ..) = patient().await;
    world.harness.store = None;
    let path = world.harness.path();
    // Out of the schema, so that the table changes without it, and in again.
    let forge = |sql: &str| {
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch(&format!("PRAGMA writable_schema = ON; {sql}"))
            .unwrap();
    };
    forge(
        "CREATE TABLE aside AS SELECT * FROM sqlite_schema WHERE name = 'logins_due';
        DELETE FROM sqlite_schema WHERE name = 'logins_due';",
    );
    forge("UPDATE logins SET due_at = due_at - 1 WHERE ended_at IS NULL;");
    forge("INSERT INTO sqlite_schema SELECT * FROM aside; DROP TABLE aside;");
    let examination = examine(&world, world.now());
    assert!(found(&examination, "file") > 0, "{examination:?}");
    assert_eq!(found(&examination, "schema"), 0);
}

#[tokio::test]
async fn a_clock_far_behind_is_found() {
    let (world, ..) = patient().await;
    let five_minutes = world.now() - Span::from_seconds(300);
    assert_eq!(found(&examine(&world, five_minutes), "clock"), 0);
    let more = five_minutes - Span::from_millis(1);
    let examination = examine(&world, more);
    assert_eq!(found(&examination, "clock"), 1);
    assert_eq!(examination.at, world.now(), "time stands");
}

#[tokio::test]
async fn a_user_is_explained_by_the_rules_of_a_check() {
    let (world, live, kicked) = patient().await;
    let explain = |text: String, pool| {
        let doctor = Doctor::open(&StoreAt::File(world.harness.path()), world.now()).unwrap();
        doctor.explain(&Subject { text, pool }).unwrap()
    };
    let explained = explain(live.user.to_string(), None);
    let [explanation] = &explained[..] else {
        panic!("{explained:?}");
    };
    assert_eq!(explanation.status, "Activated");
    let login = &explanation.logins[0];
    assert_eq!((login.id, login.session), (live.login, live.session));
    assert!(login.standing.is_live());
    assert_eq!(login.next_end, Some(Reason::IdleTimeout));
    let explained = explain(kicked.user.to_string(), Some(world.pool));
    let login = &explained[0].logins[0];
    assert!(matches!(login.standing, Standing::Ended(end) if end.reason == Reason::Kicked));
    assert!(login.recorded);
    assert_eq!(explained[0].kicks[0].application, kicked.application);
    assert!(explain(live.user.to_string(), Some(world.other_pool)).is_empty());
    assert!(explain("nobody@example.com".to_owned(), None).is_empty());
}

#[tokio::test]
async fn another_schema_is_not_judged() {
    let (mut world, ..) = patient().await;
    world.harness.store = None;
    let conn = Connection::open(world.harness.path()).unwrap();
    let newest = "DELETE FROM refinery_schema_history
        WHERE version = (SELECT max(version) FROM refinery_schema_history)";
    conn.execute(newest, []).unwrap();
    let opened = Doctor::open(&StoreAt::File(world.harness.path()), world.now());
    assert!(
        matches!(opened, Err(OpenError::OlderSchema { .. })),
        "{opened:?}"
    );
}
