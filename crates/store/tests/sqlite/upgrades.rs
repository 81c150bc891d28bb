//! A store of every earlier schema opens, and what was true in it is true.
//!
//! Each is made by the migrations up to its version and filled by statements that name
//! the columns of that time. How a secret is sealed is written out here once more: a
//! store that was made by an earlier binary has it so, whatever this one does.

use crate::{Sqlite, World, master_key};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use rollcall_core::ids::{ApplicationId, LoginId, PoolId, UserId, WebhookId};
use rollcall_core::model::event::{Actor, Origin, Reason};
use rollcall_core::model::identifier::{Identifier, UserSelector};
use rollcall_core::model::user::User;
use rollcall_core::ports::Store;
use rollcall_core::ports::grants::{RefreshRequest, Refreshed};
use rollcall_core::ports::logins::SessionStatus;
use rollcall_core::ports::users::Found;
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::{Clock as _, Span, Timestamp};
use rollcall_store::{Doctor, OpenOptions, SqlStore, StoreAt};
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;

mod embedded {
    refinery::embed_migrations!("migrations/sqlite");
}

/// Checksums of the migrations that stores in the world have run: they are never
/// edited again, for such a store would be refused.
const RELEASED: &[(i32, u64)] = &[
    (1, 9_352_583_096_566_635_536),
    (2, 3_873_786_438_841_313_708),
    (3, 16_778_326_833_042_390_782),
    (4, 14_205_044_884_589_935_487),
    (5, 14_821_237_220_532_647_693),
    (6, 4_409_490_903_717_702_141),
    (7, 14_072_218_542_545_686_136),
    (8, 13_990_702_263_556_225_364),
    (9, 689_329_317_245_534_956),
    (10, 12_176_527_934_891_223_857),
    (11, 6_665_484_971_198_876_326),
    (13, 5_395_486_328_738_769_552),
];

/// The version that counts what is live.
const CONSOLE: i32 = 13;

const POOL: PoolId = PoolId::from_bytes([0x11; 12]);
const APP: ApplicationId = ApplicationId::from_bytes([0x22; 12]);
const USER: UserId = UserId::from_bytes([0x33; 12]);
/// Live; kicked and recorded; kicked, of which a mass end alone tells.
const LIVE: LoginId = LoginId::from_bytes([0xa1; 16]);
const ENDED: LoginId = LoginId::from_bytes([0xa2; 16]);
const MASS_ENDED: LoginId = LoginId::from_bytes([0xa3; 16]);
const REFRESH_TOKEN: [u8; 32] = [0x55; 32];
const WEBHOOK: WebhookId = WebhookId::from_bytes([0x66; 12]);

/// The form of sealed values: a version byte, the nonce, and AES-256-GCM's output with
/// the place as associated data, each of its parts behind its length.
fn sealed(table: &str, pool: Option<PoolId>, row: &[u8], column: &str, plain: &[u8]) -> String {
    let pool = pool
        .map(|pool| pool.as_bytes().to_vec())
        .unwrap_or_default();
    let mut place = Vec::new();
    for part in [table.as_bytes(), &pool, row, column.as_bytes()] {
        place.extend_from_slice(&u64::try_from(part.len()).unwrap().to_be_bytes());
        place.extend_from_slice(part);
    }
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &[7; 32]).unwrap());
    let nonce = [9; 12];
    let mut body = plain.to_vec();
    key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(nonce),
        Aad::from(place),
        &mut body,
    )
    .unwrap();
    format!("x'01{}{}'", hex::encode(nonce), hex::encode(body))
}

fn blob(bytes: &[u8]) -> String {
    format!("x'{}'", hex::encode(bytes))
}

