//! What a request must have, for each path that is served.

use super::*;

fn assert_required<T: Request>(contract: &Contract, method: &str, path: &str) {
    let ours: BTreeSet<String> = T::REQUIRED.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(ours, contract.required(method, path), "{path}");
}

#[test]
fn required_members_about_users_are_the_contracts() {
    let contract = &Contract::management();
    assert_required::<GetManagementAccessTokenDto>(contract, "post", paths::GET_MANAGEMENT_TOKEN);
    assert_required::<CheckSessionStatusDto>(contract, "post", paths::CHECK_SESSION_STATUS);
    assert_required::<KickUsersDto>(contract, "post", paths::KICK_USERS);
    assert_required::<ListApplicationActiveUsersDto>(
        contract,
        "post",
        paths::LIST_APPLICATION_ACTIVE_USERS,
    );
    assert_required::<GetUserLoginHistoryQuery>(contract, "get", paths::GET_USER_LOGIN_HISTORY);
    assert_required::<GetUserLoggedinAppsQuery>(contract, "get", paths::GET_USER_LOGGEDIN_APPS);
    assert_required::<CreateUserReqDto>(contract, "post", paths::CREATE_USER);
    assert_required::<GetUserQuery>(contract, "get", paths::GET_USER);
    assert_required::<ListUsersQuery>(contract, "get", paths::LIST_USERS);
    assert_required::<ListUsersRequestDto>(contract, "post", paths::LIST_USERS);
    assert_required::<UpdateUserReqDto>(contract, "post", paths::UPDATE_USER);
    assert_required::<DeleteUsersBatchDto>(contract, "post", paths::DELETE_USERS_BATCH);
    assert_required::<IsUserExistsReqDto>(contract, "post", paths::IS_USER_EXISTS);
    assert_required::<GetUserBatchQuery>(contract, "get", paths::GET_USER_BATCH);
    assert_required::<CreateUserBatchReqDto>(contract, "post", paths::CREATE_USERS_BATCH);
    assert_required::<UpdateUserBatchReqDto>(contract, "post", paths::UPDATE_USER_BATCH);
    assert_required::<ResignUserReqDto>(contract, "post", paths::RESIGN_USER);
    assert_required::<ResignUserBatchReqDto>(contract, "post", paths::RESIGN_USER_BATCH);
    assert_required::<ListArchivedUsersQuery>(contract, "get", paths::LIST_ARCHIVED_USERS);
    for path in [
        paths::GET_USER_MFA_INFO,
        paths::GET_USER_LOGGED_IN_IDENTITIES,
        paths::GET_USER_ACCESSIBLE_APPS,
    ] {
        assert_required::<AboutUserQuery>(contract, "get", path);
    }
    assert_required::<GetUserIdentitiesQuery>(contract, "get", paths::GET_USER_IDENTITIES);
    assert_required::<LinkIdentityDto>(contract, "post", paths::LINK_IDENTITY);
    assert_required::<UnlinkIdentity>(contract, "post", paths::UNLINK_IDENTITY);
}

#[test]
fn required_members_of_management_are_the_contracts() {
    let contract = &Contract::management();
    assert_required::<CreateExtIdpDto>(contract, "post", paths::CREATE_EXT_IDP);
    assert_required::<GetExtIdpQuery>(contract, "get", paths::GET_EXT_IDP);
    assert_required::<ListExtIdpQuery>(contract, "get", paths::LIST_EXT_IDP);
    assert_required::<UpdateExtIdpDto>(contract, "post", paths::UPDATE_EXT_IDP);
    assert_required::<DeleteExtIdpDto>(contract, "post", paths::DELETE_EXT_IDP);
    assert_required::<CreateAccessKeyDto>(contract, "post", paths::CREATE_ACCESS_KEY);
    assert_required::<UpdateAccessKeyDto>(contract, "post", paths::UPDATE_ACCESS_KEY);
    assert_required::<DeleteAccessKeyDto>(contract, "post", paths::DELETE_ACCESS_KEY);
    assert_required::<GetAccessKeyQuery>(contract, "get", paths::GET_ACCESS_KEY);
    assert_required::<ListAccessKeyQuery>(contract, "get", paths::LIST_ACCESS_KEY);
    assert_required::<GetApplicationSimpleInfoQuery>(
        contract,
        "get",
        paths::GET_APPLICATION_SIMPLE_INFO,
    );
    assert_required::<ListApplicationSimpleInfoQuery>(
        contract,
        "get",
        paths::LIST_APPLICATION_SIMPLE_INFO,
    );
    assert_required::<CreateApplicationDto>(contract, "post", paths::CREATE_APPLICATION);
    assert_required::<GetApplicationQuery>(contract, "get", paths::GET_APPLICATION);
    assert_required::<ListApplicationsQuery>(contract, "get", paths::LIST_APPLICATIONS);
    assert_required::<DeleteApplicationDto>(contract, "post", paths::DELETE_APPLICATION);
    assert_required::<GetApplicationSecretQuery>(contract, "get", paths::GET_APPLICATION_SECRET);
    assert_required::<RefreshApplicationSecretDto>(
        contract,
        "post",
        paths::REFRESH_APPLICATION_SECRET,
    );
    assert_required::<UpdateSecuritySettingsDto>(contract, "post", paths::UPDATE_SECURITY_SETTINGS);
    assert_required::<GetUserActionLogsDto>(contract, "post", paths::GET_USER_ACTION_LOGS);
    assert_required::<GetAdminAuditLogsDto>(contract, "post", paths::GET_ADMIN_AUDIT_LOGS);
    assert_required::<CreateWebhookDto>(contract, "post", paths::CREATE_WEBHOOK);
    assert_required::<GetWebhookQuery>(contract, "get", paths::GET_WEBHOOK);
    assert_required::<ListWebhooksQuery>(contract, "get", paths::LIST_WEBHOOKS);
    assert_required::<UpdateWebhookDto>(contract, "post", paths::UPDATE_WEBHOOK);
    assert_required::<DeleteWebhookDto>(contract, "post", paths::DELETE_WEBHOOK);
    assert_required::<TriggerWebhookDto>(contract, "post", paths::TRIGGER_WEBHOOK);
    assert_required::<ListWebhookLogsDto>(contract, "post", paths::GET_WEBHOOK_LOGS);
}

#[test]
fn required_members_at_the_authentication_side_are_the_contracts() {
    let contract = &Contract::authentication();
    assert_required::<GetMyLoginHistoryQuery>(contract, "get", paths::GET_MY_LOGIN_HISTORY);
    assert_required::<SigninByCredentialsDto>(contract, "post", paths::SIGNIN);
    assert_required::<GetProfileQuery>(contract, "get", paths::GET_PROFILE);
    assert_required::<UpdatePasswordDto>(contract, "post", paths::UPDATE_PASSWORD);
    assert_required::<SignUpDto>(contract, "post", paths::SIGNUP);
    assert_required::<UpdateUserProfileDto>(contract, "post", paths::UPDATE_PROFILE);
    assert_required::<MyDevicesQuery>(contract, "get", paths::MYDEVICES_LIST);
    assert_required::<UnbindDeviceDto>(contract, "post", paths::MYDEVICES_UNBIND);
    assert_required::<RevokeDeviceSessionDto>(contract, "post", paths::MYDEVICES_REVOKE_SESSION);
}
