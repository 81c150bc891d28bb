//! Reading the parameters of a V3 `GET`.
//!
//! Query strings know only text, and the published SDKs disagree on it: Python
//! sends `True`, axios `true`, and unset options arrive as `name=`. These are
//! `deserialize_with` helpers for `serde_html_form`.

use std::fmt;
use std::str::FromStr;

use serde::de::value::StringDeserializer;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A required text. Empty is absent, so it is an error here.
pub fn required_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    optional_string(deserializer)?.ok_or_else(|| D::Error::custom("must not be empty"))
}

/// An optional text or enumeration value; empty is absent.
pub fn optional<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    optional_string(deserializer)?
        .map(|text| T::deserialize(StringDeserializer::<D::Error>::new(text)))
        .transpose()
}

/// An optional boolean: `true`, `True`, `TRUE`, `false`, `False`, `FALSE`;
/// empty is absent, anything else an error.
pub fn optional_bool<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    match optional_string(deserializer)?.as_deref() {
        None => Ok(None),
        Some("true" | "True" | "TRUE") => Ok(Some(true)),
        Some("false" | "False" | "FALSE") => Ok(Some(false)),
        Some(_) => Err(D::Error::custom("must be true or false")),
    }
}

/// An optional number in decimal text, such as [`super::Whole`]; empty is
/// absent.
pub fn optional_number<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    optional_string(deserializer)?
        .map(|text| text.parse().map_err(D::Error::custom))
        .transpose()
}

/// A list from a repeated key; empty entries are dropped. Axios writes the
/// key as `name[]`: add that as a serde alias to the field.
pub fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Texts;

    impl<'de> Visitor<'de> for Texts {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("one or more values")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Vec<String>, E> {
            Ok(vec![text.to_owned()])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<String>, A::Error> {
            let mut texts = Vec::new();
            while let Some(text) = seq.next_element()? {
                texts.push(text);
            }
            Ok(texts)
        }
    }

    deserializer
        .deserialize_seq(Texts)?
        .into_iter()
        .filter(|text| !text.is_empty())
        .map(|text| T::deserialize(StringDeserializer::<D::Error>::new(text)))
        .collect()
}

/// A list from a repeated key, or from one text with commas between its entries:
/// callers of the published SDKs write both.
pub fn list_or_commas<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let texts: Vec<String> = list(deserializer)?;
    let [lone] = texts.as_slice() else {
        return Ok(texts);
    };
    let entries = lone.split(',').filter(|entry| !entry.is_empty());
    Ok(entries.map(str::to_owned).collect())
}

fn optional_string<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok((!text.is_empty()).then_some(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::v3::applications::ListApplicationsQuery;
    use crate::v3::sessions::GetUserLoginHistoryQuery;
    use crate::v3::users::{GetUserBatchQuery, GetUserQuery, ListUsersQuery, UserStatus};
    use crate::v3::{UserIdType, Whole};

    fn read<T: serde::de::DeserializeOwned>(query: &str) -> Result<T, serde_html_form::de::Error> {
        serde_html_form::from_str(query)
    }

    #[test]
    fn booleans_in_every_spelling() {
        for (text, value) in [
            ("true", Some(true)),
            ("True", Some(true)),
            ("TRUE", Some(true)),
            ("false", Some(false)),
            ("False", Some(false)),
            ("FALSE", Some(false)),
            ("", None),
        ] {
            let query: GetUserQuery = read(&format!("userId=u&withCustomData={text}")).unwrap();
            assert_eq!(query.with_custom_data, value, "{text}");
        }
        for text in ["1", "yes", "tRue", "none"] {
            assert!(read::<GetUserQuery>(&format!("userId=u&withCustomData={text}")).is_err());
        }
    }

    #[test]
    fn empty_is_absent() {
        let query: GetUserQuery = read("userId=u&userIdType=&withPost=").unwrap();
        assert_eq!(query.user_id_type, None);
        assert_eq!(query.with_post, None);
        assert!(read::<GetUserQuery>("userId=").is_err());
        assert!(read::<GetUserQuery>("").is_err());
        let query: ListUsersQuery = read("page=&limit=&status=").unwrap();
        assert_eq!(query, ListUsersQuery::default());
    }

    #[test]
    fn numbers_and_enumerations_from_text() {
        let query: ListUsersQuery = read("page=2&limit=50&status=Archived").unwrap();
        assert_eq!(query.page, Some(Whole::from_u32(2)));
        assert_eq!(query.limit, Some(Whole::from_u32(50)));
        assert_eq!(query.status, Some(UserStatus::Archived));
        for bad in ["page=-1", "page=1.5", "page=x", "status=archived"] {
            assert!(read::<ListUsersQuery>(bad).is_err(), "{bad}");
        }
        let query: GetUserLoginHistoryQuery =
            read("userId=a%40b.c&userIdType=email&start=1656814830000&unknown=1").unwrap();
        assert_eq!(query.user_id, "a@b.c");
        assert_eq!(query.user_id_type, Some(UserIdType::Email));
        assert_eq!(query.start.map(Whole::get), Some(1_656_814_830_000));
    }

    #[test]
    fn what_python_sends_for_a_list_of_applications() {
        let query: ListApplicationsQuery =
            read("page=1&isIntegrateApp=False&keywords=a+b&all=True").unwrap();
        assert_eq!(query.is_integrate_app, Some(false));
        assert_eq!(query.keywords.as_deref(), Some("a b"));
        assert_eq!(query.all, Some(true));
    }

    #[derive(Deserialize)]
    struct Batch {
        #[serde(
            default,
            alias = "userIds[]",
            rename = "userIds",
            deserialize_with = "list"
        )]
        user_ids: Vec<String>,
    }

    #[test]
    fn lists_from_repeated_keys() {
        assert_eq!(
            read::<Batch>("userIds=a&userIds=b").unwrap().user_ids,
            ["a", "b"]
        );
        assert_eq!(
            read::<Batch>("userIds[]=a&userIds[]=b").unwrap().user_ids,
            ["a", "b"]
        );
        assert_eq!(read::<Batch>("userIds=a").unwrap().user_ids, ["a"]);
        let with_commas = |query| read::<GetUserBatchQuery>(query).unwrap().user_ids;
        assert_eq!(with_commas("userIds=a%2Cb,c,"), ["a", "b", "c"]);
        assert_eq!(with_commas("userIds=a%2Cb&userIds=c"), ["a,b", "c"]);
        assert_eq!(with_commas("userIds[]=a"), ["a"]);
        assert!(with_commas("userIds=,").is_empty());
        assert!(read::<Batch>("userIds=").unwrap().user_ids.is_empty());
        assert!(read::<Batch>("").unwrap().user_ids.is_empty());
    }
}