/// What every version has.
fn records(at: i64) -> String {
    let (pool, app, user) = (
        blob(POOL.as_bytes()),
        blob(APP.as_bytes()),
        blob(USER.as_bytes()),
    );
    let key_check = sealed("meta", None, b"key_check", "value", b"rollcall");
    let root = sealed(
        "access_keys",
        Some(POOL),
        POOL.as_bytes(),
        "secret",
        b"root",
    );
    let app_secret = sealed("applications", Some(POOL), APP.as_bytes(), "secret", b"app");
    let signing = sealed("signing_keys", None, b"kid-1", "private", b"private");
    let oauth = r#"{"grant_types":["authorization_code","refresh_token"],
        "token_endpoint_auth_method":null,"introspection_endpoint_auth_method":null,
        "revocation_endpoint_auth_method":null,"access_token_ms":7200000,"id_token_ms":3600000,
        "refresh_token_ms":2592000000,"authorization_code_ms":60000,
        "refresh_token_retry_window_ms":0,"skip_consent":true,"require_pkce":true}"#;
    format!(
        "INSERT INTO meta (name, value) VALUES ('key_check', {key_check}),
            ('clock_mark', {mark});
        INSERT INTO pools (id, ordinal, name, created_at, revision, session_idle_ms,
            session_max_ms, default_country_code)
            VALUES ({pool}, 1, 'Former', {at}, 3, 1209600000, 2592000000, '+86');
        INSERT INTO access_keys (id, pool, secret, permissions, enabled, secret_version,
            created_at) VALUES ({pool}, {pool}, {root},
            'check,sessions:read,sessions:end,users:read,users:write,apps:read,apps:write,apps:secret,keys,settings,audit',
            1, 4, {at});
        INSERT INTO applications (pool, id, identifier, name, logo, kind, enabled,
            redirect_uris, logout_redirect_uris, init_login_uri, sso_enabled_at, api_sign_in,
            password_methods, oauth, secret, secret_version, created_at, updated_at)
            VALUES ({pool}, {app}, 'mail', 'Mail', 'https://example.com/l.png', 'web', 1,
            '[\"https://example.com/cb\"]', '[]', '', {at}, 1, '[]', '{oauth}', {app_secret}, 2,
            {at}, {at});
        INSERT INTO users (pool, id, status, status_changed_at, created_at, updated_at, username,
            username_key, email, email_verified, phone, phone_country_code, phone_e164,
            phone_verified, external_id, gender, profile, source, password_hash,
            password_version, password_last_set_at, reset_on_next_login, failures_in_a_row,
            sign_in_count) VALUES ({pool}, {user}, 'Activated', {at}, {at}, {at}, 'Alice',
            'alice', 'alice@example.com', 1, '13800138000', '+86', '+8613800138000', 1, 'e-1',
            'F', '{{\"nickname\":\"Al\"}}', 'adminCreated', '$argon2id$former', 7, {at}, 0, 0, 3);
        INSERT INTO signing_keys (key_id, purpose, private, created_at)
            VALUES ('kid-1', 'RS256', {signing}, {at});
        INSERT INTO audit_rows (pool, id, at, actor, request_id, action, resource, resource_id,
            detail) VALUES ({pool}, {audit}, {at}, 'operator', '', 'create', 'pool', 'x', '');",
        mark = blob(&at.to_be_bytes()),
        audit = blob(&[0x77; 16]),
    )
}

/// What there is from the second version on.
fn sessions(at: i64) -> String {
    let (pool, app, user) = (
        blob(POOL.as_bytes()),
        blob(APP.as_bytes()),
        blob(USER.as_bytes()),
    );
    let other_app = blob(&[0x23; 12]);
    let mut sql = String::new();
    for (seq, login, app, end) in [
        (1, LIVE, &app, "NULL, NULL, NULL".to_owned()),
        (2, ENDED, &app, format!("{at}, 'kicked', 'operator'")),
        (3, MASS_ENDED, &other_app, "NULL, NULL, NULL".to_owned()),
    ] {
        let (session, login) = (
            blob(&[login.as_bytes()[0] + 0x10; 16]),
            blob(login.as_bytes()),
        );
        let rows = format!(
            "INSERT INTO sessions (pool, id, user, begun_revision, begun_index, begun_at,
                authenticated_revision, authenticated_index, authenticated_at, last_seen)
                VALUES ({pool}, {session}, {user}, 1, {seq}, {at}, 1, {seq}, {at}, {at});
            INSERT INTO logins (seq, pool, id, session, user, application, begun_revision,
                begun_index, begun_at, last_seen, due_at, ended_at, end_reason, end_actor)
                VALUES ({seq}, {pool}, {login}, {session}, {user}, {app}, 1, {seq}, {at}, {at},
                {at} + 1209600000, {end});
            INSERT INTO events (pool, revision, idx, at, recorded_at, kind, expires_at, user,
                application, session, login, actor, request_id) VALUES ({pool}, 1, {seq}, {at},
                {at}, 'began', {at} + 1209600000, {user}, {app}, {session}, {login}, 'operator',
                'r');"
        );
        sql.push_str(&rows);
    }
    let (login, grant) = (blob(LIVE.as_bytes()), blob(&[0x44; 16]));
    sql + &format!(
        "INSERT INTO grants (pool, id, login, application, scope, methods, newest_token,
            created_at) VALUES ({pool}, {grant}, {login}, {app}, 'openid offline_access', 'pwd', 1,
            {at});
        INSERT INTO refresh_tokens (pool, digest, grant_id, login, application, expires_at)
            VALUES ({pool}, {token}, {grant}, {login}, {app}, {at} + 1209600000);
        INSERT INTO revoked_tokens (pool, token_id, expires_at)
            VALUES ({pool}, 'revoked', {at} + 7200000);
        INSERT INTO mass_ends (pool, revision, idx, scope, user, application, effect, reason, at,
            actor, request_id) VALUES ({pool}, 3, 0, 'user_in_application', {user}, {other_app},
            'end', 'kicked', {at}, 'operator', 'r');",
        token = blob(&REFRESH_TOKEN),
    )
}

