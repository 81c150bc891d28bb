//! `list-users`: a page of the pool's users.

use super::Authority;
use super::get_user::UserDetails;
use crate::limits;
use crate::model::access_key::{ManagementCaller, Permission};
use crate::model::user::{UserFilter, UserFilterTest};
use crate::page::{PageOf, PageRequest};
use crate::refusal::Refusal;

/// Lists the users that pass the filter.
pub async fn list_users(
    authority: &Authority,
    caller: &ManagementCaller,
    filter: UserFilter,
    page: PageRequest,
    with_identities: bool,
) -> Result<PageOf<UserDetails>, Refusal> {
    caller.require(Permission::UsersRead)?;
    check(&filter)?;
    let users = authority
        .store
        .list_users(caller.pool, filter, page)
        .await?;
    authority
        .page_with_details(caller.pool, users, with_identities)
        .await
}

fn check(filter: &UserFilter) -> Result<(), Refusal> {
    let mut wrong = Vec::new();
    if filter
        .keywords
        .as_deref()
        .is_some_and(|text| !is_short(text))
    {
        wrong.push("keywords");
    }
    if filter.tests.len() > limits::MAX_FILTERS {
        wrong.push("advancedFilter");
    }
    if filter
        .tests
        .iter()
        .any(|(_, test)| !values(test).iter().all(|value| is_short(value)))
    {
        wrong.push("value");
    }
    if filter.sort.len() > limits::MAX_FILTERS {
        wrong.push("sort");
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(wrong))
    }
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= limits::MAX_NAME_CHARS && !text.contains('\0')
}

fn values(test: &UserFilterTest) -> Vec<&str> {
    use UserFilterTest as Test;
    match test {
        Test::IsNull | Test::NotNull => Vec::new(),
        Test::Equal(value)
        | Test::NotEqual(value)
        | Test::Contains(value)
        | Test::NotContains(value)
        | Test::Greater(value)
        | Test::Lesser(value) => vec![value],
        Test::Between(low, high) => vec![low, high],
        Test::In(values) => values.iter().map(String::as_str).collect(),
    }
}
