//! Answers against the contract's schemas, whose files lie in `compat/contract`.

use super::Answer;
use serde_json::Value;

/// A file of the contract.
pub struct Contract(Value);

impl Contract {
    pub fn management() -> Self {
        Self::read("management")
    }

    pub fn authentication() -> Self {
        Self::read("authentication")
    }

    fn read(name: &str) -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../compat/contract/");
        let text = std::fs::read_to_string(format!("{folder}{name}-v3.json")).unwrap();
        Self(serde_json::from_str(&text).unwrap())
    }

    /// A success that fits the schema of its path.
    #[track_caller]
    pub fn assert_fits(&self, method: &str, verb: &str, answer: &Answer) {
        answer.data();
        let path = format!("/api/v3/{verb}");
        let answers = &self.0["paths"][&path][method]["responses"]["200"];
        let schema = &answers["content"]["application/json"]["schema"];
        assert!(!schema.is_null(), "the contract has no {method} {path}");
        self.check(schema, &answer.body, verb);
    }

    /// A value that fits a named schema.
    #[track_caller]
    pub fn assert_is(&self, schema: &str, value: &Value) {
        let schema = &self.0["components"]["schemas"][schema];
        assert!(!schema.is_null());
        self.check(schema, value, "data");
    }

    fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        // The contract uses `allOf` only around one reference.
        let schema = schema["allOf"].get(0).unwrap_or(schema);
        match schema["$ref"].as_str() {
            Some(reference) => {
                let found = self.0.pointer(reference.trim_start_matches('#'));
                self.resolve(found.unwrap_or_else(|| panic!("{reference}")))
            }
            None => schema,
        }
    }

    /// Required members, types and enumerations, all the way down.
    #[track_caller]
    fn check(&self, schema: &Value, value: &Value, place: &str) {
        let schema = self.resolve(schema);
        let fits = match schema["type"].as_str() {
            Some("object") => value.is_object(),
            Some("array") => value.is_array(),
            Some("string") => value.is_string(),
            Some("number") => value.is_number(),
            Some("boolean") => value.is_boolean(),
            _ => true,
        };
        assert!(fits, "{place}: {value} is not {}", schema["type"]);
        if let Some(accepted) = schema["enum"].as_array() {
            assert!(accepted.contains(value), "{place}: {value}");
        }
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap();
            assert!(value.get(name).is_some(), "{place}.{name} is missing");
        }
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(value) = value.get(name) {
                self.check(member, value, &format!("{place}.{name}"));
            }
        }
        for item in value.as_array().into_iter().flatten() {
            self.check(&schema["items"], item, &format!("{place}[]"));
        }
    }
}
