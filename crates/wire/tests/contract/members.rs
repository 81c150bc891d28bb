//! No member of the contract is lost on the way through our types.

use super::*;

/// Some are told by their example alone.
fn is_instant(schema: &Value) -> bool {
    let example = schema["example"].as_str();
    schema["format"] == "date-time" || example.is_some_and(|text| text.starts_with("2022-"))
}

/// A value of a schema with its required members only, so that reading it into
/// one of our types and writing it again shows that none got lost.
fn smallest(contract: &Contract, schema: &Value) -> Value {
    let schema = contract.resolve(schema);
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    match schema["type"].as_str() {
        Some("object") => {
            let required = schema["required"].as_array().into_iter().flatten();
            let members = required.map(|name| {
                let name = name.as_str().unwrap();
                (
                    name.to_owned(),
                    smallest(contract, &schema["properties"][name]),
                )
            });
            Value::Object(members.collect())
        }
        Some("array") => json!([smallest(contract, &schema["items"])]),
        Some("number") => json!(1),
        Some("boolean") => json!(true),
        _ if is_instant(schema) => json!("2022-07-03T02:20:30.000Z"),
        _ => json!("text"),
    }
}

fn assert_round_trip<T>(contract: &Contract, name: &str)
where
    T: Serialize + serde::de::DeserializeOwned,
{
    let value = smallest(contract, &named(name));
    let read: T = serde_json::from_value(value.clone()).unwrap_or_else(|e| panic!("{name}: {e}"));
    contract.assert_fits(name, &read);
    assert_eq!(serde_json::to_value(&read).unwrap(), value, "{name}");
}

