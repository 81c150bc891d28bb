//! A server for one test: the production wiring over a store of its own ([`place`]
//! says where), with a clock that the test moves, randomness that is the same in each
//! run, and no sockets.

#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test program uses its own part, and a test fails by panicking"
)]

mod answer;
mod contract;
mod hasher;
mod person;
mod place;
mod time_and_chance;

pub use answer::Answer;
pub use contract::Contract;
pub use hasher::Hasher;
pub use person::{PASSWORD, Person};
use place::Place;
pub use time_and_chance::{ManualClock, SeededEntropy};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Method, Request};
use http_body_util::BodyExt as _;
use rollcall_core::ids::{AccessKeyId, PoolId};
use rollcall_core::model::access_key::{AccessKey, KeyLabels, Permission, Permissions};
use rollcall_core::model::event::Origin;
use rollcall_core::model::policy::{ConcurrencyLimit, SessionLimits};
use rollcall_core::model::pool::{DEFAULT_COUNTRY_CODE, NewPool, Pool};
use rollcall_core::model::signing_key::SigningKey;
use rollcall_core::operations::Authority;
use rollcall_core::ports::passwords::HashingPlace;
use rollcall_core::secret::Secret;
use rollcall_core::time::{Clock as _, Span};
use rollcall_server::browser::Forms;
use rollcall_server::egress::{Egress, EgressPolicy};
use rollcall_server::front::Connected;
use rollcall_server::passwords::{Argon2Passwords, Cost};
use rollcall_server::router::{front, router};
use rollcall_server::state::{AppState, Settings};
use rollcall_server::tokens::Tokens;
use rollcall_store::{MasterKey, OpenOptions, SqlStore};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::OnceCell;
use tower::Service as _;

/// What clients reach the server as.
pub const PUBLIC_URL: &str = "http://127.0.0.1:7250";

/// Where requests come from unless a test says otherwise.
pub const PEER: &str = "192.0.2.1:50000";

/// Making an RSA key takes longer than most tests: the first server of a test
/// program makes the keys of all.
static SIGNING_KEYS: OnceCell<Vec<SigningKey>> = OnceCell::const_new();

/// A server, and the pool that most tests need.
pub struct TestServer {
    pub authority: Authority,
    /// The same hasher, to see who waits for it.
    pub hasher: Arc<Hasher>,
    /// The same store, to take it away.
    pub store: SqlStore,
    pub clock: Arc<ManualClock>,
    pub entropy: Arc<SeededEntropy>,
    /// The root key of the first pool.
    pub root: Key,
    /// What the routes work with.
    pub app: AppState,
    router: Router,
    place: Place,
    public_url: &'static str,
}

