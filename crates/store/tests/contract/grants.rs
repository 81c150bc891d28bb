//! Refresh tokens rotate; a second use ends the login.

use super::{Harness, MILLISECOND, SignedIn, World, idle, lifetime};
use rollcall_core::ids::ApplicationId;
use rollcall_core::limits;
use rollcall_core::model::event::{EventKind, Reason};
use rollcall_core::model::grant::TokenNumber;
use rollcall_core::model::standing::Standing;
use rollcall_core::ports::grants::{RefreshRequest, Refreshed, RevokedToken};
use rollcall_core::ports::logins::LoginView;
use rollcall_core::secret::TokenDigest;
use rollcall_core::time::Span;

/// Presents a token; answers what became of it and the successor's digest.
async fn refresh_with<H: Harness>(
    world: &World<H>,
    application: ApplicationId,
    presented: TokenDigest,
    retry_window: Span,
) -> (Refreshed, TokenDigest) {
    let successor = world.digest();
    let request = RefreshRequest {
        application,
        presented,
        successor,
        lifetime: limits::DEFAULT_REFRESH_TOKEN_LIFETIME,
        retry_window,
    };
    let refreshed = world
        .store()
        .refresh(world.pool, request, world.origin())
        .await;
    (refreshed.unwrap(), successor)
}

async fn refresh<H: Harness>(
    world: &World<H>,
    who: &SignedIn,
    presented: TokenDigest,
) -> (Refreshed, TokenDigest) {
    refresh_with(world, who.application, presented, Span::ZERO).await
}

/// Presents a token that is good; answers the view and the successor.
async fn rotate<H: Harness>(
    world: &World<H>,
    who: &SignedIn,
    presented: TokenDigest,
    retry_window: Span,
) -> (LoginView, TokenDigest) {
    match refresh_with(world, who.application, presented, retry_window).await {
        (Refreshed::Refreshed(view), successor) => (*view, successor),
        (other, _) => panic!("{other:?}"),
    }
}

async fn end_reason<H: Harness>(world: &World<H>, who: &SignedIn) -> Option<Reason> {
    world.recorded_end(who.login).await.map(|end| end.reason)
}

pub(crate) async fn a_refresh_rotates_and_counts_as_activity<H: Harness>(world: World<H>) {
    let application = world.new_application_with(world.pool, idle(600)).await;
    let user = world.new_user(world.pool).await;
    let who = world.sign_in(world.pool, user, application).await;
    world.advance(Span::from_seconds(500));
    let (view, second) = rotate(&world, &who, who.refresh_token, Span::ZERO).await;
    let expires_at = world.now() + Span::from_seconds(600);
    assert_eq!(view.standing, Standing::Live { expires_at });
    assert_eq!(view.grant.unwrap().newest_token, 2);
    let events = world.events(world.pool).await;
    assert_eq!(events[1].kind, EventKind::Extended { expires_at });
    world.advance(Span::from_seconds(500));
    let (view, _) = rotate(&world, &who, second, Span::ZERO).await;
    assert_eq!(view.grant.unwrap().newest_token, 3);
    assert!(world.is_signed_in(&who).await);
}

pub(crate) async fn a_successor_expires_with_the_login_at_the_latest<H: Harness>(world: World<H>) {
    let application = world
        .new_application_with(world.pool, lifetime(1_000))
        .await;
    let user = world.new_user(world.pool).await;
    let limit = world.now() + Span::from_seconds(1_000);
    let who = world.sign_in(world.pool, user, application).await;
    world.advance(Span::from_seconds(10));
    let (view, successor) = rotate(&world, &who, who.refresh_token, Span::ZERO).await;
    assert_eq!(view.refresh_token_expires_at, Some(limit));
    world.advance_to(limit - MILLISECOND);
    let (_, successor) = rotate(&world, &who, successor, Span::ZERO).await;
    world.advance_to(limit);
    assert_eq!(refresh(&world, &who, successor).await.0, Refreshed::Invalid);
}

pub(crate) async fn a_second_use_ends_the_login<H: Harness>(world: World<H>) {
    let who = world.someone_signed_in(world.pool).await;
    let (_, successor) = rotate(&world, &who, who.refresh_token, Span::ZERO).await;
    let again = refresh(&world, &who, who.refresh_token).await.0;
    assert_eq!(again, Refreshed::Reused);
    assert!(!world.is_signed_in(&who).await);
    assert_eq!(
        end_reason(&world, &who).await,
        Some(Reason::RefreshTokenReused)
    );
    assert_eq!(refresh(&world, &who, successor).await.0, Refreshed::Invalid);
    let third = refresh(&world, &who, who.refresh_token).await.0;
    assert_eq!(third, Refreshed::Reused);
    let events = world.events(world.pool).await;
    assert_eq!(events.len(), 2, "it ended once: {events:?}");
}