#[test]
fn a_value_with_only_required_members_survives() {
    let contract = &Contract::management();
    assert_round_trip::<UserDto>(contract, "UserDto");
    assert_round_trip::<ApplicationDto>(contract, "ApplicationDto");
    assert_round_trip::<CreateApplicationRespDataDto>(contract, "CreateApplicationRespDataDto");
    assert_round_trip::<ApplicationPaginatedDataDto>(contract, "ApplicationPaginatedDataDto");
    assert_round_trip::<IdentityDto>(contract, "IdentityDto");
    assert_round_trip::<UserPagingDto>(contract, "UserPagingDto");
    assert_round_trip::<UserLoginHistoryPagingDto>(contract, "UserLoginHistoryPagingDto");
    assert_round_trip::<UserLoggedInAppsDto>(contract, "UserLoggedInAppsDto");
    assert_round_trip::<CreateUserReqDto>(contract, "CreateUserReqDto");
    assert_round_trip::<UpdateUserReqDto>(contract, "UpdateUserReqDto");
    assert_round_trip::<ListUsersRequestDto>(contract, "ListUsersRequestDto");
    assert_round_trip::<SortingDto>(contract, "SortingDto");
    assert_round_trip::<CreateUserBatchReqDto>(contract, "CreateUserBatchReqDto");
    assert_round_trip::<UpdateUserBatchReqDto>(contract, "UpdateUserBatchReqDto");
    assert_round_trip::<ArchivedUsersListPagingDto>(contract, "ArchivedUsersListPagingDto");
    assert_round_trip::<UserLoggedInIdentitiesDto>(contract, "UserLoggedInIdentitiesDto");
    assert_round_trip::<AppDto>(contract, "AppDto");
    assert_round_trip::<CreateApplicationDto>(contract, "CreateApplicationDto");
    assert_round_trip::<ApplicationLoginConfigInputDto>(contract, "ApplicationLoginConfigInputDto");
    assert_round_trip::<ApplicationRegisterConfigInputDto>(
        contract,
        "ApplicationRegisterConfigInputDto",
    );
    assert_round_trip::<AccessTokenResDto>(contract, "AccessTokenResDto");
    assert_round_trip::<CreateAccessKeyDto>(contract, "CreateAccessKeyDto");
    assert_round_trip::<UpdateAccessKeyDto>(contract, "UpdateAccessKeyDto");
    assert_round_trip::<DeleteAccessKeyDto>(contract, "DeleteAccessKeyDto");
    assert_round_trip::<UpdateExtIdpDto>(contract, "UpdateExtIdpDto");
    assert_round_trip::<DeleteExtIdpDto>(contract, "DeleteExtIdpDto");
    assert_round_trip::<ApplicationSimpleInfoPaginatedDataDto>(
        contract,
        "ApplicationSimpleInfoPaginatedDataDto",
    );
    assert_round_trip::<IsSuccessDto>(contract, "LinkIdentityDataDto");
    assert_round_trip::<IsSuccessDto>(contract, "UnlinkIdentityDataDto");
    assert_round_trip::<SecuritySettingsDto>(contract, "SecuritySettingsDto");
    assert_round_trip::<UpdateSecuritySettingsDto>(contract, "UpdateSecuritySettingsDto");
    assert_round_trip::<UserActionLogRespData>(contract, "UserActionLogRespData");
    assert_round_trip::<AdminAuditLogRespData>(contract, "AdminAuditLogRespData");
    let contract = &Contract::authentication();
    assert_round_trip::<LoginHistoryPaginatedRespDto>(contract, "LoginHistoryPaginatedRespDto");
    assert_round_trip::<SigninByCredentialsDto>(contract, "SigninByCredentialsDto");
    assert_round_trip::<LoginTokenResponseDataDto>(contract, "LoginTokenResponseDataDto");
    assert_round_trip::<LoggedInAppsDto>(contract, "LoggedInAppsDto");
    assert_round_trip::<SignUpDto>(contract, "SignUpDto");
    assert_round_trip::<SignUpOptionsDto>(contract, "SignUpOptionsDto");
    assert_round_trip::<AccessibleAppsDto>(contract, "AccessibleAppsDto");
    assert_round_trip::<TerminalSessionDto>(contract, "TerminalSessionDto");
    assert_round_trip::<GetSecurityInfoDto>(contract, "GetSecurityInfoDto");
    assert_round_trip::<SystemInfoResp>(contract, "SystemInfoResp");
    assert_round_trip::<IntrospectionResponse>(contract, "TokenIntrospectResponse");
}

fn full(contract: &Contract, schema: &Value) -> Value {
    let schema = contract.resolve(schema);
    match (schema["type"].as_str(), schema["properties"].as_object()) {
        (_, Some(members)) => Value::Object(
            members
                .iter()
                .map(|(name, member)| (name.clone(), full(contract, member)))
                .collect(),
        ),
        (Some("array"), _) => json!([full(contract, &schema["items"])]),
        _ => smallest(contract, schema),
    }
}

/// Every member of the contract is one of ours: a value with all of them keeps
/// all of them.
fn check<T: Serialize + serde::de::DeserializeOwned>(contract: &Contract, name: &str) {
    let mut value = full(contract, &named(name));
    if name.starts_with("ExtIdp") {
        value["type"] = json!("wechat");
    }
    // Texts there, enumerations in what is answered.
    if name == "GetUserActionLogsDto" {
        value["eventType"] = json!("login");
    }
    if name == "GetAdminAuditLogsDto" {
        value["operationType"] = json!("create");
        value["resourceType"] = json!("user");
    }
    let read: T = serde_json::from_value(value.clone()).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(serde_json::to_value(&read).unwrap(), value, "{name}");
}

