//! Who is signed in to an application.

use reqwest::Method;
use rollcall_wire::v3::PaginationDto;
use rollcall_wire::v3::paths::LIST_APPLICATION_ACTIVE_USERS;
use rollcall_wire::v3::sessions::ListApplicationActiveUsersDto;
use rollcall_wire::v3::users::{UserDto, UserPagingDto};

use crate::rows::{Page, Rows};
use crate::{Error, ManagementClient};

impl ManagementClient {
    /// One page of the users who are signed in to the application now, in the order of
    /// their ids. A page has 1 to 50 users, 10 if `limit` is absent.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2011 for an unknown application; otherwise see
    /// [`Error`].
    pub async fn list_application_active_users(
        &self,
        request: &ListApplicationActiveUsersDto,
    ) -> Result<UserPagingDto, Error> {
        self.read(Method::POST, LIST_APPLICATION_ACTIVE_USERS, request)
            .await
    }

    /// All users who are signed in to the application, page by page; see [`Rows`] for
    /// what that means while people come and go. The request's own `pagination` is
    /// not used.
    pub fn all_active_users(&self, request: ListApplicationActiveUsersDto) -> Rows<UserDto> {
        let client = self.clone();
        Rows::new(
            move |page| {
                let client = client.clone();
                let mut request = request.clone();
                let options = request.options.get_or_insert_default();
                options.pagination = Some(PaginationDto {
                    page: Some(page.number),
                    limit: Some(Page::ROWS),
                });
                Box::pin(async move {
                    let paging = client.list_application_active_users(&request).await?;
                    Ok((paging.total_count, paging.list))
                })
            },
            |user| user.user_id.clone(),
        )
    }
}
