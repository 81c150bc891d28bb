//! One way out for both clients: request, answer, errors.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response};
use rollcall_wire::oidc::token::OAuthError;
use rollcall_wire::v3::Envelope;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::surroundings::Randomness;
use crate::token::now;
use crate::{Error, Retries};

/// A longer answer is not read. A page of 50 users with all their custom data
/// (16 KiB each) and the answer to a batch of 1,000 users stay below it.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

/// How much of an unexpected answer an error shows, in characters.
const LONGEST_EXCERPT: usize = 200;

pub(crate) struct Http {
    pub(crate) client: reqwest::Client,
    /// Without a slash at its end.
    pub(crate) base_url: String,
    pub(crate) timeout: Duration,
    pub(crate) retries: Retries,
    pub(crate) randomness: Randomness,
}

/// What an error may show of an answer that makes no sense.
pub(crate) enum Excerpt<'a> {
    /// Its beginning, without these secrets.
    Without(&'a [&'a str]),
    /// Nothing: it may hold the very secret that was asked for. It was not this.
    Hidden(&'static str),
}

impl Http {
    /// Ends a call in time.
    pub(crate) async fn in_time<T>(
        &self,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        tokio::time::timeout(self.timeout, call)
            .await
            .unwrap_or(Err(Error::Timeout))
    }

    /// A call that changes nothing: asked again as [`Retries`] says.
    #[expect(
        clippy::disallowed_methods,
        reason = "the pause before another try of an SDK; its tests move tokio's clock"
    )]
    pub(crate) async fn reading<T, F>(&self, call: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let give_up_at = now() + self.timeout;
        let tries = async {
            let mut failures = 0;
            loop {
                let outcome = call().await;
                let Err(error) = &outcome else {
                    return outcome;
                };
                match self.retries.pause(failures, error, &self.randomness) {
                    Some(pause) if now() + pause < give_up_at => {
                        tokio::time::sleep(pause).await;
                    }
                    Some(_) | None => return outcome,
                }
                failures += 1;
            }
        };
        self.in_time(tries).await
    }

    /// A V3 request. What is sent goes into the query of a `GET`, otherwise into a
    /// JSON body.
    pub(crate) fn v3(
        &self,
        method: &Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<RequestBuilder, Error> {
        let url = format!("{}{path}", self.base_url);
        if *method != Method::GET {
            return Ok(self.client.request(method.clone(), url).json(body));
        }
        let query = serde_html_form::to_string(body)
            .map_err(|_| Error::InvalidOption("the call's parameters"))?;
        let url = if query.is_empty() {
            url
        } else {
            format!("{url}?{query}")
        };
        Ok(self.client.get(url))
    }

    /// Sends a V3 request, opens the envelope of its answer, and reads what is in it.
    pub(crate) async fn open<T>(
        &self,
        request: RequestBuilder,
        excerpt: &Excerpt<'_>,
        read_data: ReadData<T>,
    ) -> Result<T, Error> {
        let opened = self.opened(request, excerpt).await?;
        let (http_status, answer) = (opened.http_status, opened.answer);
        read_data(opened.envelope).ok_or_else(|| Error::UnexpectedAnswer {
            http_status,
            excerpt: excerpt.of(&answer),
        })
    }

    /// The same for the calls that answer beside the envelope's own members and not
    /// in `data`.
    pub(crate) async fn open_beside<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
        excerpt: &Excerpt<'_>,
    ) -> Result<T, Error> {
        let opened = self.opened(request, excerpt).await?;
        serde_json::from_slice(&opened.answer).map_err(|_| Error::UnexpectedAnswer {
            http_status: opened.http_status,
            excerpt: excerpt.of(&opened.answer),
        })
    }

    /// The envelope of a success.
    async fn opened(
        &self,
        request: RequestBuilder,
        excerpt: &Excerpt<'_>,
    ) -> Result<Opened, Error> {
        let response = request.send().await?;
        let http_status = response.status().as_u16();
        let retry_after = retry_after(response.headers());
        let answer = read(response).await?;
        let envelope: Envelope<Box<RawValue>> =
            serde_json::from_slice(&answer).map_err(|_| Error::UnexpectedAnswer {
                http_status,
                excerpt: excerpt.of(&answer),
            })?;
        if !envelope.is_success() {
            return Err(Error::Api {
                status_code: envelope.status_code,
                api_code: envelope.api_code,
                message: envelope.message,
                request_id: envelope.request_id,
                retry_after,
                results: envelope.results.unwrap_or_default(),
            });
        }
        Ok(Opened {
            http_status,
            answer,
            envelope,
        })
    }

    /// Sends a request of the standard protocols and gives the body of its success.
    pub(crate) async fn standard<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
    ) -> Result<T, Error> {
        let (http_status, answer) = self.standard_answer(request).await?;
        serde_json::from_slice(&answer).map_err(|_| Error::UnexpectedAnswer {
            http_status,
            excerpt: "not the JSON that was asked for".to_owned(),
        })
    }

    /// The same, where the body of a success means nothing (RFC 7009 section 2.2).
    pub(crate) async fn standard_answer(
        &self,
        request: RequestBuilder,
    ) -> Result<(u16, Vec<u8>), Error> {
        let response = request.send().await?;
        let status = response.status();
        let http_status = status.as_u16();
        let retry_after = retry_after(response.headers());
        let answer = read(response).await?;
        if status.is_success() {
            return Ok((http_status, answer));
        }
        match serde_json::from_slice::<OAuthError>(&answer) {
            Ok(error) => Err(Error::OAuth {
                http_status,
                error: error.error,
                description: error.error_description,
                retry_after,
            }),
            // The answer may hold what was sent, which is secret.
            Err(_) => Err(Error::UnexpectedAnswer {
                http_status,
                excerpt: "not an OAuth error".to_owned(),
            }),
        }
    }
}

