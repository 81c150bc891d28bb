//! Webhooks as rows.

use super::sql;
use crate::records::columns::{Columns, limit_and_offset};
use crate::sql::{Connection, OptionalExtension as _, Result, Row, params};
use rollcall_core::ids::{PoolId, WebhookId};
use rollcall_core::model::webhook::{Webhook, WebhookContentType, WebhookEvent};
use rollcall_core::page::{PageOf, PageRequest};

/// A webhook with its secret as it is stored.
pub(super) struct SealedWebhook {
    pub(super) webhook: Webhook,
    pub(super) secret: Option<Vec<u8>>,
}

pub(super) fn by_id(
    conn: &Connection,
    pool: PoolId,
    id: WebhookId,
) -> Result<Option<SealedWebhook>> {
    conn.prepare_cached(sql::WEBHOOK)?
        .query_row((pool.as_bytes(), id.as_bytes()), read)
        .optional()
}

/// A page of the pool's webhooks, the newest first.
pub(super) fn page(conn: &Connection, pool: PoolId, page: PageRequest) -> Result<PageOf<Webhook>> {
    let (limit, offset) = limit_and_offset(page);
    let list = conn
        .prepare_cached(sql::WEBHOOKS_PAGE)?
        .query_map((pool.as_bytes(), limit, offset), read)?
        .map(|row| row.map(|row| row.webhook))
        .collect::<Result<_>>()?;
    Ok(PageOf {
        total_count: count(conn, pool)?,
        list,
    })
}

/// How many webhooks the pool has.
pub(super) fn count(conn: &Connection, pool: PoolId) -> Result<u64> {
    let count: i64 = conn
        .prepare_cached(sql::WEBHOOKS_COUNT)?
        .query_row([pool.as_bytes()], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

pub(super) fn insert(conn: &Connection, row: &SealedWebhook) -> Result<()> {
    let webhook = &row.webhook;
    conn.prepare_cached(sql::INSERT_WEBHOOK)?.perform(params![
        webhook.pool.as_bytes(),
        webhook.id.as_bytes(),
        webhook.name,
        webhook.url,
        webhook.content_type.as_str(),
        webhook.enabled,
        names(&webhook.events),
        row.secret,
        webhook.created_at.as_millis(),
        webhook.updated_at.as_millis(),
    ])?;
    Ok(())
}

pub(super) fn update(conn: &Connection, row: &SealedWebhook) -> Result<()> {
    let webhook = &row.webhook;
    conn.prepare_cached(sql::UPDATE_WEBHOOK)?.perform(params![
        webhook.pool.as_bytes(),
        webhook.id.as_bytes(),
        webhook.name,
        webhook.url,
        webhook.content_type.as_str(),
        webhook.enabled,
        names(&webhook.events),
        row.secret,
        webhook.updated_at.as_millis(),
    ])?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<SealedWebhook> {
    let mut columns = Columns::of(row);
    Ok(SealedWebhook {
        webhook: Webhook {
            id: WebhookId::from_bytes(columns.get()?),
            pool: PoolId::from_bytes(columns.get()?),
            name: columns.get()?,
            url: columns.get()?,
            content_type: columns.meaning(WebhookContentType::from_name)?,
            enabled: columns.get()?,
            events: columns.meaning(events)?,
            created_at: columns.instant()?,
            updated_at: columns.instant()?,
        },
        secret: columns.get()?,
    })
}

/// Events as they are stored.
fn names(events: &[WebhookEvent]) -> String {
    let names: Vec<_> = events.iter().map(|event| event.as_str()).collect();
    names.join(",")
}

/// The events of a stored text.
pub(super) fn events(names: &str) -> Option<Vec<WebhookEvent>> {
    let names = names.split(',').filter(|name| !name.is_empty());
    names.map(WebhookEvent::from_name).collect()
}
