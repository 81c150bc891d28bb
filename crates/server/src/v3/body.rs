//! JSON bodies.

use super::failure::{Failure, V3Result};
use super::fields::{Step, Wrong, leaf, way};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use rollcall_core::limits;
use rollcall_wire::v3::Request;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Reads a body as a wire type. An empty body is an empty object.
pub(super) fn read<T: Request + DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> V3Result<T> {
    let mut body = body.trim_ascii();
    if body.is_empty() {
        body = b"{}";
    } else if !is_json(headers) {
        return Err(Failure::NotJson);
    }
    // serde passes over members that it ignores without decoding them, and JSON
    // is UTF-8 throughout (RFC 8259 section 8.1).
    let text = std::str::from_utf8(body).map_err(|_| Failure::BrokenJson)?;
    // Only an object: serde would also take an array for a structure. And no
    // NUL, which a JSON text can hold in escaped form only.
    let has_nul = body.contains(&b'\\') && contains(body, b"\\u0000");
    let plain = body.starts_with(b"{") && !has_nul;
    // From a text: each string of it need not be looked at again.
    match serde_json::from_str(text) {
        Ok(request) if plain => Ok(request),
        Ok(_) | Err(_) => explain(body),
    }
}

/// A cross-site form cannot be sent as JSON: the declared type is what keeps it
/// from being taken for a call.
fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE);
    if value.is_some_and(|value| value == "application/json") {
        return true;
    }
    let value = value
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut parts = value.split(';').map(str::trim);
    let is_json = parts
        .next()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    is_json
        && parts.all(|parameter| {
            let charset = parameter.to_ascii_lowercase();
            let charset = charset.strip_prefix("charset=");
            charset.is_none_or(|charset| charset.trim_matches('"') == "utf-8")
        })
}

/// Reads the body once more, slowly, to name what is wrong with it. Twice the
/// same member is no error: the last counts, as for the signature.
fn explain<T: Request + DeserializeOwned>(body: &[u8]) -> V3Result<T> {
    let mut value: Value = serde_json::from_slice(body).map_err(|_| Failure::BrokenJson)?;
    let Some(object) = value.as_object() else {
        return Err(Failure::NotAnObject);
    };
    let mut wrong = Wrong::default();
    for name in T::REQUIRED {
        if object.get(*name).is_none_or(Value::is_null) {
            wrong.add(name);
        }
    }
    for (name, member) in object {
        find_nul(name, member, &mut wrong);
    }
    let readings = if body.len() > limits::MAX_EXPLAINED_BYTES {
        1
    } else {
        limits::MAX_READINGS
    };
    let mut tried = Vec::new();
    for _ in 0..readings {
        let way = match serde_path_to_error::deserialize::<_, T>(&value) {
            Ok(request) if wrong.is_empty() => return Ok(request),
            Ok(_) => break,
            Err(error) => way(&error),
        };
        wrong.add(leaf(&way).unwrap_or("body"));
        if !stand_in(&mut value, way, &mut tried) {
            break;
        }
    }
    Err(wrong.into_failure(T::REQUIRED))
}

/// Puts something else where reading stopped, so that it can go on: `null`, and
/// where that does not do since the member is required, a value of each type.
fn stand_in(value: &mut Value, way: Vec<Step>, tried: &mut Vec<Vec<Step>>) -> bool {
    let substitutes = [
        Value::Null,
        Value::String(String::new()),
        Value::Array(Vec::new()),
        Value::Object(serde_json::Map::new()),
        Value::from(0),
        Value::Bool(false),
    ];
    let before = tried.iter().filter(|other| **other == way).count();
    let Some(substitute) = substitutes.into_iter().nth(before) else {
        return false;
    };
    let mut place = value;
    for step in &way {
        let next = match (step, place) {
            (Step::Member(name), Value::Object(object)) => {
                Some(object.entry(name.as_str()).or_insert(Value::Null))
            }
            (Step::Entry(index), Value::Array(list)) => list.get_mut(*index),
            _ => None,
        };
        let Some(next) = next else {
            return false;
        };
        place = next;
    }
    *place = substitute;
    tried.push(way);
    true
}

