//! Each end owes one delivery, whatever its reason.

use super::super::logins::set_status;
use super::super::{Harness, MILLISECOND, SignedIn, World, idle, lifetime};
use super::URI;
use rollcall_core::ids::{ApplicationId, GrantId, LoginId, SessionId, UserId};
use rollcall_core::limits;
use rollcall_core::model::application::ApplicationChange;
use rollcall_core::model::event::Reason;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::login::LoginDevice;
use rollcall_core::model::logout_delivery::{DeliveryState, LogoutDelivery};
use rollcall_core::model::policy::ConcurrencyChange;
use rollcall_core::model::sign_on::SignOnDemands;
use rollcall_core::model::user::{NewPassword, UserChange, UserStatus};
use rollcall_core::ports::browser_sessions::{BrowserSignIn, BrowserSignedIn, NewCode, SignOn};
use rollcall_core::ports::grants::{Redeemed, Redemption, RefreshRequest, Refreshed, RevokedToken};
use rollcall_core::secret::{PasswordHash, TokenDigest};
use rollcall_core::time::Span;

const LIMIT: Span = Span::from_seconds(100);
const CALLBACK: &str = "https://example.com/callback";

pub(crate) async fn every_reason_of_an_end_owes_one_delivery<H: Harness>(world: World<H>) {
    for reason in Reason::ALL.iter().copied() {
        let (who, ended_at) = ended(&world, reason).await;
        world.settle(limits::END_BATCH).await;
        let end = world.recorded_end(who.login).await.unwrap();
        assert_eq!(end.reason, reason);
        let Some(entry) = world.entry(who.login).await else {
            assert_eq!(reason, Reason::NotRedeemed, "it never reached anybody");
            continue;
        };
        let expected = LogoutDelivery {
            login: who.login,
            session: entry.session,
            user: who.user,
            application: who.application,
            reason,
            ended_at: end.at,
            uri: URI.to_owned(),
            state: DeliveryState::Waiting { next_at: ended_at },
            attempts: Vec::new(),
        };
        assert_eq!(entry, expected);
        let store = world.store();
        let awaits = async |pool| store.awaits_first_attempt(pool, &[who.login]).await;
        assert_eq!(awaits(world.pool).await, Ok(true), "{reason:?}");
        assert_eq!(awaits(world.other_pool).await, Ok(false));
    }
}

pub(crate) async fn who_names_no_uri_is_owed_nothing<H: Harness>(world: World<H>) {
    let application = world.new_application(world.pool).await;
    let who = world.someone_signed_out(application).await;
    assert_eq!(world.entry(who.login).await, None);
    world.set_logout_uri(application, URI).await;
    assert_eq!(world.entry(who.login).await, None, "it is told from now on");
    let next = world.someone_signed_out(application).await;
    assert!(world.entry(next.login).await.is_some());
}

/// A login that has ended for this reason, and when that was recorded.
async fn ended<H: Harness>(
    world: &World<H>,
    reason: Reason,
) -> (SignedIn, rollcall_core::time::Timestamp) {
    let application = world.told_application().await;
    let user = world.new_user(world.pool).await;
    let who = match reason {
        Reason::CodeReused | Reason::NotRedeemed => {
            in_browser(world, user, application, reason).await
        }
        _ => world.sign_in(world.pool, user, application).await,
    };
    end(world, &who, reason).await;
    (who, world.now())
}

