//! Who is archived.

use reqwest::Method;
use rollcall_wire::v3::paths::LIST_ARCHIVED_USERS;
use rollcall_wire::v3::users::{ArchivedUsersListPagingDto, ListArchivedUsersQuery};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// A page of the archived users, who was archived last first.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 400 for a limit above 50; otherwise see
    /// [`Error`].
    pub async fn list_archived_users(
        &self,
        query: &ListArchivedUsersQuery,
    ) -> Result<ArchivedUsersListPagingDto, Error> {
        self.read(Method::GET, LIST_ARCHIVED_USERS, query).await
    }
}
