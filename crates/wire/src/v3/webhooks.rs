//! Telling others of what happens.

use serde::{Deserialize, Serialize};

use super::string_enum::string_enum;
use super::{JsonObject, Request, SecretText, Whole, query};
use crate::time::Timestamp;

string_enum! {
    /// What a webhook can ask to be told of: the contract's names, most of which
    /// never happen here, and `login:ended`, which is ours.
    pub enum WebhookEventName {
        Test = "test",
        Register = "register",
        Login = "login",
        LoginEnded = "login:ended",
        MfaVerified = "mfa:verified",
        Kick = "kick",
        UserCreated = "user:created",
        UserPasswordChanged = "user:password-changed",
        UserUpdated = "user:updated",
        UserEmailVerified = "user:email-verified",
        UserArchived = "user:archived",
        UserUnarchived = "user:unarchived",
        UserBlocked = "user:blocked",
        UserUnblocked = "user:unblocked",
        UserDeleted = "user:deleted",
        UserRegisterWhitelistAdded = "user:register-whitelist-added",
        UserRegisterWhitelistDeleted = "user:register-whitelist-deleted",
        UserUdvChanged = "user:udv-changed",
        UserLinkAccount = "user:link-account",
        UserPasswordUpdateRemind = "user:password-update-remind",
        UserOrganizationNodeUpdate = "user:organization-node-update",
        PermissionRevoke = "permission:revoke",
        PermissionAdd = "permission:add",
        ResourceCreated = "resource:created",
        ResourceDelete = "resource:delete",
        ResourceUpdated = "resource:updated",
        RoleCreated = "role:created",
        RoleUpdated = "role:updated",
        RoleDeleted = "role:deleted",
        RoleDisable = "role:disable",
        RoleAssigned = "role:assigned",
        SubjectRemove = "subject:remove",
        RoleUnassigned = "role:unassigned",
        RoleUdvChanged = "role:udv-changed",
        ApplicationMfaEnabled = "application:mfa:enabled",
        ApplicationMfaDisabled = "application:mfa:disabled",
        GroupCreated = "group:created",
        GroupUpdated = "group:updated",
        GroupDeleted = "group:deleted",
        GroupMemberAdded = "group:member-added",
        GroupMemberRemoved = "group:member-removed",
        OrganizationCreated = "organization:created",
        OrganizationImported = "organization:imported",
        OrganizationDeleted = "organization:deleted",
        OrganizationNodeAdded = "organization:node-added",
        OrganizationNodeUpdated = "organization:node-updated",
        OrganizationTreeUpdated = "organization:tree-updated",
        OrganizationNodeDeleted = "organization:node-deleted",
        OrganizationNodeMoved = "organization:node-moved",
        OrganizationMemberAdded = "organization:member-added",
        OrganizationMemberRemoved = "organization:member-removed",
        OrganizationUdvChanged = "organization:udv-changed",
        PrivilegeNamespaceCreated = "privilege-namespace:created",
        PrivilegeNamespaceUpdated = "privilege-namespace:updated",
        PrivilegeNamespaceDeleted = "privilege-namespace:deleted",
        UserPoolCooperatorAdded = "user-pool:cooperator-added",
        UserPoolCooperatorRemoved = "user-pool:cooperator-removed",
        UserPoolSecretRefreshed = "user-pool:secret-refreshed",
        UserPoolUpdated = "user-pool:updated",
        UserPoolUdfAdded = "user-pool:udf-added",
        UserPoolUdfDeleted = "user-pool:udf-deleted",
        UserPoolEnvAdded = "user-pool:env-added",
        UserPoolEnvDeleted = "user-pool:env-deleted",
        UserPoolEnvUpdated = "user-pool:env-updated",
        UserPoolLaunchpadAppInstalled = "user-pool:launchpad-app-installed",
        UserPoolLaunchpadAppUninstalled = "user-pool:launchpad-app-uninstalled",
        ApplicationCreated = "application:created",
        ApplicationUpdated = "application:updated",
        ApplicationDeleted = "application:deleted",
        ApplicationSecretRefreshed = "application:secret-refreshed",
        DataResourceCreated = "data-resource:created",
        DataResourceUpdated = "data-resource:updated",
        DataResourceDeleted = "data-resource:deleted",
        DataStrategyPermissionRevoke = "data-strategy-permission:revoke",
        DataStrategyPermissionAdd = "data-strategy-permission:add",
        UnusualLocationLogin = "unusual-location:login",
    }
}

