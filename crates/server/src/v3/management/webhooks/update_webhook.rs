//! `POST /api/v3/update-webhook`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::webhook::{webhook_change, webhook_dto};
use rollcall_core::operations::update_webhook as operation;
use rollcall_wire::v3::webhooks::{UpdateWebhookDto, WebhookDto};

pub(crate) async fn update_webhook(
    app: AppState,
    call: ManagementCall<UpdateWebhookDto>,
) -> V3Result<WebhookDto> {
    let id = call.request.webhook_id.clone();
    let change = webhook_change(call.request)?;
    let (authority, caller) = (&app.authority, &call.caller);
    let webhook = operation::update_webhook(authority, caller, &id, change, call.origin).await?;
    Ok(webhook_dto(&webhook))
}
