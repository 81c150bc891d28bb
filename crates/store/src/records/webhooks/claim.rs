//! Which deliveries are attempted next, and those that never are.

use super::facts::Facts;
use super::rows::{self, SealedWebhook};
use super::{SECRET, TABLE, sql};
use crate::records::columns::Columns;
use crate::records::outbox::{Outbox, visit};
use crate::records::{Commit, WriteError};
use crate::sql::{Connection, Error, OptionalExtension as _, Result, Row, params};
use rollcall_core::ids::{PoolId, WebhookEventId, WebhookId};
use rollcall_core::limits;
use rollcall_core::model::webhook::{
    Happening, WebhookDelivery, WebhookEvent, WebhookPlaces, WebhookWithSecret,
};
use rollcall_core::time::Timestamp;

/// The outbox of webhooks.
pub(super) struct WebhookOutbox;

/// A delivery that is due.
pub(super) struct Due {
    seq: i64,
    pool: PoolId,
    webhook: WebhookId,
    event_id: WebhookEventId,
    happening: Happening,
}

impl Outbox for WebhookOutbox {
    type Receiver = WebhookId;
    type Due = Due;

    fn next(conn: &Connection, after: Option<WebhookId>) -> Result<Option<WebhookId>> {
        let after: &[u8] = match &after {
            Some(webhook) => webhook.as_bytes(),
            None => &[],
        };
        conn.prepare_cached(sql::NEXT_WAITING_WEBHOOK)?
            .query_row([after], |row| row.get(0))
            .optional()
            .map(|id| id.map(WebhookId::from_bytes))
    }

    fn due(conn: &Connection, webhook: WebhookId, now: Timestamp, most: i64) -> Result<Vec<Due>> {
        conn.prepare_cached(sql::DUE_WEBHOOK_DELIVERIES)?
            .query_map(params![webhook.as_bytes(), now.as_millis(), most], read)?
            .collect()
    }
}

fn read(row: &Row<'_>) -> Result<Due> {
    let mut columns = Columns::of(row);
    let seq = columns.get()?;
    let pool = PoolId::from_bytes(columns.get()?);
    let webhook = WebhookId::from_bytes(columns.get()?);
    let event_id = WebhookEventId::from_bytes(columns.get()?);
    let event = columns.meaning(WebhookEvent::from_name)?;
    let at = columns.instant()?;
    let facts: Facts = columns.json()?;
    let happening = facts
        .happening(event, at)
        .ok_or_else(|| Error::unreadable("facts of a webhook's delivery"))?;
    Ok(Due {
        seq,
        pool,
        webhook,
        event_id,
        happening,
    })
}

/// Leases what is due and has a place. What waits for a webhook that is gone or
/// switched off is forgotten instead, a batch with each call.
pub(super) fn claim(
    commit: &mut Commit<'_>,
    mut places: WebhookPlaces,
) -> std::result::Result<Vec<WebhookDelivery>, WriteError> {
    let now = commit.now();
    let mut due = Vec::new();
    visit::<WebhookOutbox>(commit.conn(), &mut places, now, |delivery| {
        due.push(delivery);
        true
    })?;
    let leased_until = now + limits::DELIVERY_LEASE;
    let mut claimed = Vec::with_capacity(due.len());
    for delivery in due {
        let (pool, id) = (delivery.pool, delivery.webhook);
        let row = rows::by_id(commit.conn(), pool, id)?.filter(|row| row.webhook.enabled);
        let Some(row) = row else {
            drop_waiting(commit, pool, id)?;
            continue;
        };
        commit
            .conn()
            .prepare_cached(sql::LEASE_WEBHOOK_DELIVERY)?
            .perform(params![delivery.seq, leased_until.as_millis()])?;
        claimed.push(WebhookDelivery {
            target: opened(commit, row)?,
            event_id: delivery.event_id,
            happening: delivery.happening,
            claimed_at: now,
        });
    }
    Ok(claimed)
}

fn opened(
    commit: &Commit<'_>,
    row: SealedWebhook,
) -> std::result::Result<WebhookWithSecret, WriteError> {
    let SealedWebhook { webhook, secret } = row;
    let (pool, id) = (webhook.pool, webhook.id);
    let secret = match &secret {
        Some(sealed) => Some(commit.open_secret(TABLE, pool, id.as_bytes(), SECRET, sealed)?),
        None => None,
    };
    Ok(WebhookWithSecret { webhook, secret })
}

/// Forgets a batch of what waits for a webhook: after a mass end it may be a
/// million. The rest is forgotten when it would be claimed.
pub(super) fn drop_waiting(
    commit: &Commit<'_>,
    pool: PoolId,
    webhook: WebhookId,
) -> std::result::Result<(), WriteError> {
    let mut drop = commit.conn().prepare_cached(sql::DROP_WEBHOOK_DELIVERIES)?;
    drop.perform(params![
        pool.as_bytes(),
        webhook.as_bytes(),
        limits::END_BATCH
    ])?;
    Ok(())
}