async fn end<H: Harness>(world: &World<H>, who: &SignedIn, reason: Reason) {
    let store = world.store();
    let (pool, user, application) = (world.pool, who.user, who.application);
    match reason {
        Reason::SignedOut
        | Reason::SessionRevoked
        | Reason::DeviceRevoked
        | Reason::UpstreamLogout => world.sign_out(who, reason).await,
        Reason::CodeReused => {}
        Reason::NotRedeemed => world.advance(limits::DEFAULT_AUTHORIZATION_CODE_LIFETIME),
        Reason::Kicked => {
            let (user, origin) = (UserSelector::id(user), world.origin());
            let kicked = store.kick_user(pool, user, vec![application], origin);
            kicked.await.unwrap();
        }
        Reason::TokenRevoked => {
            let token = RevokedToken::Refresh(who.refresh_token);
            let revoked = store.revoke_token(pool, application, token, world.origin());
            revoked.await.unwrap();
        }
        Reason::RefreshTokenReused => {
            for expected_reuse in [false, true] {
                let refreshed = refresh(world, who).await;
                assert_eq!(refreshed == Refreshed::Reused, expected_reuse);
            }
        }
        Reason::IdleTimeout => {
            world.set_policy(application, idle(100)).await;
            world.advance(LIMIT);
        }
        Reason::MaxLifetime => {
            world.set_policy(application, lifetime(100)).await;
            world.advance(LIMIT);
        }
        Reason::PolicyChanged => {
            world.advance(LIMIT);
            world.advance(MILLISECOND);
            world.set_policy(application, idle(100)).await;
        }
        Reason::Replaced => {
            allow_one(world, application).await;
            world.sign_in(pool, user, application).await;
        }
        Reason::PasswordChanged => {
            let password = NewPassword {
                hash: PasswordHash::from_phc("$argon2id$second"),
                security_level: Some(2),
            };
            let change = UserChange {
                password: Some(password),
                ..UserChange::default()
            };
            let saved = store.update_user(pool, user, change, world.origin());
            saved.await.unwrap();
        }
        Reason::UserDisabled => set_status(world, user, UserStatus::Suspended).await,
        Reason::UserDeleted => {
            let deleted = store.delete_users(pool, vec![user], world.origin());
            assert_eq!(deleted.await, Ok(true));
        }
        Reason::AppDisabled => world.set_enabled(application, false).await,
        Reason::AppDeleted => {
            let deleted = store.delete_application(pool, application, world.origin());
            assert_eq!(deleted.await, Ok(true));
        }
    }
}

async fn allow_one<H: Harness>(world: &World<H>, application: ApplicationId) {
    let session_limit = ConcurrencyChange {
        max: Some(1),
        action: None,
    };
    let change = ApplicationChange {
        session_limit,
        ..ApplicationChange::default()
    };
    world
        .change_application(world.pool, application, change)
        .await;
}

async fn refresh<H: Harness>(world: &World<H>, who: &SignedIn) -> Refreshed {
    let request = RefreshRequest {
        application: who.application,
        presented: who.refresh_token,
        successor: world.digest(),
        lifetime: limits::DEFAULT_REFRESH_TOKEN_LIFETIME,
        retry_window: Span::ZERO,
    };
    let store = world.store();
    let refreshed = store.refresh(world.pool, request, world.origin()).await;
    refreshed.unwrap()
}

/// A sign-in with a page, whose code is presented twice or never.
async fn in_browser<H: Harness>(
    world: &World<H>,
    user: UserId,
    application: ApplicationId,
    reason: Reason,
) -> SignedIn {
    let (now, entropy) = (world.now(), world.harness.entropy());
    let code = world.digest();
    let sign_in = BrowserSignIn {
        user,
        password_version: 1,
        rehashed: None,
        presented: None,
        cookie: world.digest(),
        session: SessionId::generate(now, entropy),
        failure_key: world.digest(),
        sign_on: SignOn {
            application,
            login: LoginId::generate(now, entropy),
            grant: GrantId::generate(now, entropy),
            scope: "openid".to_owned(),
            code: NewCode {
                digest: code,
                lifetime: limits::DEFAULT_AUTHORIZATION_CODE_LIFETIME,
                redirect_uri: CALLBACK.to_owned(),
                challenge: None,
                nonce: None,
            },
            device: LoginDevice::default(),
            demands: SignOnDemands::default(),
        },
    };
    let who = SignedIn {
        user,
        application,
        session: sign_in.session,
        login: sign_in.sign_on.login,
        grant: sign_in.sign_on.grant,
        refresh_token: world.digest(),
    };
    let store = world.store();
    let signed_in = store.sign_in_browser(world.pool, sign_in, world.origin());
    let signed_in = signed_in.await.unwrap();
    assert!(
        matches!(signed_in, BrowserSignedIn::SignedOn(_)),
        "{signed_in:?}"
    );
    if reason == Reason::CodeReused {
        let redeemed = redeem(world, application, code).await;
        assert!(
            matches!(redeemed, Redeemed::Redeemed { .. }),
            "{redeemed:?}"
        );
        assert_eq!(redeem(world, application, code).await, Redeemed::Reused);
    }
    who
}

async fn redeem<H: Harness>(
    world: &World<H>,
    application: ApplicationId,
    code: TokenDigest,
) -> Redeemed {
    let redemption = Redemption {
        application,
        code,
        redirect_uri: CALLBACK.to_owned(),
        challenge: None,
        refresh_token: None,
    };
    let store = world.store();
    let redeemed = store.redeem_code(world.pool, redemption, world.origin());
    redeemed.await.unwrap()
}
