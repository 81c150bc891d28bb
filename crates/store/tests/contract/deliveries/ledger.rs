//! What the ledger says of each delivery, and how long.

use super::super::{Harness, MILLISECOND, World};
use super::{URI, failed, logins};
use rollcall_core::ids::{LoginId, PoolId};
use rollcall_core::limits;
use rollcall_core::model::event::Reason;
use rollcall_core::model::logout_delivery::DeliveryStatus::{Confirmed, GivenUp, Waiting};
use rollcall_core::model::logout_delivery::{Attempt, AttemptResult, DeliveryState, LedgerAttempt};
use rollcall_core::page::PageRequest;
use rollcall_core::ports::logout_deliveries::{AttemptRecorded, DeliveryFilter};
use rollcall_core::time::Span;

pub(crate) async fn attempts_back_off_until_one_is_confirmed<H: Harness>(mut world: World<H>) {
    let application = world.told_application().await;
    let who = world.someone_signed_out(application).await;
    let store = world.store();
    let (pool, ended) = (world.pool, [who.login]);
    assert_eq!(store.awaits_first_attempt(pool, &ended).await, Ok(true));
    let mut expected = Vec::new();
    let results = [failed(), AttemptResult::Answered(503), failed()];
    for (result, number) in results.into_iter().zip(1..) {
        assert_eq!(logins(&world.claim_any().await), [who.login]);
        expected.push(LedgerAttempt {
            number,
            at: world.now(),
            outcome: result.outcome().to_owned(),
            status: result.status(),
        });
        let next_at = world.now() + Span::from_seconds(1 << (number - 1));
        let state = world.attempt(who.login, result).await;
        assert_eq!(state, DeliveryState::Waiting { next_at });
        let awaits = store.awaits_first_attempt(pool, &ended).await;
        assert_eq!(awaits, Ok(false), "one was made");
        world.advance_to(next_at - MILLISECOND);
        assert!(world.claim_any().await.is_empty());
        world.advance_to(next_at);
    }
    drop(store);
    world.harness.restart();
    assert_eq!(logins(&world.claim_any().await), [who.login]);
    let confirmed = DeliveryState::Confirmed { at: world.now() };
    let state = world.attempt(who.login, AttemptResult::Answered(204)).await;
    assert_eq!(state, confirmed);
    expected.push(LedgerAttempt {
        number: 4,
        at: world.now(),
        outcome: "confirmed".to_owned(),
        status: Some(204),
    });
    let entry = world.entry(who.login).await.unwrap();
    assert_eq!((entry.state, &entry.attempts), (confirmed, &expected));
    world.advance(limits::MAX_DELIVERY_DELAY);
    assert!(world.claim_any().await.is_empty());
}

pub(crate) async fn what_cannot_succeed_or_took_a_day_is_given_up<H: Harness>(world: World<H>) {
    let application = world.told_application().await;
    let rejected = world.someone_signed_out(application).await;
    let dead = world.someone_signed_out(application).await;
    let given_up = DeliveryState::GivenUp { at: world.now() };
    for status in [301, 400] {
        let state = world
            .attempt(rejected.login, AttemptResult::Answered(status))
            .await;
        assert_eq!(state, given_up);
    }
    let patience_ends = world.now() + limits::DELIVERY_PATIENCE;
    world.advance_to(patience_ends - limits::FIRST_DELIVERY_DELAY - MILLISECOND);
    let next_at = patience_ends - MILLISECOND;
    let state = world.attempt(dead.login, failed()).await;
    assert_eq!(state, DeliveryState::Waiting { next_at });
    world.advance_to(next_at);
    assert_eq!(logins(&world.claim_any().await), [dead.login]);
    let at = world.now();
    let state = world.attempt(dead.login, failed()).await;
    assert_eq!(state, DeliveryState::GivenUp { at });
    world.advance(limits::MAX_DELIVERY_DELAY);
    assert!(world.claim_any().await.is_empty());
}

pub(crate) async fn an_attempt_that_comes_late_changes_nothing_but_the_ledger<H: Harness>(
    world: World<H>,
) {
    let application = world.told_application().await;
    let who = world.someone_signed_out(application).await;
    let confirmed = DeliveryState::Confirmed { at: world.now() };
    let state = world.attempt(who.login, AttemptResult::Answered(200)).await;
    assert_eq!(state, confirmed);
    world.advance(Span::from_seconds(1));
    for late in [
        AttemptResult::Answered(200),
        AttemptResult::Answered(400),
        failed(),
    ] {
        assert_eq!(world.attempt(who.login, late).await, confirmed);
    }
    let entry = world.entry(who.login).await.unwrap();
    assert_eq!((entry.state, entry.attempts.len()), (confirmed, 4));
    let attempt = Attempt {
        at: world.now(),
        result: failed(),
    };
    for (pool, login) in [
        (world.other_pool, who.login),
        (world.pool, LoginId::from_bytes([7; 16])),
    ] {
        let store = world.store();
        let recorded = store.record_attempt(pool, login, attempt.clone()).await;
        assert_eq!(recorded, Ok(AttemptRecorded::NotFound));
    }
    assert_eq!(world.entry(who.login).await.unwrap().attempts.len(), 4);
}

