//! `GET /api/v3/get-webhook`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::webhook::webhook_dto;
use rollcall_core::operations::get_webhook as operation;
use rollcall_wire::v3::webhooks::{GetWebhookQuery, WebhookDto};

pub(crate) async fn get_webhook(
    app: AppState,
    call: ManagementCall<GetWebhookQuery>,
) -> V3Result<WebhookDto> {
    let id = &call.request.webhook_id;
    let webhook = operation::get_webhook(&app.authority, &call.caller, id).await?;
    Ok(webhook_dto(&webhook))
}
