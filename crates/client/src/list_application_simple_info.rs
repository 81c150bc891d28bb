//! Applications in few words, by page.

use reqwest::Method;
use rollcall_wire::v3::applications::{
    ApplicationSimpleInfoPaginatedDataDto, ListApplicationSimpleInfoQuery,
};
use rollcall_wire::v3::paths::LIST_APPLICATION_SIMPLE_INFO;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// One page of the applications in few words, those made last first.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn list_application_simple_info(
        &self,
        request: &ListApplicationSimpleInfoQuery,
    ) -> Result<ApplicationSimpleInfoPaginatedDataDto, Error> {
        self.read(Method::GET, LIST_APPLICATION_SIMPLE_INFO, request)
            .await
    }
}
