//! Settings of a pool: the limits of its sessions, and what a change of them ends.

use super::records::{audit_of, fresh};
use super::{Harness, MILLISECOND, SignedIn, World, idle};
use rollcall_core::ids::{ApplicationId, GrantId, LoginId, PoolId, SessionId, UserId};
use rollcall_core::limits;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::{End, EventKind, Reason};
use rollcall_core::model::login::LoginDevice;
use rollcall_core::model::policy::{ConcurrencyChange, LimitAction};
use rollcall_core::model::pool::{Pool, PoolChange};
use rollcall_core::model::session::Session;
use rollcall_core::model::sign_on::SignOnDemands;
use rollcall_core::model::standing::Standing;
use rollcall_core::ports::browser_sessions::{BrowserSignIn, BrowserSignedIn, NewCode, SignOn};
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::{Span, Timestamp};

/// A change of the idle timeout.
fn idle_timeout(seconds: i64) -> PoolChange {
    PoolChange {
        idle_timeout: Some(Span::from_seconds(seconds)),
        ..PoolChange::default()
    }
}

fn sessions(max: u32) -> PoolChange {
    PoolChange {
        session_limit: ConcurrencyChange {
            max: Some(max),
            action: None,
        },
        ..PoolChange::default()
    }
}

async fn pool_of<H: Harness>(w: &World<H>, pool: PoolId) -> Pool {
    w.store().pool(pool).await.unwrap().unwrap()
}

async fn set<H: Harness>(w: &World<H>, pool: PoolId, change: PoolChange) {
    let expected = pool_of(w, pool).await.changed_by(change);
    let store = w.store();
    let answer = store.update_pool_settings(pool, change, w.origin()).await;
    assert_eq!(answer, Ok(Some(expected.clone())));
    assert_eq!(pool_of(w, pool).await, expected);
}

/// A browser's session that has no login: the person has not consented yet.
#[derive(Clone, Copy)]
struct Browser {
    pool: PoolId,
    cookie: TokenDigest,
    application: ApplicationId,
}

impl Browser {
    async fn sign_in<H: Harness>(
        w: &World<H>,
        pool: PoolId,
        user: UserId,
        application: ApplicationId,
    ) -> Self {
        let cookie = w.digest();
        let (now, entropy) = (w.now(), w.harness.entropy());
        let sign_in = BrowserSignIn {
            user,
            password_version: 1,
            rehashed: None,
            presented: None,
            cookie,
            session: SessionId::generate(now, entropy),
            failure_key: w.digest(),
            sign_on: SignOn {
                application,
                login: LoginId::generate(now, entropy),
                grant: GrantId::generate(now, entropy),
                scope: "openid".to_owned(),
                code: NewCode {
                    digest: w.digest(),
                    lifetime: limits::DEFAULT_AUTHORIZATION_CODE_LIFETIME,
                    redirect_uri: "https://example.com/callback".to_owned(),
                    challenge: None,
                    nonce: None,
                },
                device: LoginDevice {
                    address: None,
                    user_agent: None,
                },
                demands: SignOnDemands {
                    consent: true,
                    ..SignOnDemands::default()
                },
            },
        };
        let store = w.store();
        let answer = store.sign_in_browser(pool, sign_in, w.origin()).await;
        let answer = answer.unwrap();
        assert!(
            matches!(answer, BrowserSignedIn::NeedsConsent(_)),
            "{answer:?}"
        );
        Self {
            pool,
            cookie,
            application,
        }
    }

    async fn look<H: Harness>(self, w: &World<H>) -> (Session, Standing) {
        let store = w.store();
        let found = store
            .browser_session(self.pool, self.cookie, self.application)
            .await;
        let found = found.unwrap().unwrap();
        (found.session, found.standing)
    }

    async fn is_live<H: Harness>(self, w: &World<H>) -> bool {
        self.look(w).await.1.is_live()
    }
}

