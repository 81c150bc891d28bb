//! Settings of a pool: the limits of its sessions, and what is not built.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod relying_party;
mod support;

use relying_party::with;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::Reason;
use rollcall_core::page::PageRequest;
use serde_json::{Value, json};
use support::{Answer, Contract, TestServer};

const DAY: u64 = 86_400;
const TEN_YEARS: u64 = 3_650 * DAY;

async fn settings(server: &TestServer) -> Value {
    let answer = server.get("get-security-settings", &[]).await;
    answer.data().clone()
}

async fn update(server: &TestServer, body: Value) -> Answer {
    server.post("update-security-settings", body).await
}

fn policy(members: Value) -> Value {
    Value::Object(
        [("sessionPolicy".to_owned(), members)]
            .into_iter()
            .collect(),
    )
}

fn cookie(seconds: u64) -> Value {
    json!({ "cookieSettings": {
        "cookieExpiresIn": seconds, "cookieExpiresOnBrowserSession": false,
    } })
}

#[tokio::test]
async fn a_pool_begins_with_the_defaults_and_with_what_is_built() {
    let server = TestServer::start().await;
    let answer = server.get("get-security-settings", &[]).await;
    Contract::management().assert_fits("get", "get-security-settings", &answer);
    let off = json!({ "enabled": false, "limit": 0, "timeInterval": 0 });
    let unit = |check: &Value| with(check.clone(), json!({ "unit": "Second" }));
    // 100 wrong passwords in a row, however long they took.
    let lock = unit(&json!({ "enabled": true, "limit": 100, "timeInterval": 0 }));
    let expected = json!({
        "authingTokenExpiresIn": 0, "verifyCodeLength": 0, "verifyCodeMaxAttempts": 0,
        "changeEmailStrategy": { "verifyOldEmail": false },
        "changePhoneStrategy": { "verifyOldPhone": false },
        "cookieSettings": {
            "cookieExpiresIn": 14 * DAY, "cookieExpiresOnBrowserSession": false,
        },
        "registerDisabled": true,
        "registerAnomalyDetection": { "enabled": true, "limit": 50, "timeInterval": 300 },
        "completePasswordAfterPassCodeLogin": false,
        "loginAnomalyDetection": {
            "loginFailStrategy": "block-account",
            "robotVerify": "disable", "accountLock": "condition_set",
            "loginFailCheck": unit(&off), "loginPasswordFailCheck": lock,
            "accountLockLoginPasswordFailCheck": lock,
            "robotVerifyLoginPasswordFailCheck": unit(&off),
            "robotVerifyLoginIpWhitelistCheck": { "enabled": false, "ipWhitelist": "" },
            "robotVerifyLoginTimeCheckEnable": false,
            "robotVerifyloginWeekStartEndTime": [],
        },
        "loginRequireEmailVerified": false,
        "selfUnlockAccount": { "enabled": false, "strategy": "captcha" },
        "enableLoginAccountSwitch": false,
        "qrcodeLoginStrategy": {
            "qrcodeExpiresIn": 0, "qrcodeExpiresInUnit": "Second",
            "ticketExpiresIn": 0, "ticketExpiresInUnit": "Second",
            "allowExchangeUserInfoFromBrowser": false, "returnFullUserInfo": false,
        },
        "sessionPolicy": { "idleTimeout": 14 * DAY, "maxLifetime": 30 * DAY },
    });
    assert_eq!(answer.data(), &expected);
}

#[tokio::test]
async fn a_change_changes_what_it_says_in_its_pool_alone_and_is_on_the_record() {
    let server = TestServer::start().await;
    let other = server.add_pool().await;
    let before = settings(&server).await;
    let wanted = json!({
        "idleTimeout": 900, "maxLifetime": DAY,
        "maxSessionsPerUser": 3, "sessionLimitAction": "refuse",
    });
    let answer = update(&server, policy(wanted.clone())).await;
    Contract::management().assert_fits("post", "update-security-settings", &answer);
    let mut expected = before.clone();
    expected["sessionPolicy"] = wanted;
    expected["cookieSettings"]["cookieExpiresIn"] = json!(900);
    assert_eq!(answer.data(), &expected);
    assert_eq!(settings(&server).await, expected);
    let theirs = server.get_as(&other, "get-security-settings", &[]).await;
    assert_eq!(theirs.data(), &before);

    let browser = json!({ "cookieSettings": {
        "cookieExpiresIn": 600, "cookieExpiresOnBrowserSession": true,
    } });
    update(&server, browser.clone()).await.data();
    expected["cookieSettings"] = browser["cookieSettings"].clone();
    expected["sessionPolicy"]["idleTimeout"] = json!(600);
    assert_eq!(settings(&server).await, expected);
    update(&server, json!({})).await.data();
    assert_eq!(settings(&server).await, expected);

    let page = PageRequest::new(None, None).unwrap();
    let store = &server.authority.store;
    let rows = store.audit_rows(server.root.pool, page).await.unwrap();
    let changes = rows
        .list
        .into_iter()
        .filter(|row| (row.action, row.resource) == (AuditAction::Update, AuditResource::Pool));
    let fields: Vec<_> = changes.map(|row| row.detail).collect();
    assert_eq!(
        fields,
        [
            "",
            "idleTimeout,cookieExpiresOnBrowserSession",
            "idleTimeout,maxLifetime,maxSessionsPerUser,sessionLimitAction",
        ]
    );
}

