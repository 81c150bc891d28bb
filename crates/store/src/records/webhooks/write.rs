//! Making, changing and deleting webhooks.

use super::rows::{self, SealedWebhook};
use super::{SECRET, TABLE, claim, sql};
use crate::records::commit::given_of;
use crate::records::{Commit, WriteError};
use rollcall_core::ids::{PoolId, WebhookId};
use rollcall_core::limits;
use rollcall_core::model::audit::{AuditAction, AuditResource};
use rollcall_core::model::event::Origin;
use rollcall_core::model::webhook::{Webhook, WebhookChange, WebhookWithSecret};
use rollcall_core::ports::webhooks::WebhookCreated;
use rollcall_core::refusal::Field;
use rollcall_core::secret::Secret;

/// Stores a new webhook.
pub(super) fn create(
    commit: &mut Commit<'_>,
    new: &WebhookWithSecret,
    origin: &Origin,
) -> Result<WebhookCreated, WriteError> {
    let (pool, id) = (new.webhook.pool, new.webhook.id);
    if rows::count(commit.conn(), pool)? >= limits::MAX_WEBHOOKS_PER_POOL {
        return Ok(WebhookCreated::TooMany);
    }
    let secret = match &new.secret {
        Some(secret) => Some(sealed(commit, pool, id, secret)?),
        None => None,
    };
    let row = SealedWebhook {
        webhook: new.webhook.clone(),
        secret,
    };
    rows::insert(commit.conn(), &row)?;
    commit.subscriptions.forget(pool);
    audit(commit, pool, id, AuditAction::Create, &[], origin)?;
    Ok(WebhookCreated::Created)
}

/// Changes a webhook.
pub(super) fn update(
    commit: &mut Commit<'_>,
    pool: PoolId,
    id: WebhookId,
    change: WebhookChange,
    origin: &Origin,
) -> Result<Option<Webhook>, WriteError> {
    let Some(row) = rows::by_id(commit.conn(), pool, id)? else {
        return Ok(None);
    };
    let fields = changed_fields(&change);
    let secret = match &change.secret {
        Some(secret) if secret.reveal().is_empty() => None,
        Some(secret) => Some(sealed(commit, pool, id, secret)?),
        None => row.secret,
    };
    let changed = SealedWebhook {
        webhook: row.webhook.changed_by(change, commit.now()),
        secret,
    };
    rows::update(commit.conn(), &changed)?;
    commit.subscriptions.forget(pool);
    if !changed.webhook.enabled {
        claim::drop_waiting(commit, pool, id)?;
    }
    audit(commit, pool, id, AuditAction::Update, &fields, origin)?;
    Ok(Some(changed.webhook))
}

/// Deletes all of these webhooks, or none.
pub(super) fn delete(
    commit: &mut Commit<'_>,
    pool: PoolId,
    mut ids: Vec<WebhookId>,
    origin: &Origin,
) -> Result<bool, WriteError> {
    ids.sort_unstable();
    ids.dedup();
    for id in &ids {
        if rows::by_id(commit.conn(), pool, *id)?.is_none() {
            return Ok(false);
        }
    }
    for id in ids {
        for statement in [sql::DELETE_WEBHOOK, sql::DELETE_WEBHOOK_LOGS] {
            commit
                .conn()
                .prepare_cached(statement)?
                .perform((pool.as_bytes(), id.as_bytes()))?;
        }
        commit.subscriptions.forget(pool);
        claim::drop_waiting(commit, pool, id)?;
        audit(commit, pool, id, AuditAction::Delete, &[], origin)?;
    }
    Ok(true)
}

fn sealed(
    commit: &Commit<'_>,
    pool: PoolId,
    id: WebhookId,
    secret: &Secret,
) -> Result<Vec<u8>, WriteError> {
    commit.seal_secret(TABLE, pool, id.as_bytes(), SECRET, secret)
}

/// The names of what a change sets.
fn changed_fields(change: &WebhookChange) -> Vec<Field> {
    let given = [
        ("name", change.name.is_some()),
        ("url", change.url.is_some()),
        ("contentType", change.content_type.is_some()),
        ("enabled", change.enabled.is_some()),
        ("events", change.events.is_some()),
        ("secret", change.secret.is_some()),
    ];
    given_of(&given).collect()
}

fn audit(
    commit: &mut Commit<'_>,
    pool: PoolId,
    id: WebhookId,
    action: AuditAction,
    fields: &[Field],
    origin: &Origin,
) -> Result<(), WriteError> {
    let resource = AuditResource::Webhook;
    commit.audit(
        pool,
        origin,
        action,
        resource,
        id.to_string(),
        fields.join(","),
    )
}
