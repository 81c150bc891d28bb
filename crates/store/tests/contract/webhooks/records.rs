//! Webhooks as records.

use super::{Harness, World, answered, call};
use rollcall_core::ids::WebhookId;
use rollcall_core::limits;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::webhook::{
    CallResult, WebhookChange, WebhookContentType, WebhookEvent, WebhookWithSecret,
};
use rollcall_core::page::PageRequest;
use rollcall_core::ports::webhooks::WebhookCreated;
use rollcall_core::secret::Secret;
use rollcall_core::time::Span;

pub(crate) async fn a_webhook_reads_back_in_its_pool_alone<H: Harness>(w: World<H>) {
    let (pool, other) = (w.pool, w.other_pool);
    let mut new = w.webhook(pool, WebhookEvent::ALL);
    new.content_type = WebhookContentType::Form;
    new.enabled = false;
    let id = new.id;
    let stored = WebhookWithSecret {
        webhook: new.clone(),
        secret: Some(Secret::new("hush")),
    };
    let store = w.store();
    store.create_webhook(stored, w.origin()).await.unwrap();
    assert_eq!(store.webhook(pool, id).await, Ok(Some(new.clone())));
    assert_eq!(store.webhook(other, id).await, Ok(None));
    let secret_in = async |pool| {
        let found = store.webhook_with_secret(pool, id).await.unwrap();
        found.map(|found| found.secret.unwrap().reveal().to_owned())
    };
    assert_eq!(secret_in(pool).await.as_deref(), Some("hush"));
    assert_eq!(secret_in(other).await, None);
    let change = || WebhookChange {
        name: Some("changed".to_owned()),
        ..WebhookChange::default()
    };
    let elsewhere = store.update_webhook(other, id, change(), w.origin()).await;
    assert_eq!(elsewhere, Ok(None));
    let deleted = store.delete_webhooks(other, vec![id], w.origin()).await;
    assert_eq!(deleted, Ok(false));
    let result = answered(200);
    let logged = call(w.now(), WebhookEvent::Test, result);
    store.log_webhook_call(other, id, logged).await.unwrap();
    assert_eq!(w.call_logs(other, id).await.total_count, 0);
    assert_eq!(w.call_logs(pool, id).await.total_count, 0);
    assert_eq!(store.webhook(pool, id).await, Ok(Some(new)));
}

pub(crate) async fn a_change_of_a_webhook_applies_whole_and_names_its_fields<H: Harness>(
    w: World<H>,
) {
    let id = w.new_webhook(w.pool, &[WebhookEvent::Login]).await;
    let store = w.store();
    let former = store.webhook(w.pool, id).await.unwrap().unwrap();
    w.advance(Span::from_seconds(1));
    let change = WebhookChange {
        name: Some("other".to_owned()),
        url: Some("https://other.example/".to_owned()),
        content_type: Some(WebhookContentType::Form),
        enabled: Some(false),
        events: Some(vec![WebhookEvent::Kick, WebhookEvent::LoginEnded]),
        secret: Some(Secret::new("")),
    };
    let expected = former.changed_by(change.clone(), w.now());
    assert_eq!(w.change_webhook(id, change).await, Some(expected.clone()));
    assert_eq!(store.webhook(w.pool, id).await, Ok(Some(expected)));
    let found = store.webhook_with_secret(w.pool, id).await.unwrap();
    assert!(
        found.unwrap().secret.is_none(),
        "an empty one takes it away"
    );
    let page = PageRequest::new(None, Some(1)).unwrap();
    let rows = store.audit_rows(w.pool, page).await.unwrap();
    let row = &rows.list[0];
    assert_eq!(row.resource, AuditResource::Webhook);
    assert_eq!(row.action, AuditAction::Update);
    assert_eq!(row.resource_id, id.to_string());
    assert_eq!(row.detail, "name,url,contentType,enabled,events,secret");
    let unknown = WebhookId::from_bytes([9; 12]);
    let nothing = WebhookChange::default();
    assert_eq!(w.change_webhook(unknown, nothing).await, None);
}

