//! Who is called when, and what becomes of it.

use super::super::{Harness, MILLISECOND, World};
use super::answered;
use rollcall_core::ids::WebhookId;
use rollcall_core::limits;
use rollcall_core::model::delivery::DeliveryState;
use rollcall_core::model::webhook::{
    CallResult, WebhookChange, WebhookDelivery, WebhookEvent, WebhookPlaces,
};
use rollcall_core::ports::webhooks::CallRecorded;
use rollcall_core::time::Span;
use std::sync::Arc;
use tokio::task::yield_now;

const CREATED: &[WebhookEvent] = &[WebhookEvent::UserCreated];

fn webhooks(claimed: &[WebhookDelivery]) -> Vec<WebhookId> {
    let ids = claimed.iter().map(|delivery| delivery.target.webhook.id);
    ids.collect()
}

pub(crate) async fn a_call_is_leased_and_outlives_its_process<H: Harness>(mut w: World<H>) {
    let id = w.new_webhook(w.pool, CREATED).await;
    let user = w.new_user(w.pool).await;
    w.harness.restart();
    let claimed = w.claim_any_call().await;
    assert_eq!(webhooks(&claimed), [id]);
    let delivery = &claimed[0];
    assert_eq!(delivery.target.webhook.pool, w.pool);
    assert_eq!(delivery.target.secret.as_ref().unwrap().reveal(), "hush");
    assert_eq!(delivery.happening.subjects.user, Some(user));
    assert_eq!(delivery.claimed_at, w.now());
    assert!(w.claim_any_call().await.is_empty(), "it is under way");
    w.harness.restart();
    let lost_at = w.now() + limits::DELIVERY_LEASE;
    w.advance_to(lost_at - MILLISECOND);
    assert!(w.claim_any_call().await.is_empty());
    w.advance_to(lost_at);
    let again = w.claim_any_call().await;
    assert_eq!(again[0].event_id, delivery.event_id, "it is the same");
}

pub(crate) async fn a_webhook_has_its_share_of_the_places<H: Harness>(w: World<H>) {
    let share = limits::MAX_DELIVERIES_AT_ONCE_PER_APPLICATION;
    let busy = w.new_webhook(w.pool, CREATED).await;
    for _ in 0..share + 2 {
        w.new_user(w.pool).await;
    }
    let quiet = w.new_webhook(w.other_pool, CREATED).await;
    w.new_user(w.other_pool).await;
    let mut places = WebhookPlaces::default();
    let first = w.claim_calls(&places).await;
    let mut both = [busy, quiet];
    both.sort_unstable();
    let mut found = webhooks(&first);
    found.sort_unstable();
    assert_eq!(found, both, "one for each of whom nothing is known");
    for id in found {
        places.take(id);
        places.give_back(id, true);
    }
    let next = w.claim_calls(&places).await;
    assert_eq!(webhooks(&next), vec![busy; share]);
}

pub(crate) async fn calls_back_off_until_one_is_confirmed<H: Harness>(w: World<H>) {
    let id = w.new_webhook(w.pool, CREATED).await;
    w.new_user(w.pool).await;
    let mut number = 0;
    for (result, wait) in [
        (answered(503), 1),
        (answered(429), 2),
        (CallResult::Failed("timed_out"), 4),
    ] {
        let claimed = w.claim_any_call().await;
        number += claimed.len();
        let next_at = w.now() + Span::from_seconds(wait);
        let state = w.called(&claimed[0], result).await;
        assert_eq!(state, DeliveryState::Waiting { next_at });
        w.advance_to(next_at - MILLISECOND);
        assert!(w.claim_any_call().await.is_empty());
        w.advance_to(next_at);
    }
    let claimed = w.claim_any_call().await;
    let state = w.called(&claimed[0], answered(204)).await;
    assert_eq!(state, DeliveryState::Confirmed { at: w.now() });
    w.advance(limits::DELIVERY_PATIENCE);
    assert!(w.claim_any_call().await.is_empty());
    let logs = w.call_logs(w.pool, id).await;
    assert_eq!(logs.total_count, number as u64 + 1);
    let errors: Vec<_> = logs.list.iter().map(|log| log.error.as_deref()).collect();
    let told = [
        None,
        Some("timed_out"),
        Some("unavailable"),
        Some("unavailable"),
    ];
    assert_eq!(errors, told, "the last one first");
    assert_eq!(w.call_logs(w.other_pool, id).await.total_count, 0);
}

