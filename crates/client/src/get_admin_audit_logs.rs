//! What administrators did.

use reqwest::Method;
use rollcall_wire::v3::logs::{AdminAuditLogRespData, GetAdminAuditLogsDto};
use rollcall_wire::v3::paths::GET_ADMIN_AUDIT_LOGS;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// What was changed, or read of secrets, with access keys or on the command
    /// line, the newest first. The default filter narrows nothing. Refused calls
    /// leave no row.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 403 without the permission `audit`, and 400
    /// for an address that is none or a page out of bounds; otherwise see [`Error`].
    pub async fn get_admin_audit_logs(
        &self,
        filter: &GetAdminAuditLogsDto,
    ) -> Result<AdminAuditLogRespData, Error> {
        self.read(Method::POST, GET_ADMIN_AUDIT_LOGS, filter).await
    }
}
