//! A browser and its application, as far as a sign-on needs them.

use crate::contenders::{CALLBACK, Client};
use anyhow::{Context as _, Result, ensure};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode};
use rollcall_bench::html::{attribute, fields};
use std::collections::BTreeMap;

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// One browser at one application.
pub(crate) struct Flow {
    http: reqwest::Client,
    client: Client,
    cookies: BTreeMap<String, String>,
}

impl Flow {
    pub(crate) fn new(client: Client) -> Result<Self> {
        Ok(Self {
            http: reqwest::Client::builder()
                .redirect(Policy::none())
                .build()?,
            client,
            cookies: BTreeMap::new(),
        })
    }

    /// From an empty browser to tokens.
    pub(crate) async fn full(&mut self) -> Result<()> {
        self.cookies.clear();
        let page = self.get(&self.authorization("")).await?;
        let (page, url) = self.follow(page).await?;
        let page = page.context("no sign-in page")?.text().await?;
        let action = attribute(&page, "action").context("no form")?;
        let action = match action.strip_prefix('/') {
            Some(_) => format!("{}{action}", self.client.origin),
            None if action.is_empty() => url,
            None => action,
        };
        let mut form = fields(&page);
        for (name, value) in self.client.fields {
            form.retain(|(known, _)| known != name);
            form.push(((*name).to_owned(), (*value).to_owned()));
        }
        let request = self.http.post(action).form(&form);
        let answer = self.send(request).await?;
        let (page, location) = self.follow(answer).await?;
        ensure!(page.is_none(), "a page instead of a code");
        self.redeem(&code(&location)?).await
    }

    /// A code for who is signed in already.
    pub(crate) async fn silent(&mut self) -> Result<()> {
        let answer = self.get(&self.authorization("&prompt=none")).await?;
        let (page, location) = self.follow(answer).await?;
        ensure!(page.is_none(), "a page where none may be");
        code(&location).map(|_| ())
    }

    fn authorization(&self, more: &str) -> String {
        let Client {
            origin,
            authorization,
            id,
            ..
        } = &self.client;
        format!(
            "{origin}{authorization}?client_id={id}&response_type=code&scope=openid&state=s\
             &redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_challenge={CHALLENGE}\
             &code_challenge_method=S256{more}"
        )
    }

    async fn redeem(&mut self, code: &str) -> Result<()> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
            ("client_id", &self.client.id),
            ("client_secret", &self.client.secret),
        ];
        let url = format!("{}{}", self.client.origin, self.client.token);
        let answer = self.http.post(url).form(&form).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(
            status == StatusCode::OK && text.contains("id_token"),
            "{text}"
        );
        Ok(())
    }

    async fn get(&mut self, url: &str) -> Result<Response> {
        let request = self.http.get(url);
        self.send(request).await
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Result<Response> {
        let pairs = self.cookies.iter();
        let pairs: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let answer = request.header(COOKIE, pairs.join("; ")).send().await?;
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

    /// Follows redirects that stay with the provider: a page and where it is, or no
    /// page and where the browser was sent.
    async fn follow(&mut self, mut answer: Response) -> Result<(Option<Response>, String)> {
        for _ in 0..6 {
            let Some(location) = answer.headers().get(LOCATION) else {
                let url = answer.url().to_string();
                return Ok((Some(answer), url));
            };
            let location = location.to_str()?.to_owned();
            let url = match location.strip_prefix('/') {
                Some(_) => format!("{}{location}", self.client.origin),
                None => location,
            };
            // What was not read keeps its connection busy.
            answer.bytes().await?;
            if !url.starts_with(&self.client.origin) {
                return Ok((None, url));
            }
            answer = self.get(&url).await?;
        }
        anyhow::bail!("it goes round in circles")
    }
}

fn code(location: &str) -> Result<String> {
    let (_, rest) = location
        .split_once("code=")
        .with_context(|| format!("no code: {location}"))?;
    Ok(rest.split('&').next().unwrap_or_default().to_owned())
}