#[test]
fn no_member_about_users_is_unknown() {
    let contract = &Contract::management();
    check::<UserDto>(contract, "UserDto");
    check::<CreateUserReqDto>(contract, "CreateUserReqDto");
    check::<UpdateUserReqDto>(contract, "UpdateUserReqDto");
    check::<ListUsersRequestDto>(contract, "ListUsersRequestDto");
    check::<DeleteUsersBatchDto>(contract, "DeleteUsersBatchDto");
    check::<IsUserExistsReqDto>(contract, "IsUserExistsReqDto");
    check::<CreateUserBatchReqDto>(contract, "CreateUserBatchReqDto");
    check::<UpdateUserBatchReqDto>(contract, "UpdateUserBatchReqDto");
    check::<ResignUserReqDto>(contract, "ResignUserReqDto");
    check::<ResignUserBatchReqDto>(contract, "ResignUserBatchReqDto");
    check::<AppDto>(contract, "AppDto");
    check::<KickUsersDto>(contract, "KickUsersDto");
    check::<CheckSessionStatusDto>(contract, "CheckSessionStatusDto");
    check::<ListApplicationActiveUsersDto>(contract, "ListApplicationActiveUsersDto");
    check::<UserLoginHistoryPagingDto>(contract, "UserLoginHistoryPagingDto");
}

#[test]
fn no_member_of_management_is_unknown() {
    let contract = &Contract::management();
    check::<LinkIdentityDto>(contract, "LinkIdentityDto");
    check::<UnlinkIdentity>(contract, "UnlinkIdentity");
    check::<CreateExtIdpDto>(contract, "CreateExtIdpDto");
    check::<UpdateExtIdpDto>(contract, "UpdateExtIdpDto");
    check::<DeleteExtIdpDto>(contract, "DeleteExtIdpDto");
    check::<CreateAccessKeyDto>(contract, "CreateAccessKeyDto");
    check::<UpdateAccessKeyDto>(contract, "UpdateAccessKeyDto");
    check::<ApplicationSimpleInfoDto>(contract, "ApplicationSimpleInfoDto");
    check::<ExtIdpDto>(contract, "ExtIdpDto");
    check::<ExtIdpDetail>(contract, "ExtIdpDetail");
    check::<ApplicationDto>(contract, "ApplicationDto");
    check::<CreateApplicationDto>(contract, "CreateApplicationDto");
    check::<CreateApplicationRespDataDto>(contract, "CreateApplicationRespDataDto");
    check::<SecuritySettingsDto>(contract, "SecuritySettingsDto");
    check::<UpdateSecuritySettingsDto>(contract, "UpdateSecuritySettingsDto");
    check::<GetUserActionLogsDto>(contract, "GetUserActionLogsDto");
    check::<UserActionLogRespData>(contract, "UserActionLogRespData");
    check::<GetAdminAuditLogsDto>(contract, "GetAdminAuditLogsDto");
    check::<AdminAuditLogRespData>(contract, "AdminAuditLogRespData");
    check::<CreateWebhookDto>(contract, "CreateWebhookDto");
    check::<UpdateWebhookDto>(contract, "UpdateWebhookDto");
    check::<DeleteWebhookDto>(contract, "DeleteWebhookDto");
    check::<TriggerWebhookDto>(contract, "TriggerWebhookDto");
    check::<ListWebhookLogsDto>(contract, "ListWebhookLogs");
    check::<WebhookCategoryDto>(contract, "WebhookCategoryDto");
}

#[test]
fn no_member_at_the_authentication_side_is_unknown() {
    let contract = &Contract::authentication();
    check::<LoginHistoryPaginatedRespDto>(contract, "LoginHistoryPaginatedRespDto");
    check::<SigninByCredentialsDto>(contract, "SigninByCredentialsDto");
    check::<LoginTokenResponseDataDto>(contract, "LoginTokenResponseDataDto");
    check::<UpdatePasswordDto>(contract, "UpdatePasswordDto");
    check::<SignUpDto>(contract, "SignUpDto");
    check::<UpdateUserProfileDto>(contract, "UpdateUserProfileDto");
    check::<TerminalSessionDto>(contract, "TerminalSessionDto");
    check::<SystemInfoResp>(contract, "SystemInfoResp");
}
