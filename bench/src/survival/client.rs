//! A client with a user pool of its own, which works until it is told to stop or the
//! server is gone.

use super::node::Key;
use super::told::{Call, Clock, Login};
use anyhow::{Context as _, Result, bail, ensure};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

const PASSWORD: &str = "correct horse battery";
const USERS: usize = 3;
const APPLICATIONS: usize = 3;

/// Longer than the server takes for anything; shorter than somebody's patience.
const TIMEOUT: Duration = Duration::from_secs(40);

/// How long clients work.
#[derive(Clone, Debug, Default)]
pub(super) struct Until {
    stop: Arc<AtomicBool>,
    answers: Arc<AtomicUsize>,
    answered: Arc<tokio::sync::Notify>,
}

impl Until {
    /// Tells them to stop after the call that they are at.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    /// Waits until so many calls were answered, or refused, by any of them; false if
    /// that takes longer than so long.
    pub(super) async fn answers(&self, count: usize, patience: Duration) -> bool {
        let enough = async {
            loop {
                let answered = self.answered.notified();
                if self.answers.load(Ordering::SeqCst) >= count {
                    return;
                }
                answered.await;
            }
        };
        tokio::time::timeout(patience, enough).await.is_ok()
    }

    fn add(&self) {
        self.answers.fetch_add(1, Ordering::SeqCst);
        self.answered.notify_waiters();
    }
}

/// What became of a call.
enum Outcome<T> {
    Done(T, Call),
    /// The server says that it was not done.
    Refused,
    /// Nobody answered: it may have been done.
    Lost(Call),
}

/// One of them.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) http: reqwest::Client,
    pub(super) key: Key,
    pub(super) users: Vec<(String, String)>,
    pub(super) applications: Vec<String>,
    pub(super) logins: Vec<Login>,
    /// Sign-ins that nobody answered, by user and application.
    pub(super) lost: Vec<(usize, usize, Call)>,
    /// How many calls the server refused.
    pub(super) refused: usize,
    clock: Clock,
    numbers: u64,
}

