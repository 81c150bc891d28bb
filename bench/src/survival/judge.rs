//! Whether what clients were told before a moment is true on a server that came up after.

use super::client::{Client, call, refresh_request, token};
use super::told::{Login, Moment, Must};
use anyhow::{Result, ensure};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// How much was judged.
#[derive(Clone, Copy, Debug, Default)]
pub struct Judged {
    /// Logins that had to be live, and are.
    pub live: usize,
    /// Logins that had to be ended, and are.
    pub ended: usize,
    /// Logins of which nobody knows: something was under way.
    pub either: usize,
    /// Refresh tokens that had to be good, and are; and used ones that are refused.
    pub tokens: usize,
    /// Answers of check-session-status.
    pub answers: usize,
}

impl std::ops::AddAssign for Judged {
    fn add_assign(&mut self, other: Self) {
        self.live += other.live;
        self.ended += other.ended;
        self.either += other.either;
        self.tokens += other.tokens;
        self.answers += other.answers;
    }
}

/// Asks after everything that the client was told. With `spend` also after refresh
/// tokens, which uses them up: for a copy that is thrown away.
pub(super) async fn judge(client: &Client, url: &str, at: Moment, spend: bool) -> Result<Judged> {
    let mut judged = Judged::default();
    for login in &client.logins {
        let is_live = is_live(client, url, login).await?;
        match login.must(at) {
            Must::Live => {
                ensure!(
                    is_live,
                    "a login that nobody ended has ended: {login:?}, {at:?}"
                );
                judged.live += 1;
            }
            Must::Ended => {
                ensure!(!is_live, "an ended login is live again: {login:?}, {at:?}");
                judged.ended += 1;
            }
            Must::Either => judged.either += 1,
        }
    }
    judged.answers = judge_answers(client, url, at).await?;
    if spend {
        for login in &client.logins {
            judged.tokens += judge_tokens(client, url, login, at).await?;
        }
    }
    Ok(judged)
}

async fn is_live(client: &Client, url: &str, login: &Login) -> Result<bool> {
    let request = client.http.get(format!("{url}/oidc/me"));
    let answer = request.bearer_auth(&login.access_token).send().await?;
    match answer.status() {
        StatusCode::OK => Ok(true),
        StatusCode::UNAUTHORIZED => Ok(false),
        other => anyhow::bail!("/oidc/me answered {other}: {}", answer.text().await?),
    }
}

/// The product's own question, for each user and application of which it is known.
async fn judge_answers(client: &Client, url: &str, at: Moment) -> Result<usize> {
    let token = token(&client.http, url, &client.key).await?;
    let mut answers = 0;
    for (user, (id, _)) in client.users.iter().enumerate() {
        for (application, app) in client.applications.iter().enumerate() {
            let of_pair = |login: &&Login| login.user == user && login.application == application;
            let musts = client
                .logins
                .iter()
                .filter(of_pair)
                .map(|login| login.must(at));
            let musts: Vec<_> = musts.collect();
            let mut lost = client.lost.iter();
            let is_lost = lost.any(|(u, a, _)| (*u, *a) == (user, application));
            let must = if musts.contains(&Must::Live) {
                true
            } else if musts.contains(&Must::Either) || is_lost {
                continue;
            } else {
                false
            };
            let body = json!({ "appId": app, "userId": id });
            let data = call(&client.http, url, &token, "check-session-status", &body).await?;
            ensure!(
                data["active"] == must,
                "check-session-status says {data} of {user} in {application}, {at:?}: {musts:?}"
            );
            answers += 1;
        }
    }
    Ok(answers)
}

/// The newest token of a live login is good, once; one that was used before is not, nor is
/// any of an ended one.
async fn judge_tokens(client: &Client, url: &str, login: &Login, at: Moment) -> Result<usize> {
    let app = &client.applications[login.application];
    let present = async |token: &str| -> Result<bool> {
        let answer = refresh_request(&client.http, url, app, token)
            .send()
            .await?;
        let answer: Value = answer.json().await?;
        let is_good = answer["access_token"].is_string();
        let is_refused = answer["error"] == "invalid_grant";
        ensure!(is_good || is_refused, "a refresh was answered {answer}");
        Ok(is_good)
    };
    let must = login.must(at);
    let mut tokens = 0;
    if must != Must::Either
        && let Some(token) = login.newest_token(at)
    {
        let is_good = present(token).await?;
        let expected = must == Must::Live;
        ensure!(
            is_good == expected,
            "a refresh token is good: {is_good}, {login:?}, {at:?}"
        );
        tokens += 1;
    }
    if let Some(token) = login.used_token(at) {
        ensure!(
            !present(token).await?,
            "a used refresh token is good: {login:?}, {at:?}"
        );
        tokens += 1;
    }
    Ok(tokens)
}
