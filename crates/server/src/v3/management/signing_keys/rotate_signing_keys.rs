//! `POST /api/v3/rotate-signing-keys` (ours)

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::to_its_end::to_its_end;
use crate::tokens::refusal_of;
use crate::v3::V3Result;
use crate::v3::convert::signing_key::signing_key_dto;
use rollcall_core::operations::rotate_signing_keys as operation;
use rollcall_wire::v3::signing_keys::{RotateSigningKeysDto, SigningKeyDto};

pub(crate) async fn rotate_signing_keys(
    app: AppState,
    call: ManagementCall<RotateSigningKeysDto>,
) -> V3Result<Vec<SigningKeyDto>> {
    // A stored key must be published from now on, or it would sign unannounced.
    let reports = to_its_end(async move {
        let (authority, tokens) = (&app.authority, &app.tokens);
        let rotated =
            operation::rotate_signing_keys(authority, &call.caller, tokens, call.origin).await;
        let reloaded = tokens.reload().await;
        let reports = rotated?;
        reloaded.map_err(|error| refusal_of(error.into()))?;
        Ok(reports)
    })
    .await?;
    Ok(reports.into_iter().map(signing_key_dto).collect())
}
