//! Applications, by page.

use reqwest::Method;
use rollcall_wire::v3::applications::{
    ApplicationDto, ApplicationPaginatedDataDto, ListApplicationsQuery,
};
use rollcall_wire::v3::paths::LIST_APPLICATIONS;

use crate::rows::{Page, Rows};
use crate::{Error, ManagementClient};

impl ManagementClient {
    /// One page of the applications, those made last first. A page has 1 to 50, 10 if
    /// `limit` is absent.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub async fn list_applications(
        &self,
        request: &ListApplicationsQuery,
    ) -> Result<ApplicationPaginatedDataDto, Error> {
        self.read(Method::GET, LIST_APPLICATIONS, request).await
    }

    /// All applications for which the conditions hold, page by page; see [`Rows`] for
    /// what that means while they come and go. The request's own page is not used.
    pub fn all_applications(&self, request: ListApplicationsQuery) -> Rows<ApplicationDto> {
        let client = self.clone();
        Rows::new(
            move |page| {
                let client = client.clone();
                let request = ListApplicationsQuery {
                    page: Some(page.number),
                    limit: Some(Page::ROWS),
                    ..request.clone()
                };
                Box::pin(async move {
                    let paging = client.list_applications(&request).await?;
                    Ok((paging.total_count, paging.list))
                })
            },
            |application| application.app_id.clone(),
        )
    }
}
