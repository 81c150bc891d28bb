//! Listing users.

use serde::{Deserialize, Serialize};

use super::{FilterOperator, SortOrder, UserDto, UserSearchField, UserSortField, UserStatus};
use crate::v3::{JsonObject, PaginationDto, Request, Whole, query};

/// Parameters of `GET list-users`. Its answer is [`UserPagingDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListUsersQuery {
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
    /// Only users in this state.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional"
    )]
    pub status: Option<UserStatus>,
    /// Only users changed from this instant on, milliseconds since the Unix epoch.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_number"
    )]
    pub updated_at_start: Option<Whole>,
    /// Only users changed up to this instant, milliseconds since the Unix epoch.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_number"
    )]
    pub updated_at_end: Option<Whole>,
    /// Whether to answer `customData`; false if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub with_custom_data: Option<bool>,
    /// Whether to answer `postIdList`; false if absent.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "query::optional_bool"
    )]
    pub with_post: Option<bool>,
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

impl Request for ListUsersQuery {
    const REQUIRED: &'static [&'static str] = &[];
}

/// Body of `POST list-users` (schema `ListUsersRequestDto`). Its answer is
/// [`UserPagingDto`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListUsersRequestDto {
    /// Text to search for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keywords: Option<String>,
    /// Conditions that all must hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advanced_filter: Option<Vec<ListUsersAdvancedFilterItemDto>>,
    /// A free-form query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_query: Option<JsonObject>,
    /// Options; all have defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<ListUsersOptionsDto>,
}

impl Request for ListUsersRequestDto {
    const REQUIRED: &'static [&'static str] = &[];
}

/// One condition (schema `ListUsersAdvancedFilterItemDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListUsersAdvancedFilterItemDto {
    /// Name of the user field.
    pub field: String,
    /// How the field is compared.
    pub operator: FilterOperator,
    /// What the field is compared with; its type depends on `operator`. The schema
    /// says `object`, its example is a text, and clients send texts, numbers and lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<serde_json::Value>,
}

/// Options of [`ListUsersRequestDto`] (schema `ListUsersOptionsDto`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListUsersOptionsDto {
    /// Which page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pagination: Option<PaginationDto>,
    /// Order of the entries, the first key first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<Vec<SortingDto>>,
    /// Which fields `keywords` is searched in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fuzzy_search_on: Option<Vec<UserSearchField>>,
    /// Whether to answer `customData`; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_custom_data: Option<bool>,
    /// Whether to answer `postIdList`; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_post: Option<bool>,
    /// Whether to answer `identities`; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_identities: Option<bool>,
    /// Whether to answer `departmentIds`; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with_department_ids: Option<bool>,
    /// Whether custom data is answered flat; false if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flat_custom_data: Option<bool>,
}

/// One key of an order (schema `SortingDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SortingDto {
    /// Name of the user field.
    pub field: UserSortField,
    /// Direction.
    pub order: SortOrder,
}

/// A page of users (schema `UserPagingDto`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserPagingDto {
    /// How many there are on all pages together.
    pub total_count: Whole,
    /// The entries of this page.
    pub list: Vec<UserDto>,
}
