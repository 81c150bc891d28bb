//! Authorization codes are used once.

use super::browser::{CHALLENGE, CODE_LIFETIME, InBrowser, REDIRECT_URI};
use super::{Harness, MILLISECOND, World, lifetime};
use rollcall_core::ids::PoolId;
use rollcall_core::limits;
use rollcall_core::model::event::{EventKind, Reason};
use rollcall_core::model::standing::Standing;
use rollcall_core::ports::grants::{Redeemed, Redemption, RefreshRequest, Refreshed};
use rollcall_core::ports::logins::{LoginView, SessionKey};
use rollcall_core::time::{Span, Timestamp};

impl<H: Harness> World<H> {
    /// A presentation of a code as it was issued.
    pub(crate) fn redemption(&self, browser: &InBrowser) -> Redemption {
        Redemption {
            application: browser.application(),
            code: browser.code,
            redirect_uri: REDIRECT_URI.to_owned(),
            challenge: Some(CHALLENGE.to_owned()),
            refresh_token: Some((self.digest(), limits::DEFAULT_REFRESH_TOKEN_LIFETIME)),
        }
    }

    pub(crate) async fn redeem_with(&self, pool: PoolId, redemption: Redemption) -> Redeemed {
        let store = self.store();
        let redeemed = store.redeem_code(pool, redemption, self.origin()).await;
        redeemed.unwrap()
    }

    async fn redeem(&self, browser: &InBrowser) -> Redeemed {
        self.redeem_with(self.pool, self.redemption(browser)).await
    }

    /// Redeems codes that are good.
    pub(crate) async fn redeem_all(&self, browsers: &[&InBrowser]) {
        for browser in browsers {
            let redeemed = self.redeem(browser).await;
            let is_good = matches!(redeemed, Redeemed::Redeemed { .. });
            assert!(is_good, "{redeemed:?}");
        }
    }
}

