//! The wire types against the contract, whose files lie in `compat/contract`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_imports,
    reason = "a test fails by panicking and names every type"
)]

use std::collections::BTreeSet;

use rollcall_wire::oidc::discovery::OidcDiscoveryMetadata;
use rollcall_wire::oidc::introspection::IntrospectionResponse;
use rollcall_wire::time::Timestamp;
use rollcall_wire::v3::applications::*;
use rollcall_wire::v3::authentication::*;
use rollcall_wire::v3::ext_idps::*;
use rollcall_wire::v3::identities::*;
use rollcall_wire::v3::logs::*;
use rollcall_wire::v3::management_token::*;
use rollcall_wire::v3::my_account::*;
use rollcall_wire::v3::paths::{self, Route};
use rollcall_wire::v3::security_settings::*;
use rollcall_wire::v3::sessions::*;
use rollcall_wire::v3::sign_up::*;
use rollcall_wire::v3::system::*;
use rollcall_wire::v3::users::*;
use rollcall_wire::v3::{ApiCode, Envelope, JsonObject, Language, NoData, Request, Whole};
use serde::Serialize;
use serde_json::{Value, json};

struct Contract(Value);

fn named(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}

impl Contract {
    fn read(name: &str) -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../compat/contract/");
        let text = std::fs::read_to_string(format!("{folder}{name}-v3.json")).unwrap();
        Self(serde_json::from_str(&text).unwrap())
    }

    fn management() -> Self {
        Self::read("management")
    }

    fn authentication() -> Self {
        Self::read("authentication")
    }

    fn routes(&self) -> BTreeSet<(String, String)> {
        let paths = self.0["paths"].as_object().unwrap();
        paths
            .iter()
            .flat_map(|(path, methods)| {
                let methods = methods.as_object().unwrap().keys();
                methods.map(|method| (method.to_uppercase(), path.clone()))
            })
            .collect()
    }

    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        // The contract uses `allOf` only around one reference.
        let schema = schema["allOf"].get(0).unwrap_or(schema);
        match schema["$ref"].as_str() {
            Some(reference) => {
                let found = self.0.pointer(reference.trim_start_matches('#'));
                self.resolve(found.unwrap_or_else(|| panic!("{reference}")))
            }
            None => schema,
        }
    }

    /// Required members, types and enumerations, all the way down.
    fn check(&self, schema: &Value, value: &Value, place: &str) {
        let schema = self.resolve(schema);
        let fits = match schema["type"].as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("number") => value.is_number(),
            Some("boolean") => value.is_boolean(),
            _ => true,
        };
        assert!(fits, "{place}: {value} is not {}", schema["type"]);
        if let Some(accepted) = schema["enum"].as_array() {
            assert!(accepted.contains(value), "{place}: {value}");
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap();
            assert!(value.get(name).is_some(), "{place}.{name} is missing");
        }
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(value) = value.get(name) {
                self.check(member, value, &format!("{place}.{name}"));
            }
        }
        for item in value.as_array().into_iter().flatten() {
            self.check(&schema["items"], item, &format!("{place}[]"));
        }
    }

    fn assert_fits(&self, name: &str, value: &impl Serialize) {
        self.check(&named(name), &serde_json::to_value(value).unwrap(), name);
    }

    fn assert_answer<T: Serialize>(&self, method: &str, path: &str, data: T) {
        let answers = &self.0["paths"][path][method]["responses"]["200"];
        let schema = &answers["content"]["application/json"]["schema"];
        assert!(!schema.is_null(), "{path}");
        let answer = serde_json::to_value(Envelope::success("id", data)).unwrap();
        self.check(schema, &answer, path);
    }

    fn required(&self, method: &str, path: &str) -> BTreeSet<String> {
        let operation = &self.0["paths"][path][method];
        assert!(!operation.is_null(), "{path}");
        let text = |name: &Value| name.as_str().unwrap().to_owned();
        if method == "get" {
            let parameters = operation["parameters"].as_array().unwrap();
            return parameters
                .iter()
                .filter(|parameter| parameter["required"] == true)
                .map(|parameter| text(&parameter["name"]))
                .collect();
        }
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        let required = self.resolve(body)["required"].as_array();
        required.into_iter().flatten().map(text).collect()
    }
}

fn set(routes: &[Route]) -> BTreeSet<(String, String)> {
    routes
        .iter()
        .map(|(method, path)| ((*method).to_owned(), (*path).to_owned()))
        .collect()
}

#[test]
fn every_path_of_the_contract_is_listed() {
    assert_eq!(
        set(paths::MANAGEMENT_PATHS),
        Contract::management().routes()
    );
    assert_eq!(
        set(paths::AUTHENTICATION_PATHS),
        Contract::authentication().routes()
    );
    let distinct = |routes: &[Route]| {
        routes
            .iter()
            .map(|(_, p)| *p)
            .collect::<BTreeSet<_>>()
            .len()
    };
    assert_eq!(distinct(paths::MANAGEMENT_PATHS), 72);
    assert_eq!(distinct(paths::AUTHENTICATION_PATHS), 49);
    for route in paths::OWN_PATHS {
        assert!(!paths::MANAGEMENT_PATHS.contains(route));
        assert!(!paths::AUTHENTICATION_PATHS.contains(route));
    }
}

fn assert_required<T: Request>(contract: &Contract, method: &str, path: &str) {
    let ours: BTreeSet<String> = T::REQUIRED.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(ours, contract.required(method, path), "{path}");
}

