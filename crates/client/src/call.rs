//! One way out for every call: token, request, envelope, errors.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Method, Response};
use rollcall_wire::v3::management_token::{AccessTokenResDto, GetManagementAccessTokenDto};
use rollcall_wire::v3::paths::GET_MANAGEMENT_TOKEN;
use rollcall_wire::v3::{Envelope, RowResultDto};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::management_client::Inner;
use crate::token::{Token, now};
use crate::{Error, ManagementClient};

/// A longer answer is not read. That to a bulk change of a thousand users is the
/// longest, with some 2 KiB of each.
const LARGEST_ANSWER: usize = 8 * 1024 * 1024;

/// How much of an unexpected answer an error shows, in characters.
const LONGEST_EXCERPT: usize = 200;

/// What a bulk change was answered with: it was carried out for one row at least.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Batch<T> {
    /// What was made of the rows that were carried out, in order.
    pub data: T,
    /// What became of each row, in order. Empty from a server that does not tell,
    /// which Rollcall does.
    pub results: Vec<RowResultDto>,
}

impl ManagementClient {
    /// Makes a V3 call and gives its `data`. What is sent goes into the query
    /// of a `GET`, otherwise into a JSON body.
    ///
    /// A token that was cached and is refused is renewed, once. That is safe
    /// for every call: one with a refused token did nothing.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        Ok(self.call_batch(method, path, body).await?.data)
    }

    /// The same for a bulk change, with what became of each row.
    pub(crate) async fn call_batch<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Batch<T>, Error> {
        let inner = &*self.inner;
        let call = async {
            let given = inner.tokens.get(|| inner.fetch_token()).await?;
            let outcome = inner.send(&method, path, body, Some(&given.token)).await;
            if !matches!(&outcome, Err(error) if error.is_not_authenticated()) {
                return outcome;
            }
            inner.tokens.forget(&given.token);
            if !given.was_cached {
                return outcome;
            }
            let renewed = inner.tokens.get(|| inner.fetch_token()).await?;
            let outcome = inner.send(&method, path, body, Some(&renewed.token)).await;
            if matches!(&outcome, Err(error) if error.is_not_authenticated()) {
                inner.tokens.forget(&renewed.token);
            }
            outcome
        };
        tokio::time::timeout(inner.timeout, call)
            .await
            .unwrap_or(Err(Error::Timeout))
    }
}

impl Inner {
    async fn fetch_token(&self) -> Result<Token, Error> {
        let asked_at = now();
        let key = GetManagementAccessTokenDto {
            access_key_id: self.access_key_id.clone(),
            access_key_secret: self.access_key_secret.clone(),
        };
        let answer: Batch<AccessTokenResDto> = self
            .send(&Method::POST, GET_MANAGEMENT_TOKEN, &key, None)
            .await?;
        let answer = answer.data;
        let life = Duration::from_secs(answer.expires_in.get());
        Ok(Token::new(answer.access_token, asked_at, life))
    }

    async fn send<T: DeserializeOwned>(
        &self,
        method: &Method,
        path: &str,
        body: &impl Serialize,
        token: Option<&Arc<Token>>,
    ) -> Result<Batch<T>, Error> {
        let mut url = format!("{}{path}", self.base_url);
        let is_get = *method == Method::GET;
        if is_get {
            let query = serde_html_form::to_string(body)
                .map_err(|_| Error::InvalidOption("the call's parameters"))?;
            if !query.is_empty() {
                url = format!("{url}?{query}");
            }
        }
        let mut request = self.http.request(method.clone(), url);
        if !is_get {
            request = request.json(body);
        }
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, self.authorization(token)?);
        }
        let response = request.send().await?;
        let http_status = response.status().as_u16();
        let unexpected = |excerpt: String| Error::UnexpectedAnswer {
            http_status,
            excerpt,
        };

        let Some(answer) = read(response).await? else {
            return Err(unexpected("longer than 8 MiB".to_owned()));
        };
        let excerpt = || match token {
            Some(token) => excerpt(
                &answer,
                &[token.text.as_str(), self.access_key_secret.as_str()],
            ),
            // The answer may hold the very token.
            None => "not a management token's envelope".to_owned(),
        };
        let envelope: Envelope<Box<RawValue>> =
            serde_json::from_slice(&answer).map_err(|_| unexpected(excerpt()))?;
        if !envelope.is_success() {
            return Err(Error::Api {
                status_code: envelope.status_code,
                api_code: envelope.api_code,
                message: envelope.message,
                request_id: envelope.request_id,
            });
        }
        let data = envelope
            .data
            .and_then(|data| serde_json::from_str(data.get()).ok())
            .ok_or_else(|| unexpected(excerpt()))?;
        Ok(Batch {
            data,
            results: envelope.results.unwrap_or_default(),
        })
    }

    fn authorization(&self, token: &Token) -> Result<HeaderValue, Error> {
        let text = format!("{} {}", self.authorization_scheme, token.text.as_str());
        let mut value = HeaderValue::from_str(text.trim_start())
            .map_err(|_| Error::InvalidOption("a token that no header can carry"))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// The body, or nothing if it is longer than [`LARGEST_ANSWER`].
async fn read(mut response: Response) -> Result<Option<Vec<u8>>, Error> {
    let mut answer = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if answer.len() + chunk.len() > LARGEST_ANSWER {
            return Ok(None);
        }
        answer.extend_from_slice(&chunk);
    }
    Ok(Some(answer))
}

/// The beginning of an answer on one line, without the client's own secrets,
/// which a talkative proxy might have echoed.
fn excerpt(answer: &[u8], secrets: &[&str]) -> String {
    let mut text = String::from_utf8_lossy(answer).into_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        text = text.replace(secret, "[secret]");
    }
    text.chars()
        .take(LONGEST_EXCERPT)
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_short_and_plain() {
        let echo = format!("a\nBearer hush {}", "x".repeat(500));
        let text = excerpt(echo.as_bytes(), &["hush", ""]);
        assert!(text.starts_with("a Bearer [secret] xx"));
        assert_eq!(text.chars().count(), LONGEST_EXCERPT);
        assert_eq!(excerpt(b"\xff", &[]), "\u{fffd}");
    }
}
