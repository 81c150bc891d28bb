//! The load: clients that do one thing after the other, each call recorded.

use super::actions::{CALLBACK, GOODBYE};
use super::client::{Http, Reply, Said, Sent, send};
use super::judge::Record;
use super::known::Known;
use super::model::{self, Answer, App, Call, Name, Op};
use anyhow::{Context as _, Result};
use fastrand::Rng;
use parking_lot::{Mutex, MutexGuard, RwLock};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Instant;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// An application, as its own server knows it.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) secret: String,
}

/// A person that things are done to.
pub(super) struct Subject {
    /// In records.
    number: u32,
    pub(super) id: String,
    pub(super) username: String,
    pub(super) password: String,
    known: Mutex<Known>,
}

impl Subject {
    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock()
    }
}

/// What all clients share.
pub(super) struct World {
    pub(super) http: Http,
    key: Value,
    token: RwLock<String>,
    applications: Vec<Client>,
    names: AtomicU32,
    start: Instant,
}

impl World {
    /// Makes the applications, and sets the limits that the model has.
    #[expect(
        clippy::disallowed_methods,
        reason = "the clock that calls are put in order by"
    )]
    pub(super) async fn prepare(http: Http, key: &Value, rng: &mut Rng) -> Result<Self> {
        let mut world = Self {
            http,
            key: key.clone(),
            token: RwLock::default(),
            applications: Vec::new(),
            names: AtomicU32::new(1),
            start: Instant::now(),
        };
        world.authenticate(rng).await?;
        let policy =
            |most: usize| json!({ "maxSessionsPerUser": most, "sessionLimitAction": "end_oldest" });
        let settings = json!({ "sessionPolicy": policy(model::SESSIONS_PER_USER) });
        world
            .manage("update-security-settings", &settings, rng)
            .await?;
        for app in 0..model::APPLICATIONS {
            let (limited, most) = model::LOGINS_PER_USER;
            let most = if app == limited { most } else { 0 };
            let settings = json!({
                "appName": format!("Application {app}"),
                "redirectUris": [CALLBACK],
                "logoutRedirectUris": [GOODBYE],
                "sessionPolicy": policy(most),
            });
            let made = world.manage("create-application", &settings, rng).await?;
            let id = made["appId"].as_str().context("no appId")?.to_owned();
            let path = format!("/api/v3/get-application-secret?appId={id}");
            let request = world.http.request(Method::GET, &path, rng);
            let secret = world.told(request).await?;
            let secret = secret["secret"].as_str().context("no secret")?.to_owned();
            world.applications.push(Client { id, secret });
        }
        Ok(world)
    }

    /// Gets a management token: they are good for two hours, and a run may be longer.
    pub(super) async fn authenticate(&self, rng: &mut Rng) -> Result<()> {
        let login = json!({
            "accessKeyId": self.key["accessKeyId"],
            "accessKeySecret": self.key["accessKeySecret"],
        });
        let answer = self.manage("get-management-token", &login, rng).await?;
        let token = answer["access_token"].as_str().context("no token")?;
        token.clone_into(&mut self.token.write());
        Ok(())
    }

    /// The management token.
    pub(super) fn token(&self) -> String {
        self.token.read().clone()
    }

    /// So many people, of whom nothing is known yet. Each is another partition of the
    /// history, so a round has people of its own and its histories stay short.
    pub(super) async fn people(
        &self,
        first: u32,
        count: u32,
        rng: &mut Rng,
    ) -> Result<Vec<Subject>> {
        let mut people = Vec::new();
        for number in first..first + count {
            let username = format!("person-{number}");
            let password = format!("correct horse {number}");
            let user = json!({ "username": username, "password": password });
            let made = self.manage("create-user", &user, rng).await?;
            let id = made["userId"].as_str().context("no userId")?.to_owned();
            let known = Mutex::default();
            people.push(Subject {
                number,
                id,
                username,
                password,
                known,
            });
        }
        Ok(people)
    }

    async fn manage(&self, verb: &str, body: &Value, rng: &mut Rng) -> Result<Value> {
        let path = format!("/api/v3/{verb}");
        let request = self.http.request(Method::POST, &path, rng).json(body);
        self.told(request).await
    }

    /// A call before the load, which must succeed.
    async fn told(&self, request: RequestBuilder) -> Result<Value> {
        let request = match self.token().as_str() {
            "" => request,
            token => request.bearer_auth(token),
        };
        match send(request).await? {
            Sent::Answered(reply) => match reply.v3()? {
                Said::Data(data) => Ok(data),
                Said::Lost => anyhow::bail!("a 5xx before the load began: {}", reply.body),
            },
            Sent::Nowhere | Sent::Lost => anyhow::bail!("no answer before the load began"),
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the clock that calls are put in order by"
    )]
    fn now(&self) -> i64 {
        i64::try_from(self.start.elapsed().as_nanos()).unwrap_or(i64::MAX)
    }
}

