//! `GET /api/v3/list-webhooks`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::page::page;
use crate::v3::convert::webhook::webhooks_dto;
use rollcall_core::operations::list_webhooks as operation;
use rollcall_wire::v3::webhooks::{GetWebhooksData, ListWebhooksQuery};

pub(crate) async fn list_webhooks(
    app: AppState,
    call: ManagementCall<ListWebhooksQuery>,
) -> V3Result<GetWebhooksData> {
    let page = page(call.request.page, call.request.limit)?;
    let webhooks = operation::list_webhooks(&app.authority, &call.caller, page).await?;
    Ok(webhooks_dto(&webhooks))
}