/// NUL cannot be stored everywhere and ends a text for many readers.
fn find_nul(name: &str, value: &Value, wrong: &mut Wrong) {
    if wrong.is_full() {
        return;
    }
    if name.contains('\0') {
        wrong.add(&name.replace('\0', ""));
    }
    match value {
        Value::String(text) if text.contains('\0') => wrong.add(name),
        Value::Array(list) => {
            for entry in list {
                find_nul(name, entry, wrong);
            }
        }
        Value::Object(object) => {
            for (name, member) in object {
                find_nul(name, member, wrong);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollcall_wire::v3::authentication::SigninByCredentialsDto;
    use rollcall_wire::v3::sessions::{
        CheckSessionStatusDto, KickUsersDto, ListApplicationActiveUsersDto,
    };

    fn headers(kind: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, kind.parse().unwrap());
        headers
    }

    fn read_json<T: Request + DeserializeOwned>(json: &str) -> V3Result<T> {
        read(&headers("application/json"), json.as_bytes())
    }

    fn wrong<T: Request + DeserializeOwned>(json: &str) -> Vec<String> {
        match read_json::<T>(json) {
            Err(Failure::Fields(fields)) => fields,
            Err(other) => panic!("{other:?}"),
            Ok(_) => Vec::new(),
        }
    }

    #[test]
    fn all_missing_fields_are_told_at_once() {
        type Check = CheckSessionStatusDto;
        assert_eq!(wrong::<Check>("{}"), ["userId", "appId"]);
        assert_eq!(wrong::<Check>(""), ["userId", "appId"]);
        assert_eq!(wrong::<Check>(r#"{"userId":null}"#), ["userId", "appId"]);
        assert_eq!(wrong::<Check>(r#"{"userId":"u"}"#), ["appId"]);
    }

    #[test]
    fn several_wrong_fields_are_told_at_once_by_their_leaf_names() {
        assert_eq!(
            wrong::<KickUsersDto>(r#"{"userId":1,"appIds":["a",2,3],"userIdType":"x"}"#),
            ["userId", "appIds", "userIdType"]
        );
        assert_eq!(
            wrong::<ListApplicationActiveUsersDto>(
                r#"{"options":{"pagination":{"page":"1","limit":-1},"withIdentities":1}}"#
            ),
            ["appId", "limit", "page", "withIdentities"]
        );
        assert_eq!(
            wrong::<SigninByCredentialsDto>(
                r#"{"connection":"PASSWORD","passwordPayload":{"account":5}}"#
            ),
            ["account", "password"]
        );
    }

    #[test]
    fn null_is_absent_and_unknown_members_are_ignored() {
        let dto: CheckSessionStatusDto =
            read_json(r#"{"userId":"u","appId":"a","options":null,"more":[1]}"#).unwrap();
        assert_eq!(dto.user_id, "u");
        let dto: CheckSessionStatusDto =
            read_json(r#"{"userId":"u","appId":"a","userId":"v"}"#).unwrap();
        assert_eq!(dto.user_id, "v");
    }

    #[test]
    fn nul_is_refused_wherever_it_stands() {
        let check = |user: &str| {
            wrong::<CheckSessionStatusDto>(&format!(r#"{{"userId":"{user}","appId":"a"}}"#))
        };
        assert_eq!(check(r"a\u0000b"), ["userId"]);
        assert!(check(r"a\\u0000b").is_empty());
    }

    #[test]
    fn what_is_no_object_in_json_is_refused() {
        let check = read_json::<CheckSessionStatusDto>;
        assert_eq!(check("{"), Err(Failure::BrokenJson));
        assert_eq!(check("{} {}"), Err(Failure::BrokenJson));
        assert_eq!(check(r#"["u","a"]"#), Err(Failure::NotAnObject));
        assert_eq!(check("null"), Err(Failure::NotAnObject));
        let not_utf8 = b"{\"userId\":\"u\",\"appId\":\"a\",\"x\":\"\xff\"}";
        let read = read::<CheckSessionStatusDto>(&headers("application/json"), not_utf8);
        assert_eq!(read, Err(Failure::BrokenJson));
        let deep = format!(
            r#"{{"connection":"PASSWORD","options":{{"context":{{"x":{}1{}}}}}}}"#,
            "[".repeat(200),
            "]".repeat(200)
        );
        let signin = read_json::<SigninByCredentialsDto>;
        assert_eq!(signin(&deep), Err(Failure::BrokenJson));
    }

    #[test]
    fn the_declared_type_must_be_json() {
        let body = br#"{"userId":"u","appId":"a"}"#;
        let read = |kind| read::<CheckSessionStatusDto>(&headers(kind), body);
        assert!(read("application/json").is_ok());
        assert!(read("Application/JSON; charset=UTF-8").is_ok());
        assert!(read("application/json;charset=utf-8").is_ok());
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/json; charset=latin1",
        ] {
            assert_eq!(read(kind), Err(Failure::NotJson), "{kind}");
        }
        let none = super::read::<CheckSessionStatusDto>(&HeaderMap::new(), body);
        assert_eq!(none, Err(Failure::NotJson));
    }
}
