//! An answer, and what tests ask of it.

use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The body; null if it is no JSON.
    pub body: Value,
    /// The body as text.
    pub text: String,
}

impl Answer {
    pub(super) fn new(status: StatusCode, headers: HeaderMap, body: &[u8]) -> Self {
        Self {
            status,
            headers,
            body: serde_json::from_slice(body).unwrap_or(Value::Null),
            text: String::from_utf8_lossy(body).into_owned(),
        }
    }

    /// `statusCode` of a V3 answer.
    pub fn code(&self) -> u64 {
        self.body["statusCode"]
            .as_u64()
            .unwrap_or_else(|| panic!("no V3 answer: {} {}", self.status, self.text))
    }

    /// `apiCode` of a V3 answer.
    pub fn api_code(&self) -> Option<u64> {
        self.body["apiCode"].as_u64()
    }

    /// `message` of a V3 answer.
    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }

    /// `data` of a V3 success.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert_eq!(self.code(), 200, "{}", self.text);
        &self.body["data"]
    }

    /// A V3 failure with this code whose message names this.
    #[track_caller]
    pub fn assert_names(&self, code: u64, name: &str) {
        assert_eq!(self.code(), code, "{name}: {}", self.text);
        assert!(self.message().contains(name), "{name}: {}", self.text);
        assert_eq!(self.body.get("data"), None, "{name}: {}", self.text);
    }

    /// A V3 failure with these codes.
    #[track_caller]
    pub fn assert_fails(&self, code: u64, api_code: Option<u64>) {
        assert_eq!(
            (self.code(), self.api_code()),
            (code, api_code),
            "{}",
            self.text
        );
        assert_eq!(self.body.get("data"), None, "{}", self.text);
    }
}
