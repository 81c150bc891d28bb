//! An administrator's browser at the console, as far as measuring its pages needs one.

use crate::html::{attribute, fields};
use crate::rollcall::{Data, PASSWORD};
use anyhow::{Context as _, Result, ensure};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Command;

/// Redirects in a row: the sign-in has four.
const MOST_REDIRECTS: usize = 8;

/// The e-mail of the owner.
const OWNER: &str = "ann@example.com";

/// A page, and where it is.
struct Page {
    html: String,
    url: String,
}

/// Somebody who is signed in to the console.
pub struct Administrator {
    http: reqwest::Client,
    /// Where the server is reached.
    origin: String,
    /// What the server calls itself.
    public_url: String,
    cookies: BTreeMap<String, String>,
}

/// Makes an owner of the console of a folder that nobody serves; answers the path of
/// the link with which they choose a password.
pub fn make_owner(data: &Data) -> Result<String> {
    let folder = data.folder.to_str().context("not UTF-8")?;
    let made = Command::new(&data.binary)
        .args(["init", "--data", folder, "--owner", OWNER, "--json"])
        .output()?;
    ensure!(
        made.status.success(),
        "init --owner failed: {}",
        String::from_utf8_lossy(&made.stderr)
    );
    let printed: Value = serde_json::from_slice(&made.stdout)?;
    let link = printed["link"].as_str().context("no link")?;
    let path = link.find("/console/").context("no path in the link")?;
    Ok(link[path..].to_owned())
}

impl Administrator {
    /// From the first link to the console.
    pub async fn sign_in(address: &str, public_url: &str, link: &str) -> Result<Self> {
        let mut this = Self {
            http: reqwest::Client::builder()
                .redirect(Policy::none())
                .build()?,
            origin: format!("http://{address}"),
            public_url: public_url.to_owned(),
            cookies: BTreeMap::new(),
        };
        let welcome = this.open(link).await?;
        let chosen = [("password", PASSWORD), ("again", PASSWORD)];
        let sign_in = this.submit(&welcome, &chosen).await?;
        let who = [("identifier", OWNER), ("password", PASSWORD)];
        let home = this.submit(&sign_in, &who).await?;
        ensure!(home.html.contains("data-page=\"home\""), "{}", home.html);
        Ok(this)
    }

    /// A page of the console as it is.
    pub async fn page(&mut self, path: &str) -> Result<String> {
        Ok(self.open(path).await?.html)
    }

    /// A `GET` of a page, as it is sent.
    pub fn request(&self, path: &str) -> Vec<u8> {
        let host = self.origin.trim_start_matches("http://");
        let cookie = self.cookie();
        format!(
            "GET {path} HTTP/1.1\r\nhost: {host}\r\naccept: text/html\r\n\
             accept-language: en\r\ncookie: {cookie}\r\n\r\n"
        )
        .into_bytes()
    }

    fn cookie(&self) -> String {
        let pairs = self.cookies.iter();
        let pairs: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    async fn open(&mut self, path: &str) -> Result<Page> {
        let request = self.http.get(self.url(path));
        let answer = self.send(request).await?;
        self.follow(answer).await
    }

    async fn submit(&mut self, page: &Page, with: &[(&str, &str)]) -> Result<Page> {
        let action = attribute(&page.html, "action")
            .with_context(|| format!("no form at {}: {}", page.url, page.html))?;
        let mut form = fields(&page.html);
        for (name, value) in with {
            form.retain(|(known, _)| known != name);
            form.push(((*name).to_owned(), (*value).to_owned()));
        }
        let request = self.http.post(self.url(&action)).form(&form);
        let answer = self.send(request).await?;
        self.follow(answer).await
    }

    /// Where something of the server's own is reached here.
    fn url(&self, target: &str) -> String {
        let path = target.strip_prefix(&self.public_url).unwrap_or(target);
        match path.strip_prefix('/') {
            Some(_) => format!("{}{path}", self.origin),
            None => path.to_owned(),
        }
    }

    async fn follow(&mut self, mut answer: Response) -> Result<Page> {
        for _ in 0..MOST_REDIRECTS {
            let Some(location) = answer.headers().get(LOCATION) else {
                let url = answer.url().to_string();
                let status = answer.status();
                let html = answer.text().await?;
                ensure!(status.is_success(), "{url} answered {status}: {html}");
                return Ok(Page { html, url });
            };
            let url = self.url(location.to_str()?);
            ensure!(url.starts_with(&self.origin), "sent away to {url}");
            let request = self.http.get(url);
            answer = self.send(request).await?;
        }
        anyhow::bail!("it goes round in circles")
    }

    async fn send(&mut self, request: RequestBuilder) -> Result<Response> {
        let answer = request.header(COOKIE, self.cookie()).send().await?;
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let (name, rest) = cookie.to_str()?.split_once('=').context("no cookie")?;
            let value = rest.split(';').next().unwrap_or_default();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }
}
