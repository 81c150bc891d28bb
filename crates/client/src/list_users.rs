//! Users, by page and by condition.

use reqwest::Method;
use rollcall_wire::v3::PaginationDto;
use rollcall_wire::v3::paths::LIST_USERS;
use rollcall_wire::v3::users::{ListUsersRequestDto, UserDto, UserPagingDto};

use crate::rows::{Page, Rows};
use crate::{Error, ManagementClient};

impl ManagementClient {
    /// One page of the users for whom all conditions hold, those made last first unless
    /// `options.sort` says otherwise. A page has 1 to 50 users, 10 if `limit` is absent.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 400 for a condition that makes no sense, 501 for
    /// one that is not built; otherwise see [`Error`].
    pub async fn list_users(&self, request: &ListUsersRequestDto) -> Result<UserPagingDto, Error> {
        self.read(Method::POST, LIST_USERS, request).await
    }

    /// All users for whom the conditions hold, page by page; see [`Rows`] for what
    /// that means while users come and go. The request's own `pagination` is not used.
    pub fn all_users(&self, request: ListUsersRequestDto) -> Rows<UserDto> {
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
                    let paging = client.list_users(&request).await?;
                    Ok((paging.total_count, paging.list))
                })
            },
            |user| user.user_id.clone(),
        )
    }
}
