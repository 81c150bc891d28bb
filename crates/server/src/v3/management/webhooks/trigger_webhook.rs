//! `POST /api/v3/trigger-webhook`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::webhook::{response, trigger};
use rollcall_core::Refusal;
use rollcall_core::operations::trigger_webhook as operation;
use rollcall_wire::v3::webhooks::{TriggerWebhookData, TriggerWebhookDto};

pub(crate) async fn trigger_webhook(
    app: AppState,
    call: ManagementCall<TriggerWebhookDto>,
) -> V3Result<TriggerWebhookData> {
    let request = trigger(call.request)?;
    let place = app.triggers.try_acquire();
    let _place = place.map_err(|_| Refusal::Unavailable)?;
    let (authority, egress) = (&app.authority, &app.egress);
    let answer = operation::trigger_webhook(authority, &call.caller, request, egress).await?;
    Ok(TriggerWebhookData {
        response: response(answer),
    })
}
