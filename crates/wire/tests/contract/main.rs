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
use rollcall_wire::v3::access_keys::*;
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
use rollcall_wire::v3::webhooks::*;
use rollcall_wire::v3::{ApiCode, Envelope, JsonObject, Language, NoData, Request, Whole};
use serde::Serialize;
use serde_json::{Value, json};

mod members;
mod required;

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
