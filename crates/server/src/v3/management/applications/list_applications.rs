//! `GET /api/v3/list-applications`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::application::application_page_dto;
use crate::v3::convert::application_change::application_filter;
use crate::v3::convert::page::page;
use rollcall_core::operations::list_applications as operation;
use rollcall_wire::v3::applications::{ApplicationPaginatedDataDto, ListApplicationsQuery};

pub(crate) async fn list_applications(
    app: AppState,
    call: ManagementCall<ListApplicationsQuery>,
) -> V3Result<ApplicationPaginatedDataDto> {
    let page = page(call.request.page, call.request.limit)?;
    let filter = application_filter(call.request)?;
    let applications =
        operation::list_applications(&app.authority, &call.caller, filter, page).await?;
    Ok(application_page_dto(&applications))
}