/// What a good code gives.
fn given(redeemed: Redeemed) -> LoginView {
    match redeemed {
        Redeemed::Redeemed { view, .. } => *view,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn a_code_gives_the_tokens_of_its_own_grant<H: Harness>(world: World<H>) {
    let here = world.someone_in_browser().await;
    world.advance(Span::from_seconds(10));
    let redemption = world.redemption(&here);
    let (token, token_lifetime) = redemption.refresh_token.unwrap();
    let redeemed = world.redeem_with(world.pool, redemption).await;
    let Redeemed::Redeemed { view, nonce } = redeemed else {
        panic!("{redeemed:?}");
    };
    assert_eq!(nonce.as_deref(), Some("a nonce"));
    assert_eq!(view.grant, here.view.grant);
    assert_eq!(view.login.id, here.login());
    assert_eq!(view.login.redeem_by, None);
    let begun_at = view.login.begun_at;
    assert_eq!(view.login.last_seen, begun_at, "it is no activity");
    let expires_at = begun_at + limits::DEFAULT_SESSION_IDLE_TIMEOUT;
    assert_eq!(view.standing, Standing::Live { expires_at });
    let stored = world.view(world.pool, here.login()).await.unwrap();
    assert_eq!((stored.login, stored.standing), (view.login, view.standing));
    let by_its_own = world.now() + token_lifetime;
    let at_most = begun_at + limits::DEFAULT_SESSION_MAX_LIFETIME;
    let expected = Some(by_its_own.min(at_most));
    assert_eq!(view.refresh_token_expires_at, expected);
    let found = world.store().refresh_token_login(world.pool, token).await;
    let found = found.unwrap().unwrap();
    assert_eq!(found.grant, here.view.grant);
    assert_eq!(found.refresh_token_expires_at, expected);
    // Whoever follows the events knows that it no longer ends with its code.
    let events = world.events(world.pool).await;
    let last = events.last().unwrap();
    assert_eq!(last.kind, EventKind::Extended { expires_at });
    assert_eq!((last.login, last.at), (here.login(), world.now()));
}

pub(crate) async fn a_refresh_token_needs_offline_access_and_ends_with_the_login<H: Harness>(
    world: World<H>,
) {
    let user = world.new_user(world.pool).await;
    let application = world.new_application_with(world.pool, lifetime(100)).await;
    let mut sign_in = world.new_browser_sign_in(user, application, None);
    "openid".clone_into(&mut sign_in.sign_on.scope);
    let begun_at = world.now();
    let online = world.enter_as(world.pool, sign_in).await;
    let redemption = world.redemption(&online);
    let (token, _) = redemption.refresh_token.unwrap();
    let view = given(world.redeem_with(world.pool, redemption).await);
    assert_eq!(view.refresh_token_expires_at, None);
    let found = world.store().refresh_token_login(world.pool, token).await;
    assert_eq!(found, Ok(None));
    world.advance(Span::from_seconds(30));
    let offline = world.go_on_to(&online, application).await;
    let redemption = world.redemption(&offline);
    let (token, _) = redemption.refresh_token.unwrap();
    let view = given(world.redeem_with(world.pool, redemption).await);
    let limit = begun_at + Span::from_seconds(100);
    assert_eq!(view.refresh_token_expires_at, Some(limit));
    let request = RefreshRequest {
        application,
        presented: token,
        successor: world.digest(),
        lifetime: limits::DEFAULT_REFRESH_TOKEN_LIFETIME,
        retry_window: Span::ZERO,
    };
    let refreshed = world
        .store()
        .refresh(world.pool, request, world.origin())
        .await;
    assert!(matches!(refreshed, Ok(Refreshed::Refreshed(_))));
    let mut neither = world.redemption(&world.go_on_to(&online, application).await);
    neither.refresh_token = None;
    let view = given(world.redeem_with(world.pool, neither).await);
    assert_eq!(view.refresh_token_expires_at, None);
}

pub(crate) async fn a_second_use_of_a_code_ends_its_login<H: Harness>(world: World<H>) {
    let here = world.someone_in_browser().await;
    let other = world.new_application(world.pool).await;
    let beside = world.go_on_to(&here, other).await;
    let redemption = world.redemption(&here);
    let (token, _) = redemption.refresh_token.unwrap();
    given(world.redeem_with(world.pool, redemption).await);
    world.advance(Span::from_seconds(1));
    let mut wrong = world.redemption(&here);
    wrong.challenge = None;
    let answer = world.redeem_with(world.pool, wrong).await;
    assert_eq!(answer, Redeemed::Invalid);
    assert!(world.is_live(here.login()).await);
    assert_eq!(world.redeem(&here).await, Redeemed::Reused);
    let told = world.told_end(here.login()).await;
    assert_eq!(told, Some((Reason::CodeReused, world.now())));
    assert!(world.is_in(&here).await, "the session lives on");
    assert!(world.is_live(beside.login()).await);
    let request = RefreshRequest {
        application: here.application(),
        presented: token,
        successor: world.digest(),
        lifetime: limits::DEFAULT_REFRESH_TOKEN_LIFETIME,
        retry_window: Span::ZERO,
    };
    let store = world.store();
    let refreshed = store.refresh(world.pool, request, world.origin()).await;
    assert_eq!(refreshed, Ok(Refreshed::Invalid));
    assert_eq!(world.redeem(&here).await, Redeemed::Reused);
    let again = world.go_on_to(&here, here.application()).await;
    assert_ne!(again.login(), here.login());
}

/// A used code is remembered for a day, whether or not its row is there longer.
pub(crate) async fn a_second_use_is_noticed_for_a_day<H: Harness>(world: World<H>) {
    let memory = Span::from_seconds(60 + 86_400);
    let almost = Span::from_millis(memory.as_millis() - 1);
    for (later, forgets, answer) in [
        (almost, true, Redeemed::Reused),
        (memory, false, Redeemed::Invalid),
        (memory, true, Redeemed::Invalid),
    ] {
        let here = world.someone_in_browser().await;
        world.redeem_all(&[&here]).await;
        world.advance(later);
        if forgets {
            let store = world.store();
            let forgotten = store.forget_old(limits::DEFAULT_RETENTION, 100).await;
            forgotten.unwrap();
        }
        assert_eq!(world.redeem(&here).await, answer);
        let live = answer == Redeemed::Invalid;
        assert_eq!(world.is_live(here.login()).await, live);
    }
}

pub(crate) async fn a_code_that_is_presented_wrongly_is_not_used<H: Harness>(world: World<H>) {
    let here = world.someone_in_browser().await;
    let mut bare = world.new_sign_on(here.application());
    bare.code.challenge = None;
    let code = bare.code.digest;
    world.sign_on(world.pool, here.cookie, bare).await;
    let before = world.view(world.pool, here.login()).await;
    let events = world.events(world.pool).await;
    let good = || world.redemption(&here);
    let wrong = [
        Redemption {
            application: world.new_application(world.pool).await,
            ..good()
        },
        Redemption {
            code: world.digest(),
            ..good()
        },
        Redemption {
            redirect_uri: format!("{REDIRECT_URI}/"),
            ..good()
        },
        Redemption {
            challenge: None,
            ..good()
        },
        Redemption {
            challenge: Some("another".to_owned()),
            ..good()
        },
        // A verifier for a code that was issued without a challenge.
        Redemption { code, ..good() },
    ];
    for wrong in wrong {
        let answer = world.redeem_with(world.pool, wrong.clone()).await;
        assert_eq!(answer, Redeemed::Invalid, "{wrong:?}");
        let (token, _) = wrong.refresh_token.unwrap();
        let stored = world.store().refresh_token_login(world.pool, token).await;
        assert_eq!(stored, Ok(None));
    }
    let theirs = world.redeem_with(world.other_pool, good()).await;
    assert_eq!(theirs, Redeemed::Invalid);
    assert_eq!(world.view(world.pool, here.login()).await, before);
    assert_eq!(world.events(world.pool).await, events);
    let unchallenged = Redemption {
        code,
        challenge: None,
        ..good()
    };
    given(world.redeem_with(world.pool, unchallenged).await);
    given(world.redeem_with(world.pool, good()).await);
}

pub(crate) async fn a_code_is_good_up_to_the_millisecond_of_its_expiry<H: Harness>(
    world: World<H>,
) {
    for (early, is_good) in [(1, true), (0, false), (-1, false)] {
        let here = world.someone_in_browser().await;
        let limit = world.now() + CODE_LIFETIME;
        world.advance_to(Timestamp::from_millis(limit.as_millis() - early));
        let answer = world.redeem(&here).await;
        let redeemed = matches!(answer, Redeemed::Redeemed { .. });
        assert_eq!(redeemed, is_good, "{answer:?}");
        assert_eq!(world.is_live(here.login()).await, is_good);
        world.settle(10).await;
        let told = world.told_end(here.login()).await;
        let expected = (!is_good).then_some((Reason::NotRedeemed, limit));
        assert_eq!(told, expected);
        assert!(world.is_in(&here).await);
    }
}

pub(crate) async fn an_expired_code_of_a_live_login_is_not_used<H: Harness>(world: World<H>) {
    let first = world.someone_in_browser().await;
    let second = world.go_on_to(&first, first.application()).await;
    world.redeem_all(&[&second]).await;
    world.advance(CODE_LIFETIME);
    for _ in 0..2 {
        assert_eq!(world.redeem(&first).await, Redeemed::Invalid);
    }
    assert!(world.is_live(first.login()).await);
}

pub(crate) async fn a_login_waits_for_the_last_of_its_codes<H: Harness>(world: World<H>) {
    for redeem_first in [true, false] {
        let first = world.someone_in_browser().await;
        world.advance(Span::from_seconds(30));
        let second = world.go_on_to(&first, first.application()).await;
        let last = world.now() + CODE_LIFETIME;
        world.advance(Span::from_seconds(29));
        let redeemed = if redeem_first { &first } else { &second };
        given(world.redeem(redeemed).await);
        world.advance_to(last);
        world.settle(10).await;
        assert!(world.is_live(first.login()).await);
    }
    let first = world.someone_in_browser().await;
    world.advance(Span::from_seconds(30));
    let second = world.go_on_to(&first, first.application()).await;
    let last = world.now() + CODE_LIFETIME;
    world.advance_to(last - MILLISECOND);
    world.settle(10).await;
    assert!(world.is_live(second.login()).await);
    world.advance_to(last);
    world.settle(10).await;
    let told = world.told_end(second.login()).await;
    assert_eq!(told, Some((Reason::NotRedeemed, last)));
}

/// One that lives shorter than those before it takes none of their time.
pub(crate) async fn a_shorter_code_does_not_end_its_login_early<H: Harness>(world: World<H>) {
    let first = world.someone_in_browser().await;
    let last = world.now() + CODE_LIFETIME;
    let mut brief = world.new_sign_on(first.application());
    brief.code.lifetime = Span::from_seconds(1);
    world.sign_on(world.pool, first.cookie, brief).await;
    world.advance_to(last - MILLISECOND);
    world.settle(10).await;
    given(world.redeem(&first).await);
}

pub(crate) async fn the_code_of_an_ended_login_is_dead<H: Harness>(world: World<H>) {
    let here = world.someone_in_browser().await;
    let store = world.store();
    let ended = store.end_session(
        world.pool,
        SessionKey::Cookie(here.cookie),
        Reason::SignedOut,
        world.origin(),
    );
    ended.await.unwrap();
    assert_eq!(world.redeem(&here).await, Redeemed::Invalid);
    let other = world.someone_in_browser().await;
    world.set_enabled(other.application(), false).await;
    world.set_enabled(other.application(), true).await;
    assert_eq!(world.redeem(&other).await, Redeemed::Invalid);
    assert_eq!(
        world.told_end(other.login()).await,
        Some((Reason::AppDisabled, world.now()))
    );
}