pub(crate) async fn webhooks_are_listed_with_the_newest_first<H: Harness>(w: World<H>) {
    let mut expected = Vec::new();
    for _ in 0..3 {
        w.advance(Span::from_millis(1));
        expected.insert(0, w.new_webhook(w.pool, &[]).await);
    }
    w.new_webhook(w.other_pool, &[]).await;
    let mut seen = Vec::new();
    for number in 1..=2 {
        let page = PageRequest::new(Some(number), Some(2)).unwrap();
        let list = w.store().list_webhooks(w.pool, page).await.unwrap();
        assert_eq!(list.total_count, 3);
        seen.extend(list.list.into_iter().map(|webhook| webhook.id));
    }
    assert_eq!(seen, expected);
}

pub(crate) async fn a_pool_has_so_many_webhooks_and_not_one_more<H: Harness>(w: World<H>) {
    let mut last = None;
    for _ in 0..limits::MAX_WEBHOOKS_PER_POOL {
        last = Some(w.new_webhook(w.pool, &[]).await);
    }
    let one_more = || WebhookWithSecret {
        webhook: w.webhook(w.pool, &[]),
        secret: None,
    };
    let create = async || w.store().create_webhook(one_more(), w.origin()).await;
    assert_eq!(create().await, Ok(WebhookCreated::TooMany));
    w.new_webhook(w.other_pool, &[]).await;
    let store = w.store();
    let deleted = store.delete_webhooks(w.pool, vec![last.unwrap()], w.origin());
    assert_eq!(deleted.await, Ok(true));
    assert_eq!(create().await, Ok(WebhookCreated::Created));
}

pub(crate) async fn one_unknown_webhook_spares_all<H: Harness>(w: World<H>) {
    let id = w.new_webhook(w.pool, &[]).await;
    let theirs = w.new_webhook(w.other_pool, &[]).await;
    let store = w.store();
    let both = vec![id, theirs];
    let deleted = store.delete_webhooks(w.pool, both, w.origin()).await;
    assert_eq!(deleted, Ok(false));
    assert!(store.webhook(w.pool, id).await.unwrap().is_some());
    let twice = vec![id, id];
    let deleted = store.delete_webhooks(w.pool, twice, w.origin()).await;
    assert_eq!(deleted, Ok(true));
    assert_eq!(store.webhook(w.pool, id).await, Ok(None));
}

pub(crate) async fn the_log_keeps_the_last_calls_for_a_while<H: Harness>(w: World<H>) {
    let id = w.new_webhook(w.pool, &[]).await;
    let store = w.store();
    let log = async |result: CallResult| {
        let call = call(w.now(), WebhookEvent::Test, result);
        store.log_webhook_call(w.pool, id, call).await.unwrap();
    };
    for _ in 0..limits::MAX_WEBHOOK_LOGS {
        log(answered(200)).await;
    }
    log(CallResult::Failed("timed_out")).await;
    let logs = w.call_logs(w.pool, id).await;
    assert_eq!(logs.total_count, u64::from(limits::MAX_WEBHOOK_LOGS));
    let last = &logs.list[0];
    assert_eq!(
        (last.success, last.error.as_deref()),
        (false, Some("timed_out"))
    );
    assert_eq!(last.answer, None);
    let before = &logs.list[1];
    assert_eq!((before.success, &before.error), (true, &None));
    let CallResult::Answered(answer) = answered(200) else {
        panic!()
    };
    assert_eq!(before.answer, Some(answer));
    let forget = async || {
        let (kept, batch) = (limits::DEFAULT_RETENTION, limits::END_BATCH);
        while store.forget_old(kept, batch).await.unwrap().more {}
    };
    let almost = limits::WEBHOOK_LOG_RETENTION.as_millis() - 1;
    w.advance(Span::from_millis(almost));
    forget().await;
    let kept = u64::from(limits::MAX_WEBHOOK_LOGS);
    assert_eq!(w.call_logs(w.pool, id).await.total_count, kept);
    w.advance(Span::from_millis(1));
    forget().await;
    assert_eq!(w.call_logs(w.pool, id).await.total_count, 0);
}
