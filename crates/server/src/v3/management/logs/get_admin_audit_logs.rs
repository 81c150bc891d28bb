//! `POST /api/v3/get-admin-audit-logs`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::audit::{audit_logs_dto, changes};
use crate::v3::convert::page::{instant_of_millis, page_of_options};
use rollcall_core::operations::get_admin_audit_logs::{self as operation, GetAdminAuditLogs};
use rollcall_wire::v3::logs::{AdminAuditLogRespData, GetAdminAuditLogsDto};

pub(crate) async fn get_admin_audit_logs(
    app: AppState,
    call: ManagementCall<GetAdminAuditLogsDto>,
) -> V3Result<AdminAuditLogRespData> {
    let dto = call.request;
    let page = page_of_options(dto.pagination.as_ref())?;
    let request = GetAdminAuditLogs {
        actor: dto.user_id,
        request_id: dto.request_id,
        client_ip: dto.client_ip,
        changes: changes(dto.operation_type, dto.resource_type),
        success: dto.success,
        start: dto.start.map(instant_of_millis),
        end: dto.end.map(instant_of_millis),
    };
    let rows = operation::get_admin_audit_logs(&app.authority, &call.caller, request, page).await?;
    Ok(audit_logs_dto(&rows, call.caller.pool))
}
