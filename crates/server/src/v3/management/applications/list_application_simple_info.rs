//! `GET /api/v3/list-application-simple-info`

use crate::auth::ManagementCall;
use crate::state::AppState;
use crate::v3::V3Result;
use crate::v3::convert::application::simple_info_page_dto;
use crate::v3::convert::application_change::simple_info_filter;
use crate::v3::convert::page::page;
use rollcall_core::operations::list_applications as operation;
use rollcall_wire::v3::applications::{
    ApplicationSimpleInfoPaginatedDataDto, ListApplicationSimpleInfoQuery,
};

pub(crate) async fn list_application_simple_info(
    app: AppState,
    call: ManagementCall<ListApplicationSimpleInfoQuery>,
) -> V3Result<ApplicationSimpleInfoPaginatedDataDto> {
    let page = page(call.request.page, call.request.limit)?;
    let filter = simple_info_filter(call.request);
    let applications =
        operation::list_applications(&app.authority, &call.caller, filter, page).await?;
    Ok(simple_info_page_dto(&applications))
}