/// Someone who is signed in by the JSON API and in a browser.
struct Someone {
    login: SignedIn,
    browser: Browser,
}

impl Someone {
    async fn sign_in<H: Harness>(w: &World<H>, pool: PoolId) -> Self {
        let login = w.someone_signed_in(pool).await;
        let browser = Browser::sign_in(w, pool, login.user, login.application).await;
        Self { login, browser }
    }

    /// Both stand as live, or neither does.
    async fn is_live<H: Harness>(&self, w: &World<H>) -> bool {
        let view = w.view(self.browser.pool, self.login.login).await.unwrap();
        let browser = self.browser.is_live(w).await;
        assert_eq!(view.standing.is_live(), browser);
        browser
    }

    /// Both have ended so, whether that is recorded or not.
    async fn assert_ended<H: Harness>(&self, w: &World<H>, reason: Reason, at: Timestamp) {
        let view = w.view(self.browser.pool, self.login.login).await.unwrap();
        for standing in [view.standing, self.browser.look(w).await.1] {
            let Standing::Ended(end) = standing else {
                panic!("{standing:?}");
            };
            assert_eq!((end.reason, end.at), (reason, at));
        }
    }

    /// The ends that are recorded on the login, its session and the browser's.
    async fn recorded<H: Harness>(&self, w: &World<H>) -> Vec<End> {
        let view = w.view(self.browser.pool, self.login.login).await.unwrap();
        let browser = self.browser.look(w).await.0;
        let all = [view.login.end, view.session.end, browser.end];
        all.into_iter().flatten().collect()
    }

    async fn assert_recorded<H: Harness>(&self, w: &World<H>, reason: Reason, at: Timestamp) {
        let ends = self.recorded(w).await;
        let told: Vec<_> = ends.iter().map(|end| (end.reason, end.at)).collect();
        assert_eq!(told, [(reason, at); 3]);
        let events = w.events(self.browser.pool).await;
        let of_login = events
            .iter()
            .filter(|event| event.login == self.login.login);
        let ends = of_login.filter(|event| matches!(event.kind, EventKind::Ended(_)));
        let ends: Vec<_> = ends.map(|event| (event.kind, event.at)).collect();
        assert_eq!(ends, [(EventKind::Ended(reason), at)]);
    }
}

pub(crate) async fn a_change_applies_whole_in_its_pool_and_names_its_fields<H: Harness>(
    w: World<H>,
) {
    let (pool, other) = (w.pool, w.other_pool);
    let (former, twin) = (pool_of(&w, pool).await, pool_of(&w, other).await);
    let change = PoolChange {
        idle_timeout: Some(Span::from_seconds(900)),
        max_lifetime: Some(Span::from_days(1)),
        session_limit: ConcurrencyChange {
            max: Some(3),
            action: Some(LimitAction::Refuse),
        },
        cookie_ends_with_browser: Some(true),
        registration_open: Some(true),
    };
    let unknown = PoolId::from_bytes(fresh());
    let store = w.store();
    let answer = store
        .update_pool_settings(unknown, change, w.origin())
        .await;
    assert_eq!(answer, Ok(None));
    set(&w, pool, change).await;
    set(&w, pool, idle_timeout(600)).await;
    set(&w, pool, PoolChange::default()).await;
    let now = pool_of(&w, pool).await;
    assert_eq!(now.session_limits.idle_timeout, Span::from_seconds(600));
    assert_eq!(now.session_limits.max_lifetime, Span::from_days(1));
    assert_eq!(now.session_limit.max, Some(3));
    assert!(now.cookie_ends_with_browser);
    assert_eq!(now.name, former.name);
    assert_eq!(pool_of(&w, other).await, twin);
    let audit = audit_of(&w, pool, AuditResource::Pool).await;
    let told: Vec<_> = audit[1..]
        .iter()
        .map(|(action, id, detail)| (*action, id.as_str(), detail.as_str()))
        .collect();
    let id = pool.to_string();
    let row = |detail| (AuditAction::Update, id.as_str(), detail);
    assert_eq!(
        told,
        [
            row(
                "idleTimeout,maxLifetime,maxSessionsPerUser,sessionLimitAction,\
                 cookieExpiresOnBrowserSession,registerDisabled"
            ),
            row("idleTimeout"),
            row("")
        ]
    );
    assert_eq!(audit_of(&w, other, AuditResource::Pool).await.len(), 1);
}

