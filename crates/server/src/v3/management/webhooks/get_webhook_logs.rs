//! `POST /api/v3/get-webhook-logs`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::page::page;
use crate::v3::convert::webhook::webhook_logs_dto;
use rollcall_core::operations::get_webhook_logs as operation;
use rollcall_wire::v3::webhooks::{ListWebhookLogsData, ListWebhookLogsDto};

pub(crate) async fn get_webhook_logs(
    app: AppState,
    call: ManagementCall<ListWebhookLogsDto>,
) -> V3Result<ListWebhookLogsData> {
    let ListWebhookLogsDto {
        webhook_id,
        page: number,
        limit,
    } = call.request;
    let page = page(number, limit)?;
    let caller = &call.caller;
    let logs = operation::get_webhook_logs(&app.authority, caller, &webhook_id, page).await?;
    Ok(webhook_logs_dto(&webhook_id, logs))
}
