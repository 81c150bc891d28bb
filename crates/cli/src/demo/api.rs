//! The demo's client: plain HTTP, so that what is printed is what was received.

use crate::failure::Failure;
use crate::output::say;
use serde_json::Value;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(30);

pub(super) struct Api {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
}

/// An answer that said 200 in its envelope.
pub(super) struct Answer(Value);

impl Api {
    pub(super) fn new(url: &str) -> Result<Self, Failure> {
        let http = reqwest::Client::builder()
            // A proxy from the environment would not reach our loopback.
            .no_proxy()
            .timeout(TIMEOUT)
            .build()
            .map_err(|error| Failure::new(format!("no HTTP client: {error}")))?;
        Ok(Self {
            http,
            url: url.to_owned(),
            token: None,
        })
    }

    /// Proves with this token who calls from now on.
    pub(super) fn authenticate(&mut self, token: &str) {
        self.token = Some(token.to_owned());
    }

    /// A call without proof of a management caller.
    pub(super) async fn post_anonymous(&self, path: &str, body: &Value) -> Result<Answer, Failure> {
        let request = self.http.post(self.at(path)).json(body);
        self.send(&format!("POST {path} {body}"), request).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Answer, Failure> {
        let request = self.http.post(self.at(path)).json(body);
        let request = self.with_token(request);
        self.send(&format!("POST {path} {body}"), request).await
    }

    pub(super) async fn get(&self, path: &str) -> Result<Answer, Failure> {
        let request = self.with_token(self.http.get(self.at(path)));
        self.send(&format!("GET {path}"), request).await
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    fn with_token(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn send(&self, shown: &str, request: reqwest::RequestBuilder) -> Result<Answer, Failure> {
        let failed = |error: reqwest::Error| Failure::new(format!("{shown}: {error}"));
        say(&format!("   {shown}"))?;
        let answer = request.send().await.map_err(failed)?;
        let text = answer.text().await.map_err(failed)?;
        say(&format!("   → {text}"))?;
        let value: Value = serde_json::from_str(&text)
            .map_err(|error| Failure::new(format!("{shown}: no JSON: {error}")))?;
        if value["statusCode"] == 200 {
            Ok(Answer(value))
        } else {
            Err(Failure::new(format!("{shown}: expected statusCode 200")))
        }
    }
}

impl Answer {
    /// A text of `data`.
    pub(super) fn text(&self, field: &str) -> Result<String, Failure> {
        match &self.0["data"][field] {
            Value::String(text) if !text.is_empty() => Ok(text.clone()),
            _ => Err(Failure::new(format!("the answer has no data.{field}"))),
        }
    }

    /// Passes if `data` is this and nothing else.
    pub(super) fn expect(&self, data: &Value) -> Result<(), Failure> {
        if self.0["data"] == *data {
            Ok(())
        } else {
            Err(Failure::new(format!("expected data to be {data}")))
        }
    }
}