/// One client.
pub(super) struct Actor<'a> {
    pub(super) world: &'a World,
    pub(super) rng: Rng,
    number: u32,
    records: Vec<Record>,
}

impl Actor<'_> {
    pub(super) fn app(&self, app: App) -> &Client {
        &self.world.applications[usize::from(app)]
    }

    /// A name that nothing has.
    pub(super) fn fresh(&self) -> Name {
        self.world.names.fetch_add(1, Ordering::Relaxed)
    }

    /// Makes a call, reads its answer and records both. What was not sent is no call.
    pub(super) async fn call(
        &mut self,
        user: &Subject,
        call: Call,
        request: RequestBuilder,
        read: impl Fn(&Reply) -> Result<Answer>,
    ) -> Result<(Answer, Option<Reply>)> {
        let began = self.world.now();
        let sent = send(request).await?;
        let ended = self.world.now();
        let (answer, reply) = match sent {
            Sent::Nowhere => return Ok((Answer::Unknown, None)),
            Sent::Lost => (Answer::Unknown, None),
            Sent::Answered(reply) => (
                read(&reply).with_context(|| format!("{call:?}"))?,
                Some(reply),
            ),
        };
        // A question without an answer says nothing and changes nothing.
        if !(answer == Answer::Unknown && matches!(call, Call::Check { .. })) {
            self.records.push(Record {
                user: user.number,
                client: self.number,
                began,
                ended,
                op: Op { call, answer },
            });
        }
        Ok((answer, reply))
    }
}

/// How many actions are taken, and how far that has got.
pub(super) struct Progress {
    left: AtomicU64,
    done: watch::Sender<u64>,
}

impl Progress {
    pub(super) fn of(actions: u64) -> Self {
        Self {
            left: AtomicU64::new(actions),
            done: watch::Sender::new(0),
        }
    }

    /// Whether there is one more to do.
    fn take(&self) -> bool {
        let less = |left: u64| left.checked_sub(1);
        self.left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less)
            .is_ok()
    }

    /// Returns when so many are done.
    pub(super) async fn reached(&self, count: u64) {
        // The sender is ours: it is not gone while we wait.
        let _ = self.done.subscribe().wait_for(|done| *done >= count).await;
    }
}

/// Runs the clients until all actions are taken; answers what they recorded.
pub(super) async fn drive(
    world: Arc<World>,
    people: Arc<Vec<Subject>>,
    progress: Arc<Progress>,
    clients: u32,
    rng: &mut Rng,
) -> Result<Vec<Record>> {
    let mut running = JoinSet::new();
    for number in 0..clients {
        let (world, people) = (world.clone(), people.clone());
        let (progress, rng) = (progress.clone(), rng.fork());
        running.spawn(async move {
            let mut actor = Actor {
                world: &world,
                rng,
                number,
                records: Vec::new(),
            };
            while progress.take() {
                let user = &people[actor.rng.usize(..people.len())];
                let answered = actor.act(user).await;
                progress.done.send_modify(|done| *done += 1);
                if !answered? {
                    // Not a storm of calls with unknown answers, which tell little and cost
                    // the judge much.
                    actor.world.http.until_ready(&mut actor.rng).await?;
                }
            }
            anyhow::Ok(actor.records)
        });
    }
    let mut history = Vec::new();
    while let Some(records) = running.join_next().await {
        history.extend(records??);
    }
    Ok(history)
}
