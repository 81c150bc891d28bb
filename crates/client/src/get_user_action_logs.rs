//! What people did.

use reqwest::Method;
use rollcall_wire::v3::logs::{GetUserActionLogsDto, UserActionLogRespData};
use rollcall_wire::v3::paths::GET_USER_ACTION_LOGS;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// What people did, and what was refused to them, the newest first. The default
    /// filter narrows nothing; of a deleted user the rows are found by id, without
    /// addresses.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 403 without the permission `audit`, and 400
    /// for an address that is none or a page out of bounds; otherwise see [`Error`].
    pub async fn get_user_action_logs(
        &self,
        filter: &GetUserActionLogsDto,
    ) -> Result<UserActionLogRespData, Error> {
        self.read(Method::POST, GET_USER_ACTION_LOGS, filter).await
    }
}
