//! The parameters of a request, as its signature covers them.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::javascript_order;

/// The parameters of a request: the top-level members of a JSON body, or the
/// query of a `GET`. Each name occurs once.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

/// The names only: values may be passwords.
impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// A body that has no top-level members to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body is not a JSON object")]
pub struct ParametersError;

impl Parameters {
    /// No parameters.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// The top-level members of a JSON object; an empty body has none.
    ///
    /// A string counts as its text. Anything else counts as it was received,
    /// without the white space between tokens: member order, escapes and the
    /// spelling of numbers stay. Of a name that occurs twice the last counts,
    /// as JSON readers do.
    pub fn from_json_body(body: &[u8]) -> Result<Self, ParametersError> {
        if body.trim_ascii().is_empty() {
            return Ok(Self::none());
        }
        let members: Members<'_> = serde_json::from_slice(body).map_err(|_| ParametersError)?;
        members
            .0
            .into_iter()
            .map(|(name, raw)| Ok((name, signed_text(raw)?)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The decoded parameters of a query string (without `?`).
    ///
    /// `k[]=a&k[]=b` counts as `k=["a","b"]`, which is how axios sends an array
    /// that the SDK signed as JSON. A plain name that is repeated counts the
    /// same way, so that no value of a request escapes its signature.
    pub fn from_query(query: &str) -> Self {
        let mut lists: Vec<(String, Vec<String>, bool)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let (name, is_list) = match name.strip_suffix("[]") {
                Some(stem) => (stem.to_owned(), true),
                None => (name.into_owned(), false),
            };
            let place = *places.entry(name.clone()).or_insert_with(|| {
                lists.push((name, Vec::new(), false));
                lists.len() - 1
            });
            if let Some((_, values, list)) = lists.get_mut(place) {
                values.push(value.into_owned());
                *list |= is_list;
            }
        }
        Self::sorted(
            lists
                .into_iter()
                .map(|(name, mut values, is_list)| {
                    if is_list || values.len() > 1 {
                        (name, serde_json::Value::from(values).to_string())
                    } else {
                        (name, values.pop().unwrap_or_default())
                    }
                })
                .collect(),
        )
    }

    fn sorted(mut parameters: Vec<(String, String)>) -> Self {
        parameters.sort_by(|(left, _), (right, _)| javascript_order(left, right));
        Self(parameters)
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Appends `?key=value&…` in key order, or nothing.
    pub(super) fn append_to(&self, text: &mut String) {
        for (index, (name, value)) in self.0.iter().enumerate() {
            text.push(if index == 0 { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            text.push_str(value);
        }
    }
}

fn signed_text(raw: &RawValue) -> Result<String, ParametersError> {
    let raw = raw.get();
    if raw.starts_with('"') {
        serde_json::from_str(raw).map_err(|_| ParametersError)
    } else {
        Ok(compact(raw))
    }
}

/// Drops the white space between the tokens of valid JSON.
fn compact(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut in_string = false;
    let mut escaped = false;
    for character in json.chars() {
        if in_string {
            in_string = escaped || character != '"';
            escaped = character == '\\' && !escaped;
        } else if matches!(character, ' ' | '\t' | '\n' | '\r') {
            continue;
        } else {
            in_string = character == '"';
        }
        text.push(character);
    }
    text
}

/// The members of a JSON object in their order, each still as it was received.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                // Of each name, the last that was received stands first and stays: the
                // sort keeps the order of equals.
                members.reverse();
                members
                    .sort_by(|(left, _): &(String, _), (right, _)| javascript_order(left, right));
                members.dedup_by(|(later, _), (kept, _)| later == kept);
                Ok(members)
            }
        }

        deserializer.deserialize_map(Object).map(Self)
    }
}
