//! `GET /api/v3/get-webhook-event-list`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::convert::webhook_events::event_list;
use crate::v3::{NoParameters, V3Result};
use rollcall_core::operations::get_webhook_event_list as operation;
use rollcall_wire::v3::webhooks::WebhookEventListData;

pub(crate) async fn get_webhook_event_list(
    _: AppState,
    call: ManagementCall<NoParameters>,
) -> V3Result<WebhookEventListData> {
    let events = operation::get_webhook_event_list(&call.caller)?;
    Ok(event_list(events))
}