#[tokio::test]
async fn what_was_answered_can_be_sent_back_and_changes_nothing() {
    let server = TestServer::start().await;
    let first = settings(&server).await;
    assert_eq!(update(&server, first.clone()).await.data(), &first);
    update(&server, policy(json!({ "maxSessionsPerUser": 5 }))).await;
    let second = settings(&server).await;
    assert_eq!(update(&server, second.clone()).await.data(), &second);
    assert_eq!(second["sessionPolicy"]["maxSessionsPerUser"], 5);
    assert_eq!(second["sessionPolicy"]["sessionLimitAction"], "end_oldest");
    // What may be left out may be left out, and `null` is absent.
    let mut short = first.clone();
    let detection = short["loginAnomalyDetection"].as_object_mut().unwrap();
    detection.remove("accountLockLoginPasswordFailCheck");
    let check = detection["loginFailCheck"].as_object_mut().unwrap();
    check.remove("unit");
    let strategy = short["qrcodeLoginStrategy"].as_object_mut().unwrap();
    strategy.remove("ticketExpiresInUnit");
    short["allowedOrigins"] = json!([]);
    short["sessionPolicy"] = Value::Null;
    short["verifyCodeLength"] = Value::Null;
    assert_eq!(update(&server, short).await.data(), &second);
}

#[tokio::test]
async fn the_idle_timeout_has_two_names_and_one_value() {
    let server = TestServer::start().await;
    for body in [
        cookie(600),
        policy(json!({ "idleTimeout": 601 })),
        with(cookie(602), policy(json!({ "idleTimeout": 602 }))),
    ] {
        let answer = update(&server, body).await;
        let (ours, theirs) = (
            &answer.data()["sessionPolicy"]["idleTimeout"],
            &answer.data()["cookieSettings"]["cookieExpiresIn"],
        );
        assert_eq!(ours, theirs);
    }
    let before = settings(&server).await;
    assert_eq!(before["sessionPolicy"]["idleTimeout"], 602);
    let differing = with(cookie(602), policy(json!({ "idleTimeout": 603 })));
    let answer = update(&server, differing).await;
    answer.assert_names(400, "cookieExpiresIn, idleTimeout");
    assert_eq!(settings(&server).await, before);
}

#[tokio::test]
async fn all_values_past_their_range_are_named() {
    let server = TestServer::start().await;
    for body in [
        policy(json!({ "idleTimeout": 1, "maxLifetime": TEN_YEARS, "maxSessionsPerUser": 10_000 })),
        policy(json!({ "idleTimeout": TEN_YEARS, "maxLifetime": 1, "maxSessionsPerUser": 1 })),
        cookie(1),
        cookie(TEN_YEARS),
    ] {
        update(&server, body).await.data();
    }
    let before = settings(&server).await;
    for (body, names) in [
        (cookie(0), "cookieExpiresIn"),
        (cookie(TEN_YEARS + 1), "cookieExpiresIn"),
        (
            policy(json!({
                "idleTimeout": 0, "maxLifetime": TEN_YEARS + 1, "maxSessionsPerUser": 10_001,
            })),
            "idleTimeout, maxLifetime, maxSessionsPerUser",
        ),
        (
            policy(json!({ "maxSessionsPerUser": 1_u64 << 40 })),
            "maxSessionsPerUser",
        ),
        (
            policy(json!({
                "idleTimeout": -1, "maxLifetime": 1.5, "maxSessionsPerUser": "3",
            })),
            "idleTimeout, maxLifetime, maxSessionsPerUser",
        ),
        (
            policy(json!({ "sessionLimitAction": "end_newest" })),
            "sessionLimitAction",
        ),
        (
            json!({ "cookieSettings": { "cookieExpiresIn": 60 } }),
            "cookieExpiresOnBrowserSession",
        ),
        (json!({ "cookieSettings": 60 }), "cookieSettings"),
    ] {
        update(&server, body).await.assert_names(400, names);
    }
    assert_eq!(settings(&server).await, before);
}