pub(crate) async fn shortened_limits_end_what_outlived_them_in_batches<H: Harness>(w: World<H>) {
    let pool = w.pool;
    w.harness.set_end_batch(1);
    for pool in [pool, w.other_pool] {
        set(&w, pool, idle_timeout(100)).await;
    }
    let mut outlived = Vec::new();
    for _ in 0..3 {
        outlived.push(Someone::sign_in(&w, pool).await);
    }
    let twin = Someone::sign_in(&w, w.other_pool).await;
    w.advance(Span::from_seconds(30));
    let within = Someone::sign_in(&w, pool).await;
    let begun_at = w.now();
    w.advance(Span::from_seconds(10));
    let changed_at = w.now();
    set(&w, pool, idle_timeout(40)).await;
    let mut recorded = 0;
    for who in &outlived {
        who.assert_ended(&w, Reason::PolicyChanged, changed_at)
            .await;
        assert!(!w.is_signed_in(&who.login).await);
        recorded += who.recorded(&w).await.len();
    }
    assert_eq!(recorded, 2, "one login, and its session with it");
    assert!(within.is_live(&w).await);
    let after = Someone::sign_in(&w, pool).await;
    w.advance(Span::from_seconds(1));
    w.settle(1).await;
    for who in &outlived {
        who.assert_recorded(&w, Reason::PolicyChanged, changed_at)
            .await;
    }
    for who in [&within, &after, &twin] {
        assert!(who.is_live(&w).await);
        assert_eq!(who.recorded(&w).await, []);
    }
    let limit = begun_at + Span::from_seconds(40);
    w.advance_to(limit - MILLISECOND);
    assert!(within.is_live(&w).await);
    w.advance_to(limit);
    w.settle(1).await;
    within.assert_recorded(&w, Reason::IdleTimeout, limit).await;
    assert!(after.is_live(&w).await);
    assert!(twin.is_live(&w).await);
}

pub(crate) async fn lengthened_limits_revive_nothing<H: Harness>(w: World<H>) {
    let pool = w.pool;
    w.harness.set_end_batch(1);
    let lifetime = |seconds| PoolChange {
        max_lifetime: Some(Span::from_seconds(seconds)),
        ..PoolChange::default()
    };
    set(&w, pool, lifetime(100)).await;
    let expired = [
        Someone::sign_in(&w, pool).await,
        Someone::sign_in(&w, pool).await,
    ];
    let limit = w.now() + Span::from_seconds(100);
    w.advance(Span::from_seconds(50));
    let live = Someone::sign_in(&w, pool).await;
    let begun_at = w.now();
    w.advance_to(limit);
    set(&w, pool, lifetime(1_000)).await;
    for who in &expired {
        who.assert_ended(&w, Reason::MaxLifetime, limit).await;
    }
    w.settle(1).await;
    for who in &expired {
        who.assert_recorded(&w, Reason::MaxLifetime, limit).await;
    }
    let limit = begun_at + Span::from_seconds(1_000);
    w.advance_to(limit - MILLISECOND);
    w.settle(1).await;
    assert!(live.is_live(&w).await);
    assert_eq!(live.recorded(&w).await, []);
    w.advance_to(limit);
    w.settle(1).await;
    live.assert_recorded(&w, Reason::MaxLifetime, limit).await;
}

