//! What people see and change of their own account. Each of these calls fails with
//! API code 2020 if the access token is no more or the person is signed out.

use reqwest::Method;
use rollcall_wire::v3::JsonObject;
use rollcall_wire::v3::identities::IdentityDto;
use rollcall_wire::v3::my_account::{
    AccessibleAppsDto, GetSecurityInfoDto, MyDevicesQuery, RevokeDeviceSessionDto,
    TerminalSessionDto, UnbindDeviceDto, UpdateUserProfileDto,
};
use rollcall_wire::v3::paths::{
    GET_IDENTITIES, GET_MY_ACCESSIBLE_APPS, GET_SECURITY_INFO, MYDEVICES_LIST,
    MYDEVICES_REVOKE_SESSION, MYDEVICES_UNBIND, UPDATE_PROFILE,
};
use rollcall_wire::v3::users::UserDto;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::client::AuthenticationClient;
use crate::Error;
use crate::http::data;

impl AuthenticationClient {
    /// Changes what the person says of themselves; what is absent stays.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2020 if the person is signed out, status code 400
    /// and 422 for values that are not accepted; otherwise see [`Error`].
    pub async fn update_profile(
        &self,
        access_token: &str,
        request: &UpdateUserProfileDto,
    ) -> Result<UserDto, Error> {
        self.change(UPDATE_PROFILE, access_token, request).await
    }

    /// How the person's account is secured.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2020 if the person is signed out; otherwise see
    /// [`Error`].
    pub async fn get_security_info(&self, access_token: &str) -> Result<GetSecurityInfoDto, Error> {
        let nothing = JsonObject::new();
        self.look(GET_SECURITY_INFO, access_token, &nothing).await
    }

    /// The person's identities at other providers, 50 at the most.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2020 if the person is signed out; otherwise see
    /// [`Error`].
    pub async fn get_identities(&self, access_token: &str) -> Result<Vec<IdentityDto>, Error> {
        let nothing = JsonObject::new();
        self.look(GET_IDENTITIES, access_token, &nothing).await
    }

    /// The applications that the person may sign in to.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2020 if the person is signed out; otherwise see
    /// [`Error`].
    pub async fn get_my_accessible_apps(
        &self,
        access_token: &str,
    ) -> Result<Vec<AccessibleAppsDto>, Error> {
        let nothing = JsonObject::new();
        let path = GET_MY_ACCESSIBLE_APPS;
        self.look(path, access_token, &nothing).await
    }

    /// The devices on which the person is signed in (`mydevices/list`). A page has 1
    /// to 50, 10 if `limit` is absent.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2020 if the person is signed out; otherwise see
    /// [`Error`].
    pub async fn list_my_devices(
        &self,
        access_token: &str,
        query: &MyDevicesQuery,
    ) -> Result<Vec<TerminalSessionDto>, Error> {
        self.look(MYDEVICES_LIST, access_token, query).await
    }

    /// Ends the session on a device (`mydevices/revoke-session`), which
    /// [`list_my_devices`](Self::list_my_devices) names by 32 hex digits.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with API code 2020 if the person is signed out, status code 404
    /// for an unknown device; otherwise see [`Error`].
    pub async fn revoke_device_session(
        &self,
        access_token: &str,
        device_id: &str,
    ) -> Result<(), Error> {
        let request = RevokeDeviceSessionDto {
            device_id: device_id.to_owned(),
        };
        self.change(MYDEVICES_REVOKE_SESSION, access_token, &request)
            .await
    }

    /// Ends the session on a device and forgets it (`mydevices/unbind`).
    ///
    /// # Errors
    ///
    /// As [`revoke_device_session`](Self::revoke_device_session).
    pub async fn unbind_device(&self, access_token: &str, device_id: &str) -> Result<(), Error> {
        let request = UnbindDeviceDto {
            device_id: device_id.to_owned(),
        };
        self.change(MYDEVICES_UNBIND, access_token, &request).await
    }

    async fn look<T: DeserializeOwned>(
        &self,
        path: &str,
        access_token: &str,
        query: &impl Serialize,
    ) -> Result<T, Error> {
        let inner = &*self.inner;
        let ask = || inner.personal(&Method::GET, path, access_token, query, data);
        inner.http.reading(ask).await
    }

    async fn change<T: DeserializeOwned>(
        &self,
        path: &str,
        access_token: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        let inner = &*self.inner;
        let change = inner.personal(&Method::POST, path, access_token, body, data);
        inner.http.in_time(change).await
    }
}