/// A successful V3 answer.
struct Opened {
    http_status: u16,
    answer: Vec<u8>,
    envelope: Envelope<Box<RawValue>>,
}

/// Reads a successful answer; nothing if it is not what was asked for.
pub(crate) type ReadData<T> = fn(Envelope<Box<RawValue>>) -> Option<T>;

/// The data. Some calls answer none, which is `()` and nothing else.
#[expect(clippy::needless_pass_by_value, reason = "a ReadData")]
pub(crate) fn data<T: DeserializeOwned>(answer: Envelope<Box<RawValue>>) -> Option<T> {
    let json = answer.data.as_deref().map_or("null", RawValue::get);
    serde_json::from_str(json).ok()
}

/// `Authorization`, which no log of headers shows.
pub(crate) fn authorization(request: RequestBuilder, text: &str) -> Result<RequestBuilder, Error> {
    let mut value = HeaderValue::from_str(text)
        .map_err(|_| Error::InvalidOption("a token or secret that no header can carry"))?;
    value.set_sensitive(true);
    Ok(request.header(AUTHORIZATION, value))
}

/// Only whole seconds are read: a date would need the server's clock.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    text.trim().parse().ok().map(Duration::from_secs)
}

/// The body, if it is no longer than [`LARGEST_ANSWER`].
async fn read(mut response: Response) -> Result<Vec<u8>, Error> {
    let http_status = response.status().as_u16();
    let mut answer = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if answer.len() + chunk.len() > LARGEST_ANSWER {
            return Err(Error::UnexpectedAnswer {
                http_status,
                excerpt: "longer than 16 MiB".to_owned(),
            });
        }
        answer.extend_from_slice(&chunk);
    }
    Ok(answer)
}

impl Excerpt<'_> {
    /// The beginning of an answer on one line, without the client's own secrets,
    /// which a talkative proxy might have echoed.
    fn of(&self, answer: &[u8]) -> String {
        let secrets = match self {
            Self::Without(secrets) => *secrets,
            Self::Hidden(what) => return (*what).to_owned(),
        };
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_short_and_plain() {
        let echo = format!("a\nBearer hush {}", "x".repeat(500));
        let text = Excerpt::Without(&["hush", ""]).of(echo.as_bytes());
        assert!(text.starts_with("a Bearer [secret] xx"));
        assert_eq!(text.chars().count(), LONGEST_EXCERPT);
        assert_eq!(Excerpt::Without(&[]).of(b"\xff"), "\u{fffd}");
        assert_eq!(Excerpt::Hidden("nothing").of(b"hush"), "nothing");
    }
}
