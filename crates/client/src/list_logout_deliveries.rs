//! Whether applications were told of ends.

use reqwest::Method;
use rollcall_wire::v3::logout_deliveries::{ListLogoutDeliveriesDto, LogoutDeliveryPagingDto};
use rollcall_wire::v3::paths::LIST_LOGOUT_DELIVERIES;

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// One page of the ledger of back-channel logout, the end that was recorded last
    /// first: each end that an application had to be told of, with every attempt. A page
    /// has 1 to 50 entries, 10 if `limit` is absent. It is an addition of Rollcall to
    /// the V3 API.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2004 for an unknown user; otherwise see [`Error`].
    pub async fn list_logout_deliveries(
        &self,
        request: &ListLogoutDeliveriesDto,
    ) -> Result<LogoutDeliveryPagingDto, Error> {
        self.read(Method::POST, LIST_LOGOUT_DELIVERIES, request)
            .await
    }
}