string_enum! {
    /// How a webhook's body is written.
    pub enum WebhookContentType {
        Json = "application/json",
        Form = "application/x-www-form-urlencoded",
    }
}

/// Body of `create-webhook` (schema `CreateWebhookDto`). Its answer is [`WebhookDto`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateWebhookDto {
    /// Name for people, up to 256 characters.
    pub name: String,
    /// Where it is told: https, or http on a loopback host.
    pub url: String,
    /// Of what.
    pub events: Vec<WebhookEventName>,
    /// How.
    pub content_type: WebhookContentType,
    /// Whether it is told of anything yet; true if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// What calls are signed with: up to 256 visible ASCII characters. Absent or
    /// empty: they are not signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretText>,
}

impl Request for CreateWebhookDto {
    const REQUIRED: &'static [&'static str] = &["name", "url", "events", "contentType"];
}

/// A webhook (schema `WebhookDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WebhookDto {
    /// Its id, 24 hex digits.
    pub webhook_id: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
    /// Name for people.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// How.
    pub content_type: WebhookContentType,
    /// Whether it is told of anything.
    pub enabled: bool,
    /// Of what.
    pub events: Vec<WebhookEventName>,
    /// What calls are signed with. Never answered here: whoever set it knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretText>,
}

/// Parameters of `get-webhook`. Its answer is [`WebhookDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetWebhookQuery {
    /// The webhook, 24 hex digits.
    #[serde(deserialize_with = "query::required_text")]
    pub webhook_id: String,
}

impl Request for GetWebhookQuery {
    const REQUIRED: &'static [&'static str] = &["webhookId"];
}

/// Parameters of `list-webhooks`. Its answer is [`GetWebhooksData`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListWebhooksQuery {
    /// Page number from 1; 1 if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_number"
    )]
    pub page: Option<Whole>,
    /// Entries per page, 1 to 50; 10 if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_number"
    )]
    pub limit: Option<Whole>,
}

impl Request for ListWebhooksQuery {
    const REQUIRED: &'static [&'static str] = &[];
}

/// A page of the pool's webhooks, the newest first (schema `GetWebhooksData`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetWebhooksData {
    /// How many there are in all.
    pub total_count: Whole,
    /// The webhooks of this page.
    pub list: Vec<WebhookDto>,
}

/// Body of `update-webhook` (schema `UpdateWebhookDto`); absent members stay as
/// they are. Its answer is [`WebhookDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdateWebhookDto {
    /// The webhook, 24 hex digits.
    pub webhook_id: String,
    /// Name for people, up to 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it is told: https, or http on a loopback host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Of what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<WebhookEventName>>,
    /// How.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<WebhookContentType>,
    /// Whether it is told of anything. Switching it off forgets what waits for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// What calls are signed with; an empty one takes it away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretText>,
}

impl Request for UpdateWebhookDto {
    const REQUIRED: &'static [&'static str] = &["webhookId"];
}

/// Body of `delete-webhook` (schema `DeleteWebhookDto`). There is no `data`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DeleteWebhookDto {
    /// The webhooks, 1 to 50: all of them are deleted, or none.
    pub webhook_ids: Vec<String>,
}

impl Request for DeleteWebhookDto {
    const REQUIRED: &'static [&'static str] = &["webhookIds"];
}

/// Body of `trigger-webhook` (schema `TriggerWebhookDto`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TriggerWebhookDto {
    /// The webhook, 24 hex digits. It may be switched off.
    pub webhook_id: String,
    /// Headers besides ours: up to 20 texts by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_headers: Option<JsonObject>,
    /// What is sent, up to 16 KiB; if absent, one that says that this is a test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_body: Option<JsonObject>,
}