#[test]
fn required_members_are_the_contracts() {
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
    assert_required::<CreateExtIdpDto>(contract, "post", paths::CREATE_EXT_IDP);
    assert_required::<GetExtIdpQuery>(contract, "get", paths::GET_EXT_IDP);
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

/// Every member of the contract is one of ours: a value with all of them keeps
/// all of them.
#[test]
fn no_member_of_the_contract_is_unknown() {
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
        let read: T =
            serde_json::from_value(value.clone()).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(serde_json::to_value(&read).unwrap(), value, "{name}");
    }
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
    check::<LinkIdentityDto>(contract, "LinkIdentityDto");
    check::<UnlinkIdentity>(contract, "UnlinkIdentity");
    check::<CreateExtIdpDto>(contract, "CreateExtIdpDto");
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

#[test]
fn answers_fit_their_paths() {
    let contract = Contract::management();
    contract.assert_answer(
        "post",
        paths::GET_MANAGEMENT_TOKEN,
        AccessTokenResDto {
            access_token: "t".into(),
            expires_in: Whole::from_u32(7200),
        },
    );
    contract.assert_answer(
        "post",
        paths::CHECK_SESSION_STATUS,
        CheckSessionStatusDataDto { active: false },
    );
    for path in [
        paths::KICK_USERS,
        paths::DELETE_USERS_BATCH,
        paths::DELETE_APPLICATION,
        paths::LINK_IDENTITY,
        paths::UNLINK_IDENTITY,
    ] {
        contract.assert_answer("post", path, IsSuccessDto { success: true });
    }
    contract.assert_answer(
        "get",
        paths::GET_USER_LOGIN_HISTORY,
        UserLoginHistoryPagingDto {
            total_count: Whole::from_u32(1),
            list: vec![UserLoginHistoryDto {
                app_id: "a".into(),
                app_name: "n".into(),
                app_logo: String::new(),
                app_login_url: String::new(),
                client_ip: "127.0.0.1".into(),
                user_agent: None,
                time: Timestamp::from_millis(0),
            }],
        },
    );
    contract.assert_answer(
        "post",
        paths::IS_USER_EXISTS,
        IsUserExistsDto { exists: true },
    );
    contract.assert_answer(
        "get",
        paths::GET_APPLICATION_SECRET,
        GetApplicationSecretDataDto { secret: "s".into() },
    );
    contract.assert_answer(
        "post",
        paths::REFRESH_APPLICATION_SECRET,
        RefreshApplicationSecretDataDto { secret: "s".into() },
    );
    contract.assert_answer(
        "get",
        paths::GET_EXT_IDP,
        ExtIdpDetail {
            id: "i".into(),
            name: "n".into(),
            logo: "l".into(),
            tenant_id: None,
            r#type: ExtIdpType::AzureAd,
            connections: JsonObject::new(),
            auto_join: false,
        },
    );
}

#[test]
fn answers_about_users_fit_their_paths() {
    let contract = Contract::management();
    for path in [paths::RESIGN_USER, paths::RESIGN_USER_BATCH] {
        contract.assert_answer("post", path, ResignUserDataDto { success: true });
    }
    contract.assert_answer(
        "get",
        paths::GET_USER_MFA_INFO,
        UserMfaRespDto {
            totp_status: MfaStatus::Disabled,
            face_mfa_status: MfaStatus::Disabled,
            sms_mfa_status: MfaStatus::Disabled,
            email_mfa_status: MfaStatus::Disabled,
        },
    );
}

#[test]
fn failures_and_discovery_fit_their_schemas() {
    let contract = Contract::management();
    let failure: Envelope<NoData> = Envelope::refused("r", ApiCode::UserLocked, "m");
    contract.assert_fits("CommonResponseDto", &failure);
    Contract::authentication()
        .assert_fits("OidcDiscoveryMetadata", &OidcDiscoveryMetadata::default());
}

#[test]
fn wrong_values_are_errors_and_null_is_absent() {
    type Read<T> = serde_json::Result<T>;
    let request: CheckSessionStatusDto = serde_json::from_value(
        json!({"userId": "u", "appId": "a", "options": null, "userIdType": null, "other": 1}),
    )
    .unwrap();
    assert_eq!(request.user_id_type, None);
    assert_eq!(request.options, None);

    let wrong: Read<CreateUserReqDto> = serde_json::from_value(json!({"gender": "X"}));
    assert!(
        wrong
            .unwrap_err()
            .to_string()
            .contains("unknown variant `X`")
    );
    let wrong: Read<KickUsersDto> = serde_json::from_value(json!({"userId": "u", "appIds": "a"}));
    assert!(wrong.is_err());
    let wrong: Read<KickUsersDto> = serde_json::from_value(json!({"userId": "u"}));
    assert!(wrong.is_err());

    let change: UpdateApplicationDto = serde_json::from_value(json!({
        "appId": "a", "enabled": false,
        "sessionPolicy": {"idleTimeout": 60, "sessionLimitAction": "end_oldest"},
        "brandingConfig": {"defaultLanguage": "ja-JP"},
    }))
    .unwrap();
    assert_eq!(change.enabled, Some(false));
    let policy = change.session_policy.unwrap();
    assert_eq!(
        policy.session_limit_action,
        Some(SessionLimitAction::EndOldest)
    );
    assert_eq!(
        change.branding_config.unwrap().default_language,
        Some(Language::JaJp)
    );
}