/// An access key, as its holder has it.
#[derive(Clone, Debug)]
pub struct Key {
    pub pool: PoolId,
    pub id: AccessKeyId,
    pub secret: Secret,
    /// A management token.
    pub token: String,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::start_at(PUBLIC_URL).await
    }

    /// One that is reached under this URL.
    pub async fn start_at(public_url: &'static str) -> Self {
        let place = Place::new();
        let clock = Arc::new(ManualClock::default());
        let entropy = Arc::new(SeededEntropy::default());
        let (authority, hasher, store) = open(&place, &clock, &entropy);
        let (pool, id, secret) = make_pool(&authority, "first").await;
        let app = app_over(&authority, public_url).await;
        let router = router(app.clone());
        let mut server = Self {
            authority,
            hasher,
            store,
            clock,
            entropy,
            root: Key {
                pool,
                id,
                secret,
                token: String::new(),
            },
            app,
            router,
            place,
            public_url,
        };
        server.root = server.with_token(server.root.clone()).await;
        server
    }

    /// Stopped, and started again on the same store.
    pub async fn restarted(self) -> Self {
        let Self {
            authority,
            hasher,
            store,
            clock,
            entropy,
            root,
            app,
            router: former,
            place,
            public_url,
        } = self;
        drop((former, app, authority, hasher, store));
        let (authority, hasher, store) = open(&place, &clock, &entropy);
        let app = app_over(&authority, public_url).await;
        let router = router(app.clone());
        Self {
            authority,
            hasher,
            store,
            clock,
            entropy,
            root,
            app,
            router,
            place,
            public_url,
        }
    }

    /// Another node over the same store, as it starts now.
    pub async fn another_node(&self) -> Router {
        router(app_over(&self.authority, self.public_url).await)
    }

    /// Another node, and what it answers a peer with: all of what a listener serves.
    pub async fn another_front(&self) -> Connected {
        let app = app_over(&self.authority, self.public_url).await;
        let Ok(connected) = front(app).call(PEER.parse().unwrap()).await;
        connected
    }

    /// That node answers from now on, and ours takes its place.
    pub fn switch(&mut self, node: &mut Router) {
        std::mem::swap(&mut self.router, node);
    }

    /// The store's log of changes: another one after each commit that changes anything.
    pub fn log_of_changes(&self) -> Vec<u8> {
        self.place.log_of_changes()
    }

    /// All places at the hasher, once everybody who was there before has left:
    /// until they are dropped, whoever has a password to show waits.
    pub async fn hold_hasher(&self) -> Vec<Box<dyn HashingPlace>> {
        // Who has just been let go on comes first.
        tokio::task::yield_now().await;
        let mut places = Vec::new();
        for _ in 0..std::thread::available_parallelism().unwrap().get() {
            places.push(self.authority.passwords.place().await.unwrap());
        }
        places
    }

    /// Another pool; the key is its root key.
    pub async fn add_pool(&self) -> Key {
        let (pool, id, secret) = make_pool(&self.authority, "another").await;
        let token = String::new();
        let key = Key {
            pool,
            id,
            secret,
            token,
        };
        self.with_token(key).await
    }

    /// A key of the first pool that may do this alone.
    pub async fn key_with(&self, permissions: &[Permission]) -> Key {
        self.new_key(permissions.iter().copied().collect()).await
    }

    /// A key of the first pool that may do everything but this.
    pub async fn key_without(&self, permission: Permission) -> Key {
        let others = Permission::ALL.iter().copied();
        self.new_key(others.filter(|other| *other != permission).collect())
            .await
    }

    async fn new_key(&self, permissions: Permissions) -> Key {
        let secret = Secret::generate(&*self.entropy);
        let key = AccessKey {
            id: AccessKeyId::generate(self.clock.now(), &*self.entropy),
            pool: self.root.pool,
            secret: secret.clone(),
            permissions,
            enabled: true,
            secret_version: 1,
            created_at: self.clock.now(),
            last_used_at: None,
            labels: KeyLabels::default(),
        };
        let (pool, id) = (key.pool, key.id);
        let store = &self.authority.store;
        store
            .create_access_key(key, Origin::system())
            .await
            .unwrap();
        let token = String::new();
        let key = Key {
            pool,
            id,
            secret,
            token,
        };
        self.with_token(key).await
    }

    /// The key with a management token of the present instant.
    pub async fn with_token(&self, key: Key) -> Key {
        let body = json!({
            "accessKeyId": key.id.to_string(),
            "accessKeySecret": key.secret.reveal(),
        });
        let answer = self
            .send(post_json("/api/v3/get-management-token", &body))
            .await;
        let token = answer.data()["access_token"].as_str().unwrap().to_owned();
        Key { token, ..key }
    }

    /// Time passes, by seconds.
    pub fn pass(&self, seconds: i64) {
        self.clock.advance(Span::from_seconds(seconds));
    }

    /// A V3 `POST` as the root key.
    pub async fn post(&self, verb: &str, body: Value) -> Answer {
        self.post_as(&self.root, verb, body).await
    }

    /// A V3 `GET` as the root key; the query as pairs.
    pub async fn get(&self, verb: &str, query: &[(&str, &str)]) -> Answer {
        self.get_as(&self.root, verb, query).await
    }

    /// A V3 `POST` with this key's token.
    pub async fn post_as(&self, key: &Key, verb: &str, body: Value) -> Answer {
        let request = post_json(&format!("/api/v3/{verb}"), &body);
        self.send(bearer(request, &key.token)).await
    }

    /// A V3 `GET` with this key's token.
    pub async fn get_as(&self, key: &Key, verb: &str, query: &[(&str, &str)]) -> Answer {
        let request = get(&format!("/api/v3/{verb}"), query);
        self.send(bearer(request, &key.token)).await
    }

    /// Any request, from [`PEER`] unless it says otherwise.
    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        let extensions = request.extensions_mut();
        if extensions.get::<ConnectInfo<SocketAddr>>().is_none() {
            extensions.insert(ConnectInfo::<SocketAddr>(PEER.parse().unwrap()));
        }
        // A router is always ready.
        let Ok(response) = self.router.clone().call(request).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer::new(parts.status, parts.headers, &body)
    }
}