/// Settings of features that are not built, each with another value than the
/// answer's.
fn not_built(before: &Value) -> Vec<(&'static str, Value)> {
    let check = json!({ "enabled": true, "limit": 50, "timeInterval": 300 });
    let changed = |name: &str, members: Value| with(before[name].clone(), members);
    let captcha = json!({ "robotVerify": "always_enable" });
    let lock = json!({ "accountLockLoginPasswordFailCheck": check.clone() });
    let detection = "loginAnomalyDetection";
    vec![
        ("allowedOrigins", json!(["https://a.example"])),
        ("authingTokenExpiresIn", json!(1_296_000)),
        ("verifyCodeLength", json!(6)),
        ("verifyCodeMaxAttempts", json!(1)),
        ("changeEmailStrategy", json!({ "verifyOldEmail": true })),
        ("changePhoneStrategy", json!({ "verifyOldPhone": true })),
        (
            "registerAnomalyDetection",
            with(check, json!({ "limit": 51 })),
        ),
        ("completePasswordAfterPassCodeLogin", json!(true)),
        (detection, changed(detection, captcha)),
        (detection, changed(detection, lock)),
        ("loginRequireEmailVerified", json!(true)),
        (
            "selfUnlockAccount",
            json!({ "enabled": true, "strategy": "captcha" }),
        ),
        ("enableLoginAccountSwitch", json!(true)),
        (
            "qrcodeLoginStrategy",
            changed("qrcodeLoginStrategy", json!({ "qrcodeExpiresIn": 120 })),
        ),
    ]
}

#[tokio::test]
async fn settings_that_are_not_built_are_refused_by_name() {
    let server = TestServer::start().await;
    let before = settings(&server).await;
    for (name, value) in not_built(&before) {
        // What could be stored beside it is not.
        let body = with(cookie(60), json!({ name: value }));
        update(&server, body).await.assert_names(501, name);
        assert_eq!(settings(&server).await, before, "{name}");
    }
}

#[tokio::test]
async fn shorter_limits_count_at_once_and_longer_ones_revive_nothing() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let app_id = server.add_application("mail").await;
    server.sign_in(&bob, &app_id).await;
    let login = server
        .sign_in(&bob, &app_id)
        .await
        .view
        .login
        .id
        .to_string();
    server.pass(60);
    update(&server, cookie(61)).await.data();
    assert!(server.is_active(&bob, &app_id).await);
    update(&server, policy(json!({ "idleTimeout": 60 })))
        .await
        .data();
    assert!(!server.is_active(&bob, &app_id).await);
    assert_eq!(server.end_of(&login).await, Some(Reason::PolicyChanged));
    update(&server, cookie(14 * DAY)).await.data();
    assert!(!server.is_active(&bob, &app_id).await);
    let again = server
        .sign_in(&bob, &app_id)
        .await
        .view
        .login
        .id
        .to_string();
    server.pass(120);
    update(&server, policy(json!({ "maxLifetime": 120 })))
        .await
        .data();
    assert_eq!(server.end_of(&again).await, Some(Reason::PolicyChanged));
}

/// It may only shorten, and what it asked for counts again when the pool's limit
/// is longer.
#[tokio::test]
async fn an_application_follows_its_pool_as_it_is_now() {
    let server = TestServer::start().await;
    let bob = server.add_user("bob").await;
    let app_id = server.add_application("mail").await;
    let own =
        |seconds: u64| json!({ "appId": app_id, "sessionPolicy": { "idleTimeout": seconds } });
    server.post("update-application", own(900)).await.data();
    update(&server, policy(json!({ "idleTimeout": 600 })))
        .await
        .data();
    let answer = server.post("update-application", own(601)).await;
    answer.assert_names(422, "only shorten");
    let untouched = json!({ "appId": app_id, "appDescription": "letters" });
    let answer = server.post("update-application", untouched).await;
    assert_eq!(
        answer.data()["sessionPolicy"],
        json!({ "idleTimeout": 900 })
    );
    let new = json!({ "appName": "chat", "sessionPolicy": { "idleTimeout": 601 } });
    server
        .post("create-application", new)
        .await
        .assert_fails(422, None);
    server.sign_in(&bob, &app_id).await;
    server.pass(599);
    assert!(server.is_active(&bob, &app_id).await);
    server.pass(1);
    assert!(!server.is_active(&bob, &app_id).await);
    update(&server, policy(json!({ "idleTimeout": 1_200 })))
        .await
        .data();
    server.sign_in(&bob, &app_id).await;
    server.pass(899);
    assert!(server.is_active(&bob, &app_id).await);
    server.pass(1);
    assert!(!server.is_active(&bob, &app_id).await);
    server.post("update-application", own(1_200)).await.data();
    let longer = server.post("update-application", own(1_201)).await;
    longer.assert_fails(422, None);
}
