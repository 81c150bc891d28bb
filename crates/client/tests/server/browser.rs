//! A browser without scripts: it keeps cookies and fills in the sign-in page.

use crate::world::PASSWORD;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, RequestBuilder, redirect};
use std::collections::BTreeMap;

pub(crate) struct Browser {
    http: Client,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new() -> Self {
        let http = Client::builder().redirect(redirect::Policy::none());
        Self {
            http: http.no_proxy().build().unwrap(),
            cookies: BTreeMap::new(),
        }
    }

    /// The page's text, or where the answer leads.
    async fn send(&mut self, request: RequestBuilder) -> Result<String, String> {
        let pairs = self.cookies.iter();
        let cookies: Vec<_> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let request = request.header(COOKIE, cookies.join("; "));
        let response = request.send().await.unwrap();
        for line in response.headers().get_all(SET_COOKIE) {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        match response.headers().get(LOCATION) {
            Some(location) => Err(location.to_str().unwrap().to_owned()),
            None => Ok(response.text().await.unwrap()),
        }
    }

    /// Goes to the authorization endpoint and signs in there; where that leads to.
    pub(crate) async fn sign_in(&mut self, server: &str, url: &str, username: &str) -> String {
        let page = self.send(self.http.get(url)).await.unwrap();
        let form = [
            ("request", hidden(&page, "request")),
            ("csrf", hidden(&page, "csrf")),
            ("identifier", username.to_owned()),
            ("password", PASSWORD.to_owned()),
        ];
        let action = format!("{server}/oidc/auth/sign-in");
        let request = self.http.post(action).form(&form);
        self.send(request).await.unwrap_err()
    }

    /// Where a visit leads to without anything to do.
    pub(crate) async fn led_to(&mut self, url: &str) -> String {
        self.send(self.http.get(url)).await.unwrap_err()
    }

    /// A page's text.
    pub(crate) async fn page(&mut self, url: &str) -> String {
        self.send(self.http.get(url)).await.unwrap()
    }
}

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&start).unwrap();
    let (value, _) = rest.split_once('"').unwrap();
    let value = value.replace("&#34;", "\"").replace("&#39;", "'");
    let value = value.replace("&#60;", "<").replace("&#62;", ">");
    value.replace("&#38;", "&")
}
