//! The parameters of a GET.

use super::failure::V3Result;
use super::fields::{Wrong, leaf, way};
use rollcall_core::limits;
use rollcall_wire::v3::Request;
use serde::de::DeserializeOwned;

/// Reads a query string (without `?`) as a wire type. `k[]=` is `k=`, which is
/// how axios writes lists.
pub(super) fn read<T: Request + DeserializeOwned>(query: &str) -> V3Result<T> {
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| {
            let name = name.strip_suffix("[]").unwrap_or(&name).to_owned();
            (name, value.into_owned())
        })
        .collect();
    let mut wrong = Wrong::default();
    for name in T::REQUIRED {
        if pairs
            .iter()
            .all(|(other, value)| other != name || value.is_empty())
        {
            wrong.add(name);
        }
    }
    for (name, value) in &pairs {
        if value.contains('\0') {
            wrong.add(name);
        }
    }
    let mut tried: Vec<String> = Vec::new();
    let readings = if query.len() > limits::MAX_EXPLAINED_QUERY_BYTES {
        1
    } else {
        limits::MAX_READINGS
    };
    for _ in 0..readings {
        let text = written(&pairs);
        let reader = serde_html_form::Deserializer::from_bytes(text.as_bytes());
        let way = match serde_path_to_error::deserialize::<_, T>(reader) {
            Ok(request) if wrong.is_empty() => return Ok(request),
            Ok(_) => break,
            Err(error) => way(&error),
        };
        let Some(name) = leaf(&way) else {
            wrong.add("query");
            break;
        };
        wrong.add(name);
        if !stand_in(&mut pairs, name, &mut tried) {
            break;
        }
    }
    Err(wrong.into_failure(T::REQUIRED))
}

/// Takes out what cannot be read, so that reading can go on; what is required
/// gets a text that most types can be read from.
fn stand_in(pairs: &mut Vec<(String, String)>, name: &str, tried: &mut Vec<String>) -> bool {
    let before = tried.iter().filter(|other| *other == name).count();
    pairs.retain(|(other, _)| other != name);
    if before == 1 {
        pairs.push((name.to_owned(), "0".to_owned()));
    }
    tried.push(name.to_owned());
    before <= 1
}

fn written(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::super::failure::Failure;
    use super::*;
    use rollcall_wire::v3::applications::ListApplicationsQuery;
    use rollcall_wire::v3::sessions::GetUserLoginHistoryQuery;
    use rollcall_wire::v3::users::GetUserQuery;

    fn wrong<T: Request + DeserializeOwned>(query: &str) -> Vec<String> {
        match read::<T>(query) {
            Err(Failure::Fields(fields)) => fields,
            Err(other) => panic!("{other:?}"),
            Ok(_) => Vec::new(),
        }
    }

    #[test]
    fn pythons_spelling_of_true_is_read() {
        let query: GetUserQuery =
            read("userId=u&withCustomData=True&withIdentities=false").unwrap();
        assert_eq!(query.with_custom_data, Some(true));
        assert_eq!(query.with_identities, Some(false));
        let query: ListApplicationsQuery = read("page=2&keywords=a%20b&all=").unwrap();
        assert_eq!(query.keywords.as_deref(), Some("a b"));
        assert_eq!(query.all, None);
    }

    #[test]
    fn brackets_behind_a_name_change_nothing() {
        let query: GetUserQuery = read("userId[]=u").unwrap();
        assert_eq!(query.user_id, "u");
        let query: GetUserQuery = read("userId%5B%5D=u").unwrap();
        assert_eq!(query.user_id, "u");
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        type History = GetUserLoginHistoryQuery;
        assert_eq!(wrong::<History>(""), ["userId"]);
        assert_eq!(wrong::<History>("userId="), ["userId"]);
        assert_eq!(
            wrong::<History>("page=-1&limit=x&userIdType=nobody"),
            ["userId", "page", "limit", "userIdType"]
        );
        assert_eq!(
            wrong::<History>("userId=a&userId=b&page=x"),
            ["userId", "page"]
        );
        assert_eq!(wrong::<History>("userId=a%00b"), ["userId"]);
    }
}