pub(crate) async fn shortened_and_lengthened_again_revives_nothing<H: Harness>(w: World<H>) {
    let pool = w.pool;
    w.harness.set_end_batch(1);
    set(&w, pool, idle_timeout(100)).await;
    let outlived = [
        Someone::sign_in(&w, pool).await,
        Someone::sign_in(&w, pool).await,
    ];
    w.advance(Span::from_seconds(50));
    let changed_at = w.now();
    set(&w, pool, idle_timeout(40)).await;
    w.advance(Span::from_seconds(1));
    let between = Someone::sign_in(&w, pool).await;
    set(&w, pool, idle_timeout(100)).await;
    let limit = w.now() + Span::from_seconds(100);
    for who in &outlived {
        who.assert_ended(&w, Reason::PolicyChanged, changed_at)
            .await;
    }
    w.settle(1).await;
    for who in &outlived {
        who.assert_recorded(&w, Reason::PolicyChanged, changed_at)
            .await;
    }
    w.advance_to(limit - MILLISECOND);
    assert!(between.is_live(&w).await);
    w.advance_to(limit);
    w.settle(1).await;
    between
        .assert_recorded(&w, Reason::IdleTimeout, limit)
        .await;
}

pub(crate) async fn an_application_follows_a_pool_that_is_shorter<H: Harness>(w: World<H>) {
    let pool = w.pool;
    set(&w, pool, idle_timeout(100)).await;
    let application = w.new_application_with(pool, idle(60)).await;
    let user = w.new_user(pool).await;
    set(&w, pool, idle_timeout(30)).await;
    let short = w.sign_in(pool, user, application).await;
    w.advance(Span::from_millis(29_999));
    assert!(w.is_signed_in(&short).await);
    w.advance(MILLISECOND);
    assert!(!w.is_signed_in(&short).await);
    set(&w, pool, idle_timeout(100)).await;
    assert!(!w.is_signed_in(&short).await);
    let own = w.sign_in(pool, user, application).await;
    w.advance(Span::from_millis(59_999));
    assert!(w.is_signed_in(&own).await);
    w.advance(MILLISECOND);
    assert!(!w.is_signed_in(&own).await);
    w.settle(10).await;
    let of_own = w.recorded_end(own.login).await.unwrap();
    assert_eq!((of_own.reason, of_own.at), (Reason::IdleTimeout, w.now()));
}

pub(crate) async fn fewer_sessions_end_nobody_until_the_next_sign_in<H: Harness>(w: World<H>) {
    let pool = w.pool;
    let user = w.new_user(pool).await;
    let application = w.new_application(pool).await;
    let twin_user = w.new_user(w.other_pool).await;
    let twin_application = w.new_application(w.other_pool).await;
    let (mut all, mut twins) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        all.push(w.sign_in(pool, user, application).await.login);
        let twin = w.sign_in(w.other_pool, twin_user, twin_application).await;
        twins.push(twin.login);
    }
    let live = async |pool, logins: &[LoginId]| {
        let mut live = Vec::new();
        for login in logins {
            let view = w.view(pool, *login).await.unwrap();
            live.push(view.standing.is_live());
        }
        live
    };
    set(&w, pool, sessions(3)).await;
    w.settle(10).await;
    assert_eq!(live(pool, &all).await, [true; 5]);
    all.push(w.sign_in(pool, user, application).await.login);
    let expected = [false, false, false, true, true, true];
    assert_eq!(live(pool, &all).await, expected);
    for login in &all[..3] {
        let end = w.recorded_end(*login).await.unwrap();
        assert_eq!(end.reason, Reason::Replaced);
    }
    set(&w, pool, sessions(0)).await;
    all.push(w.sign_in(pool, user, application).await.login);
    assert_eq!(live(pool, &all[3..]).await, [true; 4]);
    w.sign_in(w.other_pool, twin_user, twin_application).await;
    assert_eq!(live(w.other_pool, &twins).await, [true; 5]);
}
