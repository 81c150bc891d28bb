//! Filters and orders of `POST list-users`.

use rollcall_core::Refusal;
use rollcall_core::limits;
use rollcall_core::model::user::{
    Gender, ProfileField, UserFilterField, UserFilterTest, UserSort, UserSortField, UserSource,
    UserStatus,
};
use rollcall_wire::time::parse_millis;
use rollcall_wire::v3::users::{
    FilterOperator, ListUsersAdvancedFilterItemDto, SortOrder, SortingDto, UserSearchField,
    UserSortField as UserSortFieldDto,
};
use serde_json::Value;

/// Where key words are looked for unless the caller says (the contract's default
/// of `fuzzySearchOn`).
const DEFAULT_SEARCH: &[UserSearchField] = &[
    UserSearchField::Phone,
    UserSearchField::Email,
    UserSearchField::Name,
    UserSearchField::Username,
    UserSearchField::Nickname,
    UserSearchField::IdentityNumber,
];

/// Where key words are looked for. An empty list says nothing: taken at its
/// word, it would find nobody.
pub(crate) fn search_in(fields: Option<&[UserSearchField]>) -> Vec<UserFilterField> {
    let asked = fields.filter(|fields| !fields.is_empty());
    let mut search_in = Vec::new();
    for field in asked.unwrap_or(DEFAULT_SEARCH) {
        let field = search_field(*field);
        if !search_in.contains(&field) {
            search_in.push(field);
        }
    }
    search_in
}

fn search_field(field: UserSearchField) -> UserFilterField {
    use UserFilterField::{Column, Id, Profile};
    match field {
        UserSearchField::Id => Id,
        UserSearchField::Phone => Column(UserSortField::Phone),
        UserSearchField::Email => Column(UserSortField::Email),
        UserSearchField::Username => Column(UserSortField::Username),
        UserSearchField::ExternalId => Column(UserSortField::ExternalId),
        UserSearchField::Name => Profile(ProfileField::Name),
        UserSearchField::Nickname => Profile(ProfileField::Nickname),
        UserSearchField::Company => Profile(ProfileField::Company),
        UserSearchField::GivenName => Profile(ProfileField::GivenName),
        UserSearchField::FamilyName => Profile(ProfileField::FamilyName),
        UserSearchField::MiddleName => Profile(ProfileField::MiddleName),
        UserSearchField::Profile => Profile(ProfileField::Profile),
        UserSearchField::PreferredUsername => Profile(ProfileField::PreferredUsername),
        UserSearchField::Website => Profile(ProfileField::Website),
        UserSearchField::Address => Profile(ProfileField::Address),
        UserSearchField::Formatted => Profile(ProfileField::Formatted),
        UserSearchField::StreetAddress => Profile(ProfileField::StreetAddress),
        UserSearchField::PostalCode => Profile(ProfileField::PostalCode),
        UserSearchField::IdentityNumber => Profile(ProfileField::IdentityNumber),
    }
}

/// The order that is asked for.
pub(crate) fn sort(keys: &[SortingDto]) -> Result<Vec<UserSort>, Refusal> {
    keys.iter().map(sort_key).collect()
}

fn sort_key(key: &SortingDto) -> Result<UserSort, Refusal> {
    let field = match key.field {
        UserSortFieldDto::LastMfaTime => {
            return Err(Refusal::NotSupported(key.field.as_str()));
        }
        field => UserSortField::from_name(field.as_str()).ok_or(Refusal::invalid("field"))?,
    };
    Ok(UserSort {
        field,
        descending: key.order == SortOrder::Desc,
    })
}

/// One condition of `advancedFilter`.
pub(crate) fn filter_test(
    item: ListUsersAdvancedFilterItemDto,
) -> Result<(UserFilterField, UserFilterTest), Refusal> {
    use UserFilterTest as Test;
    let field = filter_field(&item.field).ok_or(Refusal::invalid("field"))?;
    let value = item.value.unwrap_or_default();
    let one = || operand(field, &value);
    let test = match item.operator {
        FilterOperator::Equal => Test::Equal(one()?),
        FilterOperator::NotEqual => Test::NotEqual(one()?),
        FilterOperator::Contains => Test::Contains(text(&value)?),
        FilterOperator::NotContains => Test::NotContains(text(&value)?),
        FilterOperator::IsNull => Test::IsNull,
        FilterOperator::NotNull => Test::NotNull,
        FilterOperator::In => Test::In(operands(field, &value)?),
        FilterOperator::Greater => Test::Greater(one()?),
        FilterOperator::Lesser => Test::Lesser(one()?),
        FilterOperator::Between => match <[String; 2]>::try_from(operands(field, &value)?) {
            Ok([low, high]) => Test::Between(low, high),
            Err(_) => return Err(Refusal::invalid("value")),
        },
    };
    Ok((field, test))
}