/// What there is from the sixth version on.
fn webhooks(at: i64) -> String {
    let secret = sealed(
        "webhooks",
        Some(POOL),
        WEBHOOK.as_bytes(),
        "secret",
        b"hook",
    );
    format!(
        "INSERT INTO webhooks (pool, id, name, url, content_type, enabled, events, secret,
            created_at, updated_at) VALUES ({}, {}, 'Hook', 'https://example.com/hook',
            'application/json', 0, 'user:created', {secret}, {at}, {at});",
        blob(POOL.as_bytes()),
        blob(WEBHOOK.as_bytes()),
    )
}

/// What a binary from the eleventh version on has counted.
const COUNTERS: &str = "
    INSERT INTO counted_users (pool, status, users)
        SELECT pool, status, count(*) FROM users GROUP BY pool, status;
    INSERT INTO counted_logins (pool, application, logins, users)
        SELECT pool, application, count(*), count(DISTINCT user) FROM logins
        WHERE ended_at IS NULL GROUP BY pool, application;";

/// A store as the binary of that version left it.
fn make(path: &Path, version: i32, at: i64) {
    let mut conn = Connection::open(path).unwrap();
    conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
        .unwrap();
    embedded::migrations::runner()
        .set_target(refinery::Target::Version(version))
        .set_grouped(true)
        .run(&mut conn)
        .unwrap();
    conn.execute_batch(&records(at)).unwrap();
    if version >= 2 {
        conn.execute_batch(&sessions(at)).unwrap();
    }
    if version >= 6 {
        conn.execute_batch(&webhooks(at)).unwrap();
    }
    if version >= 11 {
        conn.execute_batch(COUNTERS).unwrap();
    }
}

fn versions() -> Vec<i32> {
    let runner = embedded::migrations::runner();
    let mut versions: Vec<_> = runner
        .get_migrations()
        .iter()
        .map(refinery::Migration::version)
        .collect();
    versions.sort_unstable();
    versions
}

#[test]
fn a_released_migration_is_never_edited() {
    let runner = embedded::migrations::runner();
    let mut found: Vec<_> = runner
        .get_migrations()
        .iter()
        .map(|migration| (migration.version(), migration.checksum()))
        .collect();
    found.sort_unstable();
    assert_eq!(&found[..RELEASED.len()], RELEASED, "of {found:?}");
}

#[tokio::test]
async fn a_store_of_every_version_opens_and_means_the_same() {
    // Also of the present one, so that the last case is there before the next version.
    for version in versions() {
        let world = World::new().await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rollcall.db");
        let at = world.harness.clock.now();
        make(&path, version, at.as_millis());
        let store = open(&world.harness, &path);
        totals_are_right(&path, at, version);
        records_are_right(&store, version).await;
        if (2..CONSOLE).contains(&version) {
            figures_are_right(&store, version).await;
        }
        if version >= 2 {
            sessions_are_right(&store, version).await;
        }
        if version >= 6 {
            let hook = store.webhook_with_secret(POOL, WEBHOOK).await.unwrap();
            assert!(hook.unwrap().secret.unwrap().matches("hook"), "{version}");
        }
        drop(store);
        let again = open(&world.harness, &path);
        records_are_right(&again, version).await;
        totals_are_right(&path, at, version);
        drop(again);
        is_whole(&path, version);
    }
}

fn open(harness: &Sqlite, path: &Path) -> Arc<dyn Store> {
    let options = OpenOptions {
        master_key: master_key(),
        clock: harness.clock.clone(),
        entropy: harness.entropy.clone(),
        accept_earlier_clock: false,
    };
    Arc::new(SqlStore::open(path, options).unwrap())
}

/// What is kept count of agrees with what there is.
fn totals_are_right(path: &Path, at: Timestamp, version: i32) {
    let doctor = Doctor::open(&StoreAt::File(path.to_owned()), at).unwrap();
    let findings = doctor.examine().unwrap().findings;
    let totals = findings
        .iter()
        .filter(|finding| finding.check.starts_with("counted_"));
    let wrong: Vec<_> = totals.filter(|finding| finding.found > 0).collect();
    assert!(wrong.is_empty(), "{version}: {wrong:?}");
}

