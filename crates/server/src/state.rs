//! What every handler works with.

use crate::browser::Forms;
use crate::console::ConsoleDoor;
use crate::egress::Egress;
use crate::health::LastProbe;
use crate::logout::FirstAttempts;
use crate::metrics::Metrics;
use crate::middleware::{BodyBudget, RequestIds, Surroundings};
use crate::oidc::logo::Logos;
use crate::stop::Stop;
use crate::tokens::Tokens;
use ipnet::IpNet;
use rollcall_core::limits;
use rollcall_core::operations::Authority;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What the outside world knows this server as, and whom it believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Scheme, host and port under which clients reach us, without a path or a
    /// trailing slash: `http://127.0.0.1:7250`.
    pub public_url: String,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether the console is served.
    pub console: bool,
    /// Whether there is a page to try calls.
    pub explorer: bool,
}

impl Settings {
    /// The issuer of every token, and where discovery begins.
    pub fn issuer(&self) -> String {
        format!("{}/oidc", self.public_url)
    }

    /// Whether people reach us over TLS.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// The process that serves: how far it has come, and what it counts.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// Whether it is to end.
    pub stop: Stop,
    /// Its counters.
    pub metrics: Arc<Metrics>,
}

/// The state behind all routes. A clone is another reference to the same.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

/// The parts of [`AppState`], which dereferences to them.
pub struct Parts {
    /// What operations work with.
    pub authority: Authority,
    /// Tokens of forms.
    pub forms: Forms,
    /// Signing and verifying.
    pub tokens: Tokens,
    /// Names and trust.
    pub settings: Arc<Settings>,
    /// What is needed around every request.
    pub(crate) surroundings: Surroundings,
    /// The way out to other servers, for calls that somebody waits for.
    pub egress: Egress,
    /// Who waits for applications to be told of ends.
    pub first_attempts: FirstAttempts,
    /// What `/readyz` last found.
    pub(crate) last_probe: LastProbe,
    /// Logos that were fetched.
    pub(crate) logos: Logos,
    /// The process that serves.
    pub node: Node,
    /// Places for calls of webhooks that administrators make.
    pub(crate) triggers: Semaphore,
    /// The first run of the console, and who watches it live.
    pub console: ConsoleDoor,
}

impl AppState {
    /// Puts the parts together.
    pub fn new(
        authority: Authority,
        forms: Forms,
        tokens: Tokens,
        settings: Settings,
        egress: Egress,
    ) -> Self {
        let node = Node::default();
        Self::of_node(authority, forms, tokens, settings, egress, node)
    }

    /// The same for a process that ends by signals and is watched.
    pub fn of_node(
        authority: Authority,
        forms: Forms,
        tokens: Tokens,
        settings: Settings,
        egress: Egress,
        node: Node,
    ) -> Self {
        let first_attempts = FirstAttempts::new(Arc::clone(&authority.store));
        let settings = Arc::new(settings);
        let surroundings = Surroundings {
            entropy: Arc::clone(&authority.entropy),
            request_ids: RequestIds::new(Arc::clone(&authority.entropy)),
            settings: Arc::clone(&settings),
            bodies: BodyBudget::default(),
            node: node.clone(),
        };
        Self(Arc::new(Parts {
            authority,
            forms,
            tokens,
            settings,
            surroundings,
            egress,
            first_attempts,
            last_probe: LastProbe::default(),
            logos: Logos::default(),
            node,
            triggers: Semaphore::new(limits::MAX_TRIGGERS_AT_ONCE),
            console: ConsoleDoor::default(),
        }))
    }
}

impl Deref for AppState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl fmt::Debug for AppState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppState")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