pub(crate) async fn the_ledger_begins_with_the_newest_and_is_cut_by_its_filter<H: Harness>(
    world: World<H>,
) {
    let (mail, chat) = (
        world.told_application().await,
        world.told_application().await,
    );
    let bob = world.new_user(world.pool).await;
    let in_mail = world.sign_in(world.pool, bob, mail).await;
    let in_chat = world.sign_in(world.pool, bob, chat).await;
    world.sign_out(&in_mail, Reason::SignedOut).await;
    world.advance(MILLISECOND);
    world.sign_out(&in_chat, Reason::SessionRevoked).await;
    let ann = world.someone_signed_out(mail).await;
    world
        .attempt(in_mail.login, AttemptResult::Answered(200))
        .await;
    world.attempt(ann.login, AttemptResult::Answered(404)).await;
    let all = DeliveryFilter::default();
    let of = |user, application, status| DeliveryFilter {
        user,
        application,
        login: None,
        status,
    };
    let [waiting, confirmed, given_up] = [Waiting, Confirmed, GivenUp].map(Some);
    for (filter, expected) in [
        (all, vec![ann.login, in_chat.login, in_mail.login]),
        (
            of(Some(bob), None, None),
            vec![in_chat.login, in_mail.login],
        ),
        (of(None, Some(mail), None), vec![ann.login, in_mail.login]),
        (of(Some(bob), Some(mail), None), vec![in_mail.login]),
        (of(Some(ann.user), Some(chat), None), vec![]),
        (of(None, None, waiting), vec![in_chat.login]),
        (of(None, Some(mail), given_up), vec![ann.login]),
        (of(Some(bob), None, confirmed), vec![in_mail.login]),
        (of(Some(bob), None, given_up), vec![]),
    ] {
        let found = world.ledger(world.pool, filter).await;
        let listed: Vec<_> = found.list.iter().map(|entry| entry.login).collect();
        assert_eq!(listed, expected, "{filter:?}");
        assert_eq!(found.total_count, expected.len() as u64, "{filter:?}");
        let theirs = world.ledger(world.other_pool, filter).await;
        assert_eq!((theirs.total_count, theirs.list), (0, vec![]));
    }
    assert_page(&world, world.pool, 2, &[in_chat.login]).await;
    assert_page(&world, world.pool, 4, &[]).await;
    let entry = world.entry(in_chat.login).await.unwrap();
    assert_eq!((entry.user, entry.session), (bob, in_chat.session));
    assert_eq!(
        (entry.reason, entry.uri.as_str()),
        (Reason::SessionRevoked, URI)
    );
}

async fn assert_page<H: Harness>(world: &World<H>, pool: PoolId, page: i64, expected: &[LoginId]) {
    let page = PageRequest::new(Some(page), Some(1)).unwrap();
    let store = world.store();
    let found = store.list_logout_deliveries(pool, DeliveryFilter::default(), page);
    let found = found.await.unwrap();
    let listed: Vec<_> = found.list.iter().map(|entry| entry.login).collect();
    assert_eq!((found.total_count, listed.as_slice()), (3, expected));
}

pub(crate) async fn finished_deliveries_are_forgotten_after_the_retention<H: Harness>(
    world: World<H>,
) {
    let application = world.told_application().await;
    let confirmed = world.someone_signed_out(application).await;
    let given_up = world.someone_signed_out(application).await;
    let waiting = world.someone_signed_out(application).await;
    world
        .attempt(confirmed.login, AttemptResult::Answered(200))
        .await;
    world.advance(MILLISECOND);
    world
        .attempt(given_up.login, AttemptResult::Answered(400))
        .await;
    world.attempt(waiting.login, failed()).await;
    let finished_at = world.now();
    let forget = async || {
        let store = world.store();
        while store
            .forget_old(limits::DEFAULT_RETENTION, 3)
            .await
            .unwrap()
            .more
        {}
    };
    world.advance_to(finished_at + limits::DEFAULT_RETENTION - MILLISECOND);
    forget().await;
    assert_eq!(world.entry(confirmed.login).await, None);
    assert!(world.entry(given_up.login).await.is_some());
    world.advance(MILLISECOND);
    forget().await;
    assert_eq!(world.entry(given_up.login).await, None);
    let entry = world.entry(waiting.login).await.unwrap();
    assert_eq!(entry.attempts.len(), 1, "what waits is not old");
}