fn is_whole(path: &Path, version: i32) {
    let conn = Connection::open(path).unwrap();
    let found: String = conn
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(found, "ok", "{version}");
    let schema = |conn: &Connection| {
        let mut rows = conn
            .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
            .unwrap();
        let rows = rows.query_map([], |row| row.get::<_, String>(0)).unwrap();
        rows.map(Result::unwrap).collect::<Vec<_>>()
    };
    let mut fresh = Connection::open_in_memory().unwrap();
    embedded::migrations::runner().run(&mut fresh).unwrap();
    assert_eq!(schema(&conn), schema(&fresh), "{version}");
}

async fn records_are_right(store: &Arc<dyn Store>, version: i32) {
    let pool = store.first_pool().await.unwrap().unwrap();
    assert_eq!((pool.id, pool.name.as_str()), (POOL, "Former"), "{version}");
    let key = store.access_key(POOL.root_key()).await.unwrap().unwrap();
    assert!(key.secret.matches("root") && key.enabled, "{version}");
    assert_eq!(key.secret_version, 4, "{version}");
    let client = store.client(APP).await.unwrap().unwrap();
    assert!(client.secret.matches("app"), "{version}");
    assert_eq!(client.application.identifier, "mail", "{version}");
    assert!(client.application.enabled, "{version}");
    for selector in [
        UserSelector::id(USER),
        UserSelector::any_of(vec![Identifier::Email("alice@example.com".to_owned())]),
        UserSelector::any_of(vec![Identifier::Username("alice".to_owned())]),
        UserSelector::any_of(vec![Identifier::Phone("+8613800138000".to_owned())]),
    ] {
        let found = store.find_user(POOL, selector).await.unwrap();
        let Found::One(user) = found else {
            panic!("{version}: {found:?}");
        };
        is_alice(&user, version);
    }
    let keys = store.signing_keys().await.unwrap();
    assert_eq!(keys.len(), 1, "{version}");
    assert_eq!(keys[0].private.as_slice(), b"private", "{version}");
}

fn is_alice(user: &User, version: i32) {
    assert_eq!(user.id, USER, "{version}");
    assert_eq!(user.username.as_deref(), Some("Alice"), "{version}");
    assert_eq!(user.external_id.as_deref(), Some("e-1"), "{version}");
    let password = &user.password;
    assert_eq!(password.version, 7, "{version}");
    let hash = password.hash.as_ref().unwrap();
    assert_eq!(hash.as_phc(), "$argon2id$former", "{version}");
}

/// The console's figures begin with what there was.
async fn figures_are_right(store: &Arc<dyn Store>, version: i32) {
    let since = Timestamp::from_millis(0);
    let overview = store.overview(POOL, since).await.unwrap();
    let live: Vec<_> = overview.live.iter().map(|row| row.number).collect();
    assert_eq!(live, [1], "{version}");
    assert!(overview.hours.is_empty(), "{version}");
}

async fn sessions_are_right(store: &Arc<dyn Store>, version: i32) {
    let user = UserSelector::id(USER);
    let check = store.session_status(POOL.root_key(), APP, &user).await;
    let status = check.unwrap().unwrap().status;
    let expected = SessionStatus::Known { active: true };
    assert_eq!(status, expected, "{version}");
    let live = |login| async move {
        let view = store.login(POOL, login, None).await.unwrap().unwrap();
        view.standing.is_live()
    };
    assert!(live(LIVE).await, "{version}");
    assert!(!live(ENDED).await, "{version}");
    assert!(!live(MASS_ENDED).await, "{version}");
    while store.record_mass_ends(10).await.unwrap().more {}
    let view = store.login(POOL, MASS_ENDED, None).await.unwrap().unwrap();
    let end = view.login.end.unwrap();
    assert_eq!(end.reason, Reason::Kicked, "{version}");
    assert_eq!(store.is_revoked(POOL, "revoked").await, Ok(true));
    let origin = Origin {
        actor: Actor::Client(APP),
        request_id: "r".to_owned(),
        address: None,
        user_agent: None,
    };
    let request = |presented, successor| RefreshRequest {
        application: APP,
        presented: TokenDigest::from_bytes(presented),
        successor: TokenDigest::from_bytes(successor),
        lifetime: Span::from_days(1),
        retry_window: Span::ZERO,
    };
    let first = request(REFRESH_TOKEN, [0x56; 32]);
    let refreshed = store.refresh(POOL, first, origin.clone()).await.unwrap();
    let Refreshed::Refreshed(view) = refreshed else {
        panic!("{version}: {refreshed:?}");
    };
    assert_eq!(view.grant.unwrap().newest_token, 2, "{version}");
    let begun = view.login.begun_at;
    assert!(begun > Timestamp::from_millis(0), "{version}");
    let second = request(REFRESH_TOKEN, [0x57; 32]);
    let reused = store.refresh(POOL, second, origin).await;
    assert_eq!(reused, Ok(Refreshed::Reused), "{version}");
    assert!(!live(LIVE).await, "{version}");
}
