//! Deleting an application.

use reqwest::Method;
use rollcall_wire::v3::applications::DeleteApplicationDto;
use rollcall_wire::v3::paths::DELETE_APPLICATION;
use rollcall_wire::v3::success::IsSuccessDto;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Deletes the application and ends all its logins. It cannot be undone.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2011 for an unknown application; otherwise see
    /// [`Error`].
    pub async fn delete_application(&self, app_id: &str) -> Result<(), Error> {
        let whom = DeleteApplicationDto {
            app_id: app_id.to_owned(),
        };
        let _: IsSuccessDto = self.call(Method::POST, DELETE_APPLICATION, &whom).await?;
        Ok(())
    }
}