/// A field by the name of the user's member. Members that are not kept, and
/// custom data, cannot be filtered by.
fn filter_field(name: &str) -> Option<UserFilterField> {
    if matches!(name, "id" | "userId") {
        return Some(UserFilterField::Id);
    }
    let column = UserSortField::from_name(name).map(UserFilterField::Column);
    column.or_else(|| ProfileField::from_name(name).map(UserFilterField::Profile))
}

fn operands(field: UserFilterField, value: &Value) -> Result<Vec<String>, Refusal> {
    match value {
        Value::Array(values) if values.len() <= limits::MAX_FILTERS => {
            values.iter().map(|value| operand(field, value)).collect()
        }
        _ => Err(Refusal::invalid("value")),
    }
}

/// A value as the field is compared: an instant may be told in ISO 8601, as it
/// is answered, or in milliseconds.
fn operand(field: UserFilterField, value: &Value) -> Result<String, Refusal> {
    let text = text(value)?;
    match form(field) {
        Form::Count | Form::Instant if is_number(&text) => Ok(text),
        Form::Instant => match parse_millis(&text) {
            Ok(millis) => Ok(millis.to_string()),
            Err(_) => Err(Refusal::invalid("value")),
        },
        Form::Count => Err(Refusal::invalid("value")),
        // A word that nobody can have is a mistake and not a list of nobody. The
        // published specs want it named by its field.
        Form::Word(field, known) if !known(&text) => Err(Refusal::invalid(field.as_str())),
        Form::Text | Form::Word(..) => Ok(text),
    }
}

fn text(value: &Value) -> Result<String, Refusal> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            Err(Refusal::invalid("value"))
        }
    }
}

fn is_number(text: &str) -> bool {
    text.parse::<i64>().is_ok()
}

enum Form {
    Text,
    Count,
    Instant,
    /// One of the field's words.
    Word(UserSortField, fn(&str) -> bool),
}

fn form(field: UserFilterField) -> Form {
    match field {
        UserFilterField::Id | UserFilterField::Profile(_) => Form::Text,
        UserFilterField::Column(column) => match column {
            UserSortField::CreatedAt
            | UserSortField::UpdatedAt
            | UserSortField::StatusChangedAt
            | UserSortField::PasswordLastSetAt
            | UserSortField::LastLogin => Form::Instant,
            UserSortField::LoginsCount | UserSortField::PasswordSecurityLevel => Form::Count,
            UserSortField::Status => {
                Form::Word(column, |text| UserStatus::from_name(text).is_some())
            }
            UserSortField::Gender => Form::Word(column, |text| Gender::from_name(text).is_some()),
            UserSortField::UserSourceType => {
                Form::Word(column, |text| UserSource::from_name(text).is_some())
            }
            UserSortField::Email
            | UserSortField::Username
            | UserSortField::ExternalId
            | UserSortField::Phone
            | UserSortField::PhoneCountryCode
            | UserSortField::LastIp => Form::Text,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sort_key_of_the_contract_is_kept_or_refused_by_name() {
        for field in UserSortFieldDto::ALL {
            let key = SortingDto {
                field: *field,
                order: SortOrder::Asc,
            };
            match sort_key(&key) {
                Ok(sort) => assert_eq!(sort.field.as_str(), field.as_str()),
                Err(refusal) => assert_eq!(refusal, Refusal::NotSupported("lastMfaTime")),
            }
        }
    }

    #[test]
    fn key_words_are_looked_for_where_the_contract_says_unless_told() {
        assert_eq!(search_in(None).len(), 6);
        assert_eq!(search_in(Some(&[])), search_in(None));
        let twice = [UserSearchField::Id, UserSearchField::Id];
        assert_eq!(search_in(Some(&twice)), [UserFilterField::Id]);
    }

    #[test]
    fn instants_are_compared_as_milliseconds_in_either_form() {
        let field = filter_field("createdAt").unwrap();
        for value in ["1656814830000", "2022-07-03T02:20:30.000Z"] {
            assert_eq!(
                operand(field, &value.into()),
                Ok("1656814830000".to_owned())
            );
        }
        assert!(operand(field, &"yesterday".into()).is_err());
        assert_eq!(operand(field, &5.into()), Ok("5".to_owned()));
        let count = filter_field("loginsCount").unwrap();
        assert!(operand(count, &"many".into()).is_err());
        assert!(operand(count, &Value::Null).is_err());
    }

    #[test]
    fn a_list_of_values_ends_at_its_limit() {
        let field = filter_field("nickname").unwrap();
        let values = |count: usize| Value::from(vec!["a"; count]);
        assert!(operands(field, &values(limits::MAX_FILTERS)).is_ok());
        assert!(operands(field, &values(limits::MAX_FILTERS + 1)).is_err());
        assert!(filter_field("someCustomKey").is_none());
    }
}
