//! One request to one of the nodes, and what its answer says for sure.

use super::cluster::Nodes;
use super::known::Cookies;
use anyhow::{Context as _, Result, bail};
use fastrand::Rng;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Longer than any answer of a healthy node, shorter than the database's pause, so that
/// clients are seen to give up.
const PATIENCE: Duration = Duration::from_secs(3);

/// Much longer than any harm lasts.
const RECOVERY: Duration = Duration::from_mins(2);

/// Requests to nodes that come and go.
pub(super) struct Http {
    client: reqwest::Client,
    nodes: Arc<Nodes>,
}

/// What became of a request.
pub(super) enum Sent {
    /// It was answered, and not by a 5xx.
    Answered(Reply),
    /// No connection: it was not sent, so nothing happened.
    Nowhere,
    /// It may have happened, or may yet.
    Lost,
}

/// An answer.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) set_cookies: Vec<String>,
    pub(super) body: String,
}

impl Http {
    pub(super) fn new(nodes: Arc<Nodes>) -> Result<Self> {
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .timeout(PATIENCE)
            .build()?;
        Ok(Self { client, nodes })
    }

    /// A request to some node that is said to be up.
    pub(super) fn request(&self, method: Method, path: &str, rng: &mut Rng) -> RequestBuilder {
        let address = self.nodes.pick(rng);
        self.client
            .request(method, format!("http://{address}{path}"))
    }

    /// Returns when some node says that it is ready; an error if none does in [`RECOVERY`].
    pub(super) async fn until_ready(&self, rng: &mut Rng) -> Result<()> {
        let ready = async {
            let mut ticks = tokio::time::interval(Duration::from_millis(50));
            loop {
                ticks.tick().await;
                let ask = self.request(Method::GET, "/readyz", rng).send().await;
                if ask.is_ok_and(|answer| answer.status().is_success()) {
                    return;
                }
            }
        };
        let waited = tokio::time::timeout(RECOVERY, ready).await;
        waited.context("no node became ready again")
    }
}

/// Sends a request and reads its whole answer.
pub(super) async fn send(request: RequestBuilder) -> Result<Sent> {
    let answer = match request.send().await {
        Ok(answer) => answer,
        Err(error) if error.is_connect() => return Ok(Sent::Nowhere),
        Err(error) if error.is_builder() => return Err(error.into()),
        Err(_) => return Ok(Sent::Lost),
    };
    let status = answer.status().as_u16();
    let header = |value: &reqwest::header::HeaderValue| value.to_str().map(ToOwned::to_owned);
    let location = answer.headers().get(LOCATION).map(header).transpose()?;
    let cookies = answer.headers().get_all(SET_COOKIE).iter().map(header);
    let set_cookies = cookies.collect::<Result<_, _>>()?;
    let Ok(body) = answer.text().await else {
        return Ok(Sent::Lost);
    };
    Ok(match status {
        500.. => Sent::Lost,
        _ => Sent::Answered(Reply {
            status,
            location,
            set_cookies,
            body,
        }),
    })
}

/// The cookies that a browser shows.
pub(super) fn with_cookies(request: RequestBuilder, cookies: &Cookies) -> RequestBuilder {
    if cookies.is_empty() {
        return request;
    }
    let pairs = cookies
        .iter()
        .map(|(name, value)| format!("{name}={value}"));
    request.header(COOKIE, pairs.collect::<Vec<_>>().join("; "))
}

/// What a V3 call says: an answer is HTTP 200, and the body decides.
pub(super) enum Said {
    Data(Value),
    /// A 5xx in the body.
    Lost,
}

impl Reply {
    /// Reads a V3 answer, which must be a success or a 5xx.
    pub(super) fn v3(&self) -> Result<Said> {
        let mut answer: Value = serde_json::from_str(&self.body)
            .with_context(|| format!("HTTP {}: {}", self.status, self.body))?;
        match answer["statusCode"].as_u64() {
            Some(200) => Ok(Said::Data(answer["data"].take())),
            Some(500..) => Ok(Said::Lost),
            _ => bail!("refused: {answer}"),
        }
    }

    /// The browser's cookies after this answer.
    pub(super) fn cookies(&self, before: &Cookies) -> Result<Cookies> {
        let mut cookies: BTreeMap<String, String> = before.as_ref().clone();
        for cookie in &self.set_cookies {
            let (name, rest) = cookie.split_once('=').context("a cookie without a value")?;
            let value = rest.split(';').next().unwrap_or_default();
            if value.is_empty() {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(Arc::new(cookies))
    }

    /// A parameter of the URL that the browser is sent to.
    pub(super) fn sent_with(&self, parameter: &str) -> Option<String> {
        let (_, query) = self.location.as_deref()?.split_once('?')?;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(name, _)| *name == parameter)
            .map(|(_, value)| value.to_owned())
    }
}