pub(crate) async fn a_retry_inside_the_window_cancels_the_unused_successor<H: Harness>(
    world: World<H>,
) {
    let who = world.someone_signed_in(world.pool).await;
    let window = Span::from_seconds(30);
    let (_, first) = rotate(&world, &who, who.refresh_token, window).await;
    world.advance(Span::from_millis(29_999));
    let (view, second) = rotate(&world, &who, who.refresh_token, window).await;
    assert_eq!(view.grant.unwrap().newest_token, 3);
    let cancelled = world.store().refresh_token_login(world.pool, first).await;
    assert_eq!(cancelled, Ok(None));
    let (_, third) = rotate(&world, &who, second, window).await;
    let stale = refresh_with(&world, who.application, first, window).await.0;
    assert_eq!(stale, Refreshed::Reused);
    assert_eq!(
        end_reason(&world, &who).await,
        Some(Reason::RefreshTokenReused)
    );
    assert_eq!(refresh(&world, &who, third).await.0, Refreshed::Invalid);
}

pub(crate) async fn a_retry_outside_the_window_is_reuse<H: Harness>(world: World<H>) {
    let who = world.someone_signed_in(world.pool).await;
    let window = Span::from_seconds(30);
    rotate(&world, &who, who.refresh_token, window).await;
    world.advance(Span::from_seconds(20));
    // A retry does not prolong the window of the first use.
    rotate(&world, &who, who.refresh_token, window).await;
    world.advance(Span::from_seconds(10));
    let late = refresh_with(&world, who.application, who.refresh_token, window)
        .await
        .0;
    assert_eq!(late, Refreshed::Reused);
    assert_eq!(
        end_reason(&world, &who).await,
        Some(Reason::RefreshTokenReused)
    );
}

pub(crate) async fn a_retry_after_its_successor_was_used_is_reuse<H: Harness>(world: World<H>) {
    let who = world.someone_signed_in(world.pool).await;
    let window = Span::from_seconds(30);
    let (_, successor) = rotate(&world, &who, who.refresh_token, window).await;
    rotate(&world, &who, successor, window).await;
    let retry = refresh_with(&world, who.application, who.refresh_token, window)
        .await
        .0;
    assert_eq!(retry, Refreshed::Reused);
    assert_eq!(
        end_reason(&world, &who).await,
        Some(Reason::RefreshTokenReused)
    );
}

pub(crate) async fn another_clients_token_changes_nothing<H: Harness>(world: World<H>) {
    let who = world.someone_signed_in(world.pool).await;
    let other = world.new_application(world.pool).await;
    let store = world.store();
    for presented in [who.refresh_token, world.digest()] {
        let stolen = refresh_with(&world, other, presented, Span::ZERO).await.0;
        assert_eq!(stolen, Refreshed::Invalid);
    }
    let request = RefreshRequest {
        application: who.application,
        presented: who.refresh_token,
        successor: world.digest(),
        lifetime: Span::from_days(1),
        retry_window: Span::ZERO,
    };
    let elsewhere = store
        .refresh(world.other_pool, request, world.origin())
        .await;
    assert_eq!(elsewhere, Ok(Refreshed::Invalid));
    for token in [
        RevokedToken::Refresh(who.refresh_token),
        access(&world, &who, 1),
    ] {
        let revoked = store.revoke_token(world.pool, other, token.clone(), world.origin());
        assert_eq!(revoked.await, Ok(()));
        let elsewhere =
            store.revoke_token(world.other_pool, who.application, token, world.origin());
        assert_eq!(elsewhere.await, Ok(()));
    }
    assert!(world.is_signed_in(&who).await);
    rotate(&world, &who, who.refresh_token, Span::ZERO).await;
}

pub(crate) async fn a_refresh_tokens_login_is_found_until_it_is_used<H: Harness>(world: World<H>) {
    let who = world.someone_signed_in(world.pool).await;
    let expires_at = world.now() + limits::DEFAULT_REFRESH_TOKEN_LIFETIME;
    let store = world.store();
    let look = async |pool, token| store.refresh_token_login(pool, token).await.unwrap();
    let view = look(world.pool, who.refresh_token).await.unwrap();
    assert_eq!(view.login.id, who.login);
    assert_eq!(view.grant.unwrap().id, who.grant);
    assert_eq!(view.refresh_token_expires_at, Some(expires_at));
    assert_eq!(look(world.other_pool, who.refresh_token).await, None);
    assert_eq!(look(world.pool, world.digest()).await, None);
    let (_, successor) = rotate(&world, &who, who.refresh_token, Span::ZERO).await;
    assert_eq!(look(world.pool, who.refresh_token).await, None);
    assert!(look(world.pool, successor).await.is_some());
    world.advance_to(expires_at);
    assert_eq!(look(world.pool, successor).await, None);
}

