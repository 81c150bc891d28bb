//! A person's devices: their own live sessions.

use super::{Harness, SignedIn, World};
use rollcall_core::ids::{LoginId, PoolId, SessionId, UserId};
use rollcall_core::limits;
use rollcall_core::model::device::Device;
use rollcall_core::model::event::{Actor, EventKind, Origin, Reason};
use rollcall_core::page::PageRequest;
use rollcall_core::ports::devices::{DeviceEnd, DeviceEnded};
use rollcall_core::time::Span;

async fn page<H: Harness>(
    w: &World<H>,
    pool: PoolId,
    user: UserId,
    page: (i64, i64),
) -> (u64, Vec<Device>) {
    let page = PageRequest::new(Some(page.0), Some(page.1)).unwrap();
    let found = w.store().devices(pool, user, page).await.unwrap();
    (found.total_count, found.list)
}

async fn sessions<H: Harness>(w: &World<H>, user: UserId) -> Vec<SessionId> {
    let (_, list) = page(w, w.pool, user, (1, 50)).await;
    list.into_iter().map(|device| device.session).collect()
}

async fn end<H: Harness>(
    w: &World<H>,
    pool: PoolId,
    by: &SignedIn,
    session: SessionId,
    hide: bool,
) -> DeviceEnded {
    let end = DeviceEnd {
        by: by.login,
        session,
        hide,
    };
    let origin = Origin {
        actor: Actor::Person(by.user),
        ..w.origin()
    };
    w.store().end_device(pool, end, origin).await.unwrap()
}

async fn end_of<H: Harness>(w: &World<H>, login: LoginId) -> Option<Reason> {
    w.recorded_end(login).await.map(|end| end.reason)
}

/// The one that was signed in to last comes first; nothing of it is seen from
/// another pool.
pub(crate) async fn devices_are_live_sessions_in_their_pool_alone<H: Harness>(w: World<H>) {
    let first = w.someone_signed_in(w.pool).await;
    w.advance(Span::from_seconds(1));
    let second = w.sign_in(w.pool, first.user, first.application).await;
    w.someone_signed_in(w.pool).await;
    let (total, list) = page(&w, w.pool, first.user, (1, 1)).await;
    assert_eq!(total, 2);
    let newest = Device {
        session: second.session,
        is_browser: false,
        signed_in_at: w.now(),
        device: w.new_login(first.user, first.application).device,
        has_live_login: true,
    };
    assert_eq!(list, [newest]);
    let (total, list) = page(&w, w.pool, first.user, (2, 1)).await;
    let ids: Vec<_> = list.into_iter().map(|device| device.session).collect();
    assert_eq!((total, ids), (2, vec![first.session]));
    assert_eq!(page(&w, w.pool, first.user, (3, 1)).await, (2, vec![]));
    let elsewhere = page(&w, w.other_pool, first.user, (1, 50)).await;
    assert_eq!(elsewhere, (0, vec![]));
    // Expired, and nobody has recorded it.
    let limit = w.now() + limits::DEFAULT_SESSION_IDLE_TIMEOUT;
    w.advance_to(limit - Span::from_seconds(1));
    assert_eq!(sessions(&w, first.user).await, [second.session]);
    w.advance(Span::from_seconds(1));
    assert_eq!(sessions(&w, first.user).await, []);
}

pub(crate) async fn a_device_ends_with_its_logins_and_an_event<H: Harness>(w: World<H>) {
    let here = w.someone_signed_in(w.pool).await;
    let there = w.sign_in(w.pool, here.user, here.application).await;
    let ended = end(&w, w.pool, &here, there.session, false).await;
    assert_eq!(ended, DeviceEnded::Ended);
    assert_eq!(end_of(&w, there.login).await, Some(Reason::DeviceRevoked));
    let last = w.events(w.pool).await.pop().unwrap();
    assert_eq!(last.login, there.login);
    assert_eq!(last.kind, EventKind::Ended(Reason::DeviceRevoked));
    assert_eq!(last.actor, Actor::Person(here.user));
    assert_eq!(sessions(&w, here.user).await, [here.session]);
    // It has ended already, and keeps its end.
    let events = w.events(w.pool).await.len();
    let again = end(&w, w.pool, &here, there.session, false).await;
    assert_eq!(again, DeviceEnded::Ended);
    assert_eq!(w.events(w.pool).await.len(), events);
    // One's own is signed out with it.
    let own = end(&w, w.pool, &here, here.session, false).await;
    assert_eq!(own, DeviceEnded::Ended);
    assert!(!w.is_signed_in(&here).await);
}

pub(crate) async fn a_hidden_device_is_none_of_its_person<H: Harness>(w: World<H>) {
    let here = w.someone_signed_in(w.pool).await;
    let there = w.sign_in(w.pool, here.user, here.application).await;
    let ended = end(&w, w.pool, &here, there.session, true).await;
    assert_eq!(ended, DeviceEnded::Ended);
    assert_eq!(end_of(&w, there.login).await, Some(Reason::DeviceRevoked));
    for hide in [true, false] {
        let again = end(&w, w.pool, &here, there.session, hide).await;
        assert_eq!(again, DeviceEnded::NotFound);
    }
}

/// Somebody else's, in this pool and in another, and none at all.
pub(crate) async fn strangers_devices_are_not_found<H: Harness>(w: World<H>) {
    let here = w.someone_signed_in(w.pool).await;
    let other = w.someone_signed_in(w.pool).await;
    let elsewhere = w.someone_signed_in(w.other_pool).await;
    let nothing = SessionId::from_bytes([8; 16]);
    for session in [other.session, elsewhere.session, nothing] {
        let answer = end(&w, w.pool, &here, session, true).await;
        assert_eq!(answer, DeviceEnded::NotFound);
    }
    let theirs = end(&w, w.other_pool, &elsewhere, here.session, true).await;
    assert_eq!(theirs, DeviceEnded::NotFound);
    let from_here = end(&w, w.other_pool, &here, here.session, true).await;
    assert_eq!(from_here, DeviceEnded::SignedOut);
    assert!(w.is_signed_in(&here).await && w.is_signed_in(&other).await);
    let (user, application) = (elsewhere.user, elsewhere.application);
    assert!(w.is_active(w.other_pool, user, application).await);
}

pub(crate) async fn who_is_signed_out_ends_no_device<H: Harness>(w: World<H>) {
    let here = w.someone_signed_in(w.pool).await;
    let there = w.sign_in(w.pool, here.user, here.application).await;
    end(&w, w.pool, &there, here.session, false).await;
    let late = end(&w, w.pool, &here, there.session, false).await;
    assert_eq!(late, DeviceEnded::SignedOut);
    assert!(w.is_signed_in(&there).await);
}
