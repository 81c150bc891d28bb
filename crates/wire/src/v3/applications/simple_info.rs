//! Applications in few words.

use serde::{Deserialize, Serialize};

use super::AppType;
use crate::v3::{Request, Whole, query};

/// Parameters of `get-application-simple-info`. Its answer is
/// [`ApplicationSimpleInfoDto`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct GetApplicationSimpleInfoQuery {
    /// The application, 24 hex digits.
    #[serde(deserialize_with = "query::required_text")]
    pub app_id: String,
}

impl Request for GetApplicationSimpleInfoQuery {
    const REQUIRED: &'static [&'static str] = &["appId"];
}

/// Parameters of `list-application-simple-info`. Its answer is
/// [`ApplicationSimpleInfoPaginatedDataDto`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListApplicationSimpleInfoQuery {
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
    /// Only integrated applications; false if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub is_integrate_app: Option<bool>,
    /// Only self-built applications; false if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub is_self_built_app: Option<bool>,
    /// Only applications with single sign-on; false if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub sso_enabled: Option<bool>,
    /// Text to search for.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub keywords: Option<String>,
}

impl Request for ListApplicationSimpleInfoQuery {
    const REQUIRED: &'static [&'static str] = &[];
}

/// An application in few words (schema `ApplicationSimpleInfoDto`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSimpleInfoDto {
    /// Its id.
    pub app_id: String,
    /// Its unique name in the pool.
    pub app_identifier: String,
    /// Name for people.
    pub app_name: String,
    /// URL of its logo.
    pub app_logo: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_description: Option<String>,
    /// What kind of application it is.
    pub app_type: AppType,
    /// Whether it is an integrated application.
    pub is_integrate_app: bool,
}

/// A page of applications in few words (schema
/// `ApplicationSimpleInfoPaginatedDataDto`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSimpleInfoPaginatedDataDto {
    /// The entries of this page.
    pub list: Vec<ApplicationSimpleInfoDto>,
    /// How many there are on all pages together.
    pub total_count: Whole,
}