pub(crate) async fn an_expired_refresh_token_is_as_good_as_unknown<H: Harness>(world: World<H>) {
    let application = world.new_application(world.pool).await;
    let user = world.new_user(world.pool).await;
    let mut new = world.new_login(user, application);
    let token = world.digest();
    new.refresh_token = Some((token, Span::from_seconds(60)));
    world.begin(world.pool, new).await;
    world.advance(Span::from_seconds(60));
    let late = refresh_with(&world, application, token, Span::ZERO).await.0;
    assert_eq!(late, Refreshed::Invalid);
    assert!(world.is_active(world.pool, user, application).await);
}

fn access<H: Harness>(world: &World<H>, who: &SignedIn, number: i64) -> RevokedToken {
    RevokedToken::Access {
        login: who.login,
        number: TokenNumber {
            grant: who.grant,
            number,
        },
        expires_at: world.now() + limits::DEFAULT_ACCESS_TOKEN_LIFETIME,
    }
}

async fn revoke<H: Harness>(world: &World<H>, who: &SignedIn, token: RevokedToken) {
    let revoked = world
        .store()
        .revoke_token(world.pool, who.application, token, world.origin())
        .await;
    assert_eq!(revoked, Ok(()));
}

pub(crate) async fn revoking_a_refresh_token_ends_the_login<H: Harness>(world: World<H>) {
    let who = world.someone_signed_in(world.pool).await;
    revoke(&world, &who, RevokedToken::Refresh(who.refresh_token)).await;
    assert!(!world.is_signed_in(&who).await);
    assert_eq!(end_reason(&world, &who).await, Some(Reason::TokenRevoked));
    assert_eq!(
        refresh(&world, &who, who.refresh_token).await.0,
        Refreshed::Invalid
    );
}

pub(crate) async fn revoking_the_newest_access_token_ends_the_login<H: Harness>(world: World<H>) {
    let who = world.someone_signed_in(world.pool).await;
    rotate(&world, &who, who.refresh_token, Span::ZERO).await;
    revoke(&world, &who, access(&world, &who, 2)).await;
    assert!(!world.is_signed_in(&who).await);
    assert_eq!(end_reason(&world, &who).await, Some(Reason::TokenRevoked));
}

pub(crate) async fn revoking_a_superseded_access_token_ends_only_itself<H: Harness>(
    world: World<H>,
) {
    let who = world.someone_signed_in(world.pool).await;
    rotate(&world, &who, who.refresh_token, Span::ZERO).await;
    let store = world.store();
    let token_id = format!("{}.1", who.grant);
    assert_eq!(store.is_revoked(world.pool, &token_id).await, Ok(false));
    revoke(&world, &who, access(&world, &who, 1)).await;
    assert_eq!(store.is_revoked(world.pool, &token_id).await, Ok(true));
    assert_eq!(
        store.is_revoked(world.other_pool, &token_id).await,
        Ok(false)
    );
    assert!(world.is_signed_in(&who).await);
    let newest = access(&world, &who, 2);
    world.advance(limits::DEFAULT_ACCESS_TOKEN_LIFETIME);
    revoke(&world, &who, newest).await;
    assert!(world.is_signed_in(&who).await, "it had expired");
}

pub(crate) async fn a_clients_own_token_is_revoked_by_its_id<H: Harness>(world: World<H>) {
    let who = world.someone_signed_in(world.pool).await;
    let store = world.store();
    let expires_at = world.now() + Span::from_seconds(60);
    let token = |token_id: &str| RevokedToken::Client {
        token_id: token_id.to_owned(),
        expires_at,
    };
    revoke(&world, &who, token("client-token")).await;
    revoke(&world, &who, token("client-token")).await;
    assert_eq!(store.is_revoked(world.pool, "client-token").await, Ok(true));
    world.advance_to(expires_at);
    revoke(&world, &who, token("late")).await;
    assert_eq!(store.is_revoked(world.pool, "late").await, Ok(false));
    assert!(world.is_signed_in(&who).await);
}
