//! `POST /api/v3/delete-webhook`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::{Done, V3Result};
use rollcall_core::operations::delete_webhook as operation;
use rollcall_wire::v3::webhooks::DeleteWebhookDto;

pub(crate) async fn delete_webhook(
    app: AppState,
    call: ManagementCall<DeleteWebhookDto>,
) -> V3Result<Done> {
    let ids = &call.request.webhook_ids;
    operation::delete_webhook(&app.authority, &call.caller, ids, call.origin).await?;
    Ok(Done)
}