impl Client {
    /// Makes a pool with users and applications, with the server's root key.
    pub(super) async fn new(url: &str, root: &Key, clock: &Clock, seed: u64) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(TIMEOUT).build()?;
        let of_root = token(&http, url, root).await?;
        let pool = json!({ "name": "Survivors" });
        let made = call(&http, url, &of_root, "create-user-pool", &pool).await?;
        let text = |value: &Value| value.as_str().map(str::to_owned).context("no text");
        let key = Key {
            id: text(&made["rootKey"]["accessKeyId"])?,
            secret: text(&made["rootKey"]["accessKeySecret"])?,
        };
        let token = token(&http, url, &key).await?;
        let (mut users, mut applications) = (Vec::new(), Vec::new());
        for number in 0..USERS {
            let name = format!("user-{number}");
            let user = json!({ "username": name, "password": PASSWORD });
            let user = call(&http, url, &token, "create-user", &user).await?;
            users.push((text(&user["userId"])?, name));
        }
        for number in 0..APPLICATIONS {
            let config = json!({ "token_endpoint_auth_method": "none" });
            let app = json!({ "appName": format!("App {number}"), "oidcConfig": config });
            let app = call(&http, url, &token, "create-application", &app).await?;
            applications.push(text(&app["appId"])?);
        }
        Ok(Self {
            http,
            key,
            users,
            applications,
            logins: Vec::new(),
            lost: Vec::new(),
            refused: 0,
            clock: clock.clone(),
            numbers: seed,
        })
    }

    /// Works until told to stop or the server does not answer. An answer that cannot be
    /// right is an error.
    pub(super) async fn work(&mut self, url: &str, until: &Until) -> Result<()> {
        let Ok(token) = token(&self.http, url, &self.key).await else {
            return Ok(());
        };
        while !until.stop.load(Ordering::SeqCst) {
            let goes_on = match self.number(12) {
                0..=4 => self.sign_in(url).await?,
                5..=8 => self.refresh(url).await?,
                9 => self.kick(url, &token).await?,
                _ => self.end_all(url, &token).await?,
            };
            if !goes_on {
                return Ok(());
            }
            until.add();
        }
        Ok(())
    }

    /// Makes sure of what it lost sight of: ends every login of which it does not know
    /// whether it is live, and those that it was never told of.
    pub(super) async fn settle(&mut self, url: &str) -> Result<()> {
        let token = token(&self.http, url, &self.key).await?;
        let unsure = |login: &&Login| {
            let is_lost = login.lost_refresh.is_some() || !login.ends.is_empty();
            login.is_open() && is_lost
        };
        let unsure = self.logins.iter().filter(unsure);
        let mut pairs: Vec<_> = unsure
            .map(|login| (login.user, login.application))
            .collect();
        pairs.extend(self.lost.drain(..).map(|(user, app, _)| (user, app)));
        pairs.sort_unstable();
        pairs.dedup();
        for (user, application) in pairs {
            ensure!(
                self.kick_from(url, &token, user, application).await?,
                "the server does not answer"
            );
        }
        Ok(())
    }

    /// Takes note that all its logins are beyond every limit now.
    pub(super) fn expire(&mut self) {
        let asked = self.clock.tick();
        let answered = Some(self.clock.tick());
        for login in self.logins.iter_mut().filter(|login| login.is_open()) {
            login.ends.push(Call { asked, answered });
        }
        self.lost.clear();
    }

    /// A number that looks random (splitmix64).
    fn number(&mut self, below: usize) -> usize {
        self.numbers = self.numbers.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.numbers;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) >> 33).unwrap_or_default() % below
    }

    async fn ask(&mut self, request: RequestBuilder) -> Result<Outcome<Value>> {
        let asked = self.clock.tick();
        let answer = async { request.send().await?.json::<Value>().await }.await;
        let Ok(answer) = answer else {
            return Ok(Outcome::Lost(Call {
                asked,
                answered: None,
            }));
        };
        let answered = Some(self.clock.tick());
        let code = &answer["statusCode"];
        if code == 503 || answer["error"] == "temporarily_unavailable" {
            self.refused += 1;
            return Ok(Outcome::Refused);
        }
        let good = code == 200 || answer["access_token"].is_string();
        ensure!(good, "an answer that cannot be: {answer}");
        Ok(Outcome::Done(answer, Call { asked, answered }))
    }

    async fn sign_in(&mut self, url: &str) -> Result<bool> {
        let (user, application) = (self.number(USERS), self.number(APPLICATIONS));
        let body = json!({
            "connection": "PASSWORD",
            "passwordPayload": { "username": self.users[user].1, "password": PASSWORD },
            "client_id": self.applications[application],
            "options": { "scope": "openid offline_access" },
        });
        let request = self.http.post(format!("{url}/api/v3/signin")).json(&body);
        let (answer, call) = match self.ask(request).await? {
            Outcome::Done(answer, call) => (answer, call),
            Outcome::Refused => return Ok(true),
            Outcome::Lost(call) => {
                self.lost.push((user, application, call));
                return Ok(false);
            }
        };
        let token = |name: &str| answer["data"][name].as_str().map(str::to_owned);
        let refresh_token = token("refresh_token").context("no refresh_token")?;
        self.logins.push(Login {
            user,
            application,
            signed_in: call,
            access_token: token("access_token").context("no access_token")?,
            refresh_tokens: vec![(call, refresh_token)],
            lost_refresh: None,
            ends: Vec::new(),
        });
        Ok(true)
    }

    async fn refresh(&mut self, url: &str) -> Result<bool> {
        let good = |place: &usize| {
            let login = &self.logins[*place];
            login.ends.is_empty() && login.lost_refresh.is_none()
        };
        let good: Vec<_> = (0..self.logins.len()).filter(good).collect();
        if good.is_empty() {
            return self.sign_in(url).await;
        }
        let place = good[self.number(good.len())];
        let login = &self.logins[place];
        let (_, token) = login.refresh_tokens.last().context("no token")?;
        let request = refresh_request(
            &self.http,
            url,
            &self.applications[login.application],
            token,
        );
        match self.ask(request).await? {
            Outcome::Done(answer, call) => {
                let token = answer["refresh_token"].as_str();
                let token = token.context("no refresh_token")?.to_owned();
                self.logins[place].refresh_tokens.push((call, token));
            }
            Outcome::Refused => {}
            Outcome::Lost(call) => {
                self.logins[place].lost_refresh = Some(call);
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn kick(&mut self, url: &str, token: &str) -> Result<bool> {
        let (user, application) = (self.number(USERS), self.number(APPLICATIONS));
        self.kick_from(url, token, user, application).await
    }

    async fn kick_from(
        &mut self,
        url: &str,
        token: &str,
        user: usize,
        application: usize,
    ) -> Result<bool> {
        let (id, app) = (&self.users[user].0, &self.applications[application]);
        let body = json!({ "userId": id, "appIds": [app] });
        let is_meant = move |login: &Login| login.user == user && login.application == application;
        self.end(url, token, "kick-users", &body, is_meant).await
    }

    async fn end_all(&mut self, url: &str, token: &str) -> Result<bool> {
        let (user, application) = (self.number(USERS), self.number(APPLICATIONS));
        let verb = "end-all-sessions";
        match self.number(6) {
            0 => {
                let body = json!({ "scope": "pool" });
                self.end(url, token, verb, &body, |_| true).await
            }
            1 | 2 => {
                let app = &self.applications[application];
                let body = json!({ "scope": "application", "appId": app });
                let is_meant = move |login: &Login| login.application == application;
                self.end(url, token, verb, &body, is_meant).await
            }
            _ => {
                let body = json!({ "scope": "user", "userId": self.users[user].0 });
                let is_meant = move |login: &Login| login.user == user;
                self.end(url, token, verb, &body, is_meant).await
            }
        }
    }

    async fn end(
        &mut self,
        url: &str,
        token: &str,
        verb: &str,
        body: &Value,
        is_meant: impl Fn(&Login) -> bool,
    ) -> Result<bool> {
        let request = self.http.post(format!("{url}/api/v3/{verb}"));
        let request = request.bearer_auth(token).json(body);
        let (call, goes_on) = match self.ask(request).await? {
            Outcome::Done(_, call) => (call, true),
            Outcome::Refused => return Ok(true),
            Outcome::Lost(call) => (call, false),
        };
        let open = self.logins.iter_mut().filter(|login| login.is_open());
        for login in open.filter(|login| is_meant(login)) {
            login.ends.push(call);
        }
        Ok(goes_on)
    }
}

pub(super) fn refresh_request(
    http: &reqwest::Client,
    url: &str,
    application: &str,
    token: &str,
) -> RequestBuilder {
    http.post(format!("{url}/oidc/token")).form(&[
        ("grant_type", "refresh_token"),
        ("client_id", application),
        ("refresh_token", token),
    ])
}

/// A management token.
pub(super) async fn token(http: &reqwest::Client, url: &str, key: &Key) -> Result<String> {
    let body = json!({ "accessKeyId": key.id, "accessKeySecret": key.secret });
    let data = call(http, url, "", "get-management-token", &body).await?;
    let token = data["access_token"].as_str();
    Ok(token.context("no access_token")?.to_owned())
}

/// A call that must succeed; answers its `data`.
pub(super) async fn call(
    http: &reqwest::Client,
    url: &str,
    token: &str,
    verb: &str,
    body: &Value,
) -> Result<Value> {
    let mut request = http.post(format!("{url}/api/v3/{verb}")).json(body);
    if !token.is_empty() {
        request = request.bearer_auth(token);
    }
    let mut answer: Value = request.send().await?.json().await?;
    if answer["statusCode"] != 200 {
        bail!("{verb} was refused: {answer}");
    }
    Ok(answer["data"].take())
}
