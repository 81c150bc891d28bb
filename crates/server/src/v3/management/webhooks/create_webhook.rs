//! `POST /api/v3/create-webhook`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::webhook::{new_webhook, webhook_dto};
use rollcall_core::operations::create_webhook as operation;
use rollcall_wire::v3::webhooks::{CreateWebhookDto, WebhookDto};

pub(crate) async fn create_webhook(
    app: AppState,
    call: ManagementCall<CreateWebhookDto>,
) -> V3Result<WebhookDto> {
    let new = new_webhook(call.request)?;
    let webhook = operation::create_webhook(&app.authority, &call.caller, new, call.origin).await?;
    Ok(webhook_dto(&webhook))
}
