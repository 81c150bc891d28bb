//! Many users in one call.

use serde::{Deserialize, Serialize};

use super::{
    CreateUserOptionsDto, CreateUserReqDto, UpdateUserOptionsDto, UpdateUserReqDto, UserIdType,
};
use crate::v3::success::IsSuccessDto;
use crate::v3::{Request, query};

/// Parameters of `get-user-batch`. Its answer is a list of [`super::UserDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetUserBatchQuery {
    /// The users, 1 to 50: repeated, or one text with commas.
    #[serde(
        default,
        alias = "userIds[]",
        deserialize_with = "query::list_or_commas"
    )]
    pub user_ids: Vec<String>,
    /// What kind of identifier the users are named by; `user_id` if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub user_id_type: Option<UserIdType>,
    /// Whether to answer `customData`; false if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub with_custom_data: Option<bool>,
    /// Not supported (501).
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub flat_custom_data: Option<bool>,
    /// Whether to answer `identities`; false if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub with_identities: Option<bool>,
    /// Whether to answer `departmentIds`; false if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub with_department_ids: Option<bool>,
}

impl Request for GetUserBatchQuery {
    const REQUIRED: &'static [&'static str] = &["userIds"];
}

/// A row of [`CreateUserBatchReqDto`] (schema `CreateUserInfoDto`): a new user, whose
/// own `options` say nothing.
pub type CreateUserInfoDto = CreateUserReqDto;

/// Body of `create-users-batch` (schema `CreateUserBatchReqDto`). Its answer is a list
/// of the [`super::UserDto`] that were made, beside a result for each row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CreateUserBatchReqDto {
    /// The users, 1 to 1,000.
    pub list: Vec<CreateUserInfoDto>,
    /// Options of all rows; all have defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<CreateUserOptionsDto>,
}

impl Request for CreateUserBatchReqDto {
    const REQUIRED: &'static [&'static str] = &["list"];
}

/// A row of [`UpdateUserBatchReqDto`] (schema `UpdateUserInfoDto`): a change of a user,
/// whose own `options` say nothing.
pub type UpdateUserInfoDto = UpdateUserReqDto;

/// Options of [`UpdateUserBatchReqDto`] (schema `UpdateUserBatchOptionsDto`);
/// `userIdType` in them is ours.
pub type UpdateUserBatchOptionsDto = UpdateUserOptionsDto;

/// Body of `update-user-batch` (schema `UpdateUserBatchReqDto`). Its answer is a list
/// of the [`super::UserDto`] that were changed, beside a result for each row.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UpdateUserBatchReqDto {
    /// The changes, 1 to 1,000, each of another user.
    pub list: Vec<UpdateUserInfoDto>,
    /// Options of all rows; all have defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<UpdateUserBatchOptionsDto>,
    /// Ours: the same as `options.userIdType`; both given and differing is an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id_type: Option<UserIdType>,
}

impl Request for UpdateUserBatchReqDto {
    const REQUIRED: &'static [&'static str] = &["list"];
}

/// Body of `resign-user` (schema `ResignUserReqDto`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResignUserReqDto {
    /// Whom: an identifier of the kind that `userIdType` says, up to 256 characters.
    pub user_id: String,
    /// What kind of identifier the user is named by; `user_id` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id_type: Option<UserIdType>,
}

impl Request for ResignUserReqDto {
    const REQUIRED: &'static [&'static str] = &["userId"];
}

/// Body of `resign-user-batch` (schema `ResignUserBatchReqDto`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ResignUserBatchReqDto {
    /// The users, 1 to 1,000.
    pub user_ids: Vec<String>,
    /// What kind of identifier the users are named by; `user_id` if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id_type: Option<UserIdType>,
}

impl Request for ResignUserBatchReqDto {
    const REQUIRED: &'static [&'static str] = &["userIds"];
}

/// Data of `resign-user` and `resign-user-batch` (schema `ResignUserDataDto`):
/// whether all of them are resigned now.
pub type ResignUserDataDto = IsSuccessDto;