impl Request for TriggerWebhookDto {
    const REQUIRED: &'static [&'static str] = &["webhookId"];
}

/// What a triggered webhook answered (schema `TriggerWebhookData`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TriggerWebhookData {
    /// The body of its answer: JSON, or the text as it came.
    pub response: serde_json::Value,
}

/// Body of `get-webhook-logs` (schema `ListWebhookLogs`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListWebhookLogsDto {
    /// The webhook, 24 hex digits.
    pub webhook_id: String,
    /// Page number from 1; 1 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<Whole>,
    /// Entries per page, 1 to 50; 10 if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Whole>,
}

impl Request for ListWebhookLogsDto {
    const REQUIRED: &'static [&'static str] = &["webhookId"];
}

/// A page of a webhook's log, the last call first (schema `ListWebhookLogsData`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListWebhookLogsData {
    /// How many entries there are in all.
    pub total_count: Whole,
    /// The entries of this page.
    pub list: Vec<WebhookLogDto>,
}

/// One call of a webhook (schema `WebhookLogDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WebhookLogDto {
    /// The webhook.
    pub webhook_id: String,
    /// Of what it was told.
    pub event_name: WebhookEventName,
    /// What was sent, also where it was written as a form.
    pub request_body: JsonObject,
    /// The headers that were sent, secret, signature and credentials masked.
    pub request_headers: JsonObject,
    /// The HTTP status; 0 if there was no answer.
    pub response_status_code: u16,
    /// The headers of the answer; empty if there was none.
    pub response_headers: JsonObject,
    /// The body of the answer: its JSON object, or `{"text": …}` with the text as it
    /// came, up to 16 KiB; empty if there was none.
    pub response_body: JsonObject,
    /// When the call began.
    pub timestamp: Timestamp,
    /// Whether the webhook knows.
    pub success: bool,
    /// Why not: `unavailable` (408, 429, 5xx), `rejected` (any other status), or why
    /// there was no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
}

/// What webhooks can be told of here (schema `WebhookEventListData`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookEventListData {
    /// Groups of events.
    pub categories: Vec<WebhookCategoryDto>,
    /// The events.
    pub events: Vec<WebhookEventDto>,
}

/// A group of events (schema `WebhookCategoryDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WebhookCategoryDto {
    /// Its name in Chinese.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// What [`WebhookEventDto::category`] says.
    pub value: String,
}

/// An event (schema `WebhookEventDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WebhookEventDto {
    /// Its name in Chinese.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// What `events` of a webhook says.
    pub value: WebhookEventName,
    /// Its group.
    pub category: String,
}

/// What webhooks are sent, in JSON; as a form, each member is a field, and `data`
/// is JSON in one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WebhookMessageDto {
    /// The id of what happened, 32 hex digits: the same in each attempt, and for
    /// each webhook.
    pub id: String,
    /// What happened.
    pub event_name: WebhookEventName,
    /// When; a login that ran out ended at its limit.
    pub occurred_at: Timestamp,
    /// The user pool, 24 hex digits.
    pub user_pool_id: String,
    /// To whom and to what.
    pub data: WebhookMessageDataDto,
}

/// To whom and to what something happened. What has no meaning for an event is
/// absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WebhookMessageDataDto {
    /// The user, 24 hex digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The application, 24 hex digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// Of a kick: the applications.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub app_ids: Vec<String>,
    /// The session, 32 hex digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_id: Option<String>,
    /// The login: `sid` of the application's tokens, 32 hex digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// The identity source, 24 hex digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ext_idp_id: Option<String>,
    /// Why a login ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The names of the members that were set, never their values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub updated_fields: Vec<String>,
    /// Who did it; absent in a test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<WebhookActorDto>,
    /// The `requestId` of the call that did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Of a test: that it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Who did it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookActorDto {
    /// `system`, `operator`, `user`, `access_key` or `application`.
    pub r#type: String,
    /// The id of a user, an access key or an application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}