/// A `POST` of JSON.
pub fn post_json(path: &str, body: &Value) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap()
}

/// A `POST` of a form.
pub fn post_form(path: &str, form: &[(&str, &str)]) -> Request<Body> {
    Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(encoded(form)))
        .unwrap()
}

/// A `GET`.
pub fn get(path: &str, query: &[(&str, &str)]) -> Request<Body> {
    let uri = match encoded(query) {
        query if query.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    };
    Request::builder()
        .method(Method::GET)
        .uri(uri)
        .body(Body::empty())
        .unwrap()
}

/// The request with a header more.
pub fn with_header(mut request: Request<Body>, name: &'static str, value: &str) -> Request<Body> {
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

/// The request with a bearer token.
pub fn bearer(request: Request<Body>, token: &str) -> Request<Body> {
    with_header(request, "authorization", &format!("Bearer {token}"))
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// The store of a place, and what works with it.
fn open(
    place: &Place,
    clock: &Arc<ManualClock>,
    entropy: &Arc<SeededEntropy>,
) -> (Authority, Arc<Hasher>, SqlStore) {
    let options = OpenOptions {
        master_key: MasterKey::parse(&[7; 32]).unwrap(),
        clock: clock.clone(),
        entropy: entropy.clone(),
        accept_earlier_clock: false,
    };
    let store = place.open(options).unwrap();
    let passwords = Argon2Passwords::new(&Cost::lowest(), entropy.clone()).unwrap();
    let hasher = Arc::new(Hasher::over(passwords));
    let authority = Authority {
        store: Arc::new(store.clone()),
        entropy: entropy.clone(),
        passwords: hasher.clone(),
    };
    (authority, hasher, store)
}

async fn app_over(authority: &Authority, public_url: &str) -> AppState {
    let settings = Settings {
        public_url: public_url.to_owned(),
        trusted_proxies: Vec::new(),
        console: true,
        explorer: true,
    };
    let tokens = tokens(authority, &settings).await;
    let egress = Egress::new(EgressPolicy {
        allow: Vec::new(),
        loopback: true,
    });
    let forms = Forms::load(authority).await.unwrap();
    AppState::new(authority.clone(), forms, tokens, settings, egress.unwrap())
}

async fn tokens(authority: &Authority, settings: &Settings) -> Tokens {
    for key in SIGNING_KEYS.get().into_iter().flatten() {
        let store = &authority.store;
        store.add_first_signing_key(key.clone()).await.unwrap();
    }
    let tokens = Tokens::load(authority, settings.issuer()).await.unwrap();
    let stored = || async { authority.store.signing_keys().await.unwrap() };
    SIGNING_KEYS.get_or_init(stored).await;
    tokens
}

async fn make_pool(authority: &Authority, name: &str) -> (PoolId, AccessKeyId, Secret) {
    let now = authority.store.now();
    let id = PoolId::generate(now, &*authority.entropy);
    let root_secret = Secret::generate(&*authority.entropy);
    let new = NewPool {
        pool: Pool {
            id,
            name: name.to_owned(),
            created_at: now,
            session_limits: SessionLimits::default(),
            session_limit: ConcurrencyLimit::default(),
            cookie_ends_with_browser: false,
            default_country_code: DEFAULT_COUNTRY_CODE.to_owned(),
            registration_open: false,
        },
        root_secret: root_secret.clone(),
    };
    let store = &authority.store;
    store.create_pool(new, Origin::system()).await.unwrap();
    (id, id.root_key(), root_secret)
}