pub(crate) async fn a_call_that_cannot_succeed_or_took_a_day_is_given_up<H: Harness>(w: World<H>) {
    w.new_webhook(w.pool, CREATED).await;
    w.new_user(w.pool).await;
    let claimed = w.claim_any_call().await;
    let state = w.called(&claimed[0], answered(410)).await;
    assert_eq!(state, DeliveryState::GivenUp { at: w.now() });
    w.new_user(w.pool).await;
    w.advance(limits::DELIVERY_PATIENCE);
    let claimed = w.claim_any_call().await;
    let state = w.called(&claimed[0], answered(503)).await;
    assert_eq!(state, DeliveryState::GivenUp { at: w.now() });
    w.advance(limits::DELIVERY_PATIENCE);
    assert!(w.claim_any_call().await.is_empty());
}

pub(crate) async fn a_late_call_is_logged_and_changes_nothing<H: Harness>(w: World<H>) {
    let id = w.new_webhook(w.pool, CREATED).await;
    w.new_user(w.pool).await;
    let slow = w.claim_any_call().await;
    w.advance(limits::DELIVERY_LEASE);
    let fast = w.claim_any_call().await;
    w.called(&fast[0], answered(200)).await;
    let late = w.record_call(&slow[0], answered(503)).await;
    assert_eq!(late, CallRecorded::NotFound);
    assert_eq!(w.call_logs(w.pool, id).await.total_count, 2);
    w.advance(limits::DELIVERY_PATIENCE);
    assert!(w.claim_any_call().await.is_empty());
}

pub(crate) async fn what_waits_goes_to_the_changed_webhook<H: Harness>(w: World<H>) {
    let id = w.new_webhook(w.pool, CREATED).await;
    w.new_user(w.pool).await;
    let change = WebhookChange {
        url: Some("https://new.example/".to_owned()),
        events: Some(Vec::new()),
        ..WebhookChange::default()
    };
    assert!(w.change_webhook(id, change).await.is_some());
    let claimed = w.claim_any_call().await;
    assert_eq!(claimed[0].target.webhook.url, "https://new.example/");
    w.new_user(w.pool).await;
    assert!(w.claim_any_call().await.is_empty());
}

/// More than one commit forgets of it.
const MANY: usize = limits::END_BATCH as usize + 3;

pub(crate) async fn what_waits_for_a_webhook_that_is_off_is_forgotten<H: Harness>(w: World<H>) {
    let id = w.new_webhook(w.pool, CREATED).await;
    for _ in 0..MANY {
        w.new_user(w.pool).await;
    }
    let under_way = w.claim_any_call().await;
    w.switch_webhook(id, false).await;
    w.new_user(w.pool).await;
    assert!(w.claim_any_call().await.is_empty());
    w.switch_webhook(id, true).await;
    let recorded = w.record_call(&under_way[0], answered(503)).await;
    assert_eq!(recorded, CallRecorded::NotFound);
    w.advance(limits::DELIVERY_LEASE);
    assert!(w.claim_any_call().await.is_empty());
    w.new_user(w.pool).await;
    assert_eq!(webhooks(&w.claim_any_call().await), [id]);
}

pub(crate) async fn a_deleted_webhook_takes_along_what_waits_and_its_log<H: Harness>(w: World<H>) {
    let id = w.new_webhook(w.pool, CREATED).await;
    let other = w.new_webhook(w.other_pool, CREATED).await;
    for _ in 0..MANY {
        w.new_user(w.pool).await;
    }
    w.new_user(w.other_pool).await;
    let claimed = w.claim_any_call().await;
    for delivery in &claimed {
        w.called(delivery, answered(503)).await;
    }
    let store = w.store();
    let deleted = store.delete_webhooks(w.pool, vec![id], w.origin()).await;
    assert_eq!(deleted, Ok(true));
    assert_eq!(w.call_logs(w.pool, id).await.total_count, 0);
    for delivery in &claimed {
        let recorded = w.record_call(delivery, answered(503)).await;
        let is_other = delivery.target.webhook.id == other;
        assert_eq!(recorded != CallRecorded::NotFound, is_other);
    }
    assert_eq!(w.call_logs(w.pool, id).await.total_count, 0);
    w.advance(limits::DELIVERY_LEASE);
    assert_eq!(webhooks(&w.claim_any_call().await), [other]);
}

pub(crate) async fn whoever_waits_for_calls_is_woken_once<H: Harness>(w: World<H>) {
    w.new_webhook(w.pool, CREATED).await;
    let store = w.store();
    let waiting = Arc::clone(&store);
    let woken = tokio::spawn(async move { waiting.webhook_deliveries_added().await });
    yield_now().await;
    w.new_application(w.pool).await;
    yield_now().await;
    assert!(!woken.is_finished(), "nobody wants to know of that");
    w.new_user(w.pool).await;
    woken.await.unwrap();
}
