//! A running server: the sequence from settings to the last commit.

use super::background::Background;
use super::error::BootError;
use super::open::{DEFAULT_POOL_NAME, OpenStore, open};
use super::others::Others;
use super::place::Place;
use crate::browser::Forms;
use crate::clock::SystemClock;
use crate::config::{Config, HashingCost, PublicUrl};
use crate::console::{self, FirstRun};
use crate::egress::{Egress, EgressPolicy};
use crate::logout::Deliverer;
use crate::passwords::{Argon2Passwords, Cost};
use crate::router::front;
use crate::serve::{Bound, Patience, Stop};
use crate::state::{AppState, Node, Settings};
use crate::tls::Tls;
use crate::tokens::Tokens;
use crate::webhooks::WebhookDeliverer;
use rollcall_core::limits;
use rollcall_core::operations::Authority;
use rollcall_core::ports::maintenance::Progress;
use rollcall_core::time::{Clock, Timestamp};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// What is true once the server listens.
#[derive(Clone, Debug)]
pub struct Ready {
    /// Where it listens.
    pub address: SocketAddr,
    /// What clients call it.
    pub public_url: PublicUrl,
    /// Whether the store was made by this start: nobody has a key yet.
    pub made_store: bool,
    /// The code with which the first owner of the console is made, in the browser;
    /// none: there is one already, or no console.
    pub first_run: Option<FirstRun>,
    /// Whether it speaks TLS.
    pub tls: bool,
    /// Where metrics are read.
    pub metrics: Option<SocketAddr>,
    /// Where browsers are sent to HTTPS from.
    pub redirect: Option<SocketAddr>,
}

/// Serves until told to stop, and then until the last commit is on disk.
/// `ready` is called when peers can connect.
pub async fn serve(
    config: &Config,
    stop: Stop,
    ready: impl FnOnce(&Ready),
) -> Result<(), BootError> {
    // First of all: a port in use or a certificate that cannot be used leaves the
    // folder as it is.
    let bound = Bound::bind(config.listen)?;
    let others = Others::bind(config)?;
    let tls = config.tls.as_ref();
    let tls = tls
        .map(|source| Tls::load(source, &config.store.data))
        .transpose()?;
    let public_url = config.public_url_at(bound.address());
    warn_of_cheap_hashes(config, &public_url);
    let place = Place::of(&config.store);
    let folder = place.take_folder(&config.store)?;
    if matches!(place, Place::File(_)) && place.exists().await? {
        tokio::select! {
            () = next_second(&SystemClock) => {}
            () = stop.requested() => return Ok(()),
        }
    }
    let store = open(folder, &place, &config.store).await?;
    let made_store = store.store.first_pool().await?.is_none();
    if made_store {
        // Its root key's secret is known to nobody: it must not be in a log.
        store.make_pool(DEFAULT_POOL_NAME).await?;
    }
    let app = wire(config, &store, &public_url, &stop).await?;
    let background = background(&app, &store)?;
    let first_run = console::prepare(&app).await?;
    let watching = close_live_views(&app, &stop);
    let front = front(app.clone());
    let listening = bound.listen()?;
    let mut to_say = Ready {
        address: listening.address(),
        public_url: public_url.clone(),
        made_store,
        first_run,
        tls: tls.is_some(),
        metrics: None,
        redirect: None,
    };
    let others = others.serve(app, &public_url, tls.clone(), &mut to_say)?;
    ready(&to_say);
    let patience = Patience {
        drain_delay: config.drain_delay,
        grace: config.shutdown_grace,
    };
    let served = listening.serve(front, tls.as_ref(), stop, patience).await;
    watching.abort();
    others.end().await;
    background.stop().await;
    store.store.mark_clock().await?;
    // What was noted since the last tick. Not worth a failed stop.
    while let Ok(Progress { more: true, .. }) =
        store.store.record_key_uses(limits::KEY_USE_BATCH).await
    {}
    tracing::info!("stopped");
    served.map_err(BootError::Listener)
}

/// Whoever watches would hold up the stop for the whole grace.
fn close_live_views(app: &AppState, stop: &Stop) -> JoinHandle<()> {
    let (app, stop) = (app.clone(), stop.clone());
    tokio::spawn(async move {
        stop.requested().await;
        app.console.close();
    })
}

/// Whoever names receivers that are never found holds up others of their kind alone.
fn background(app: &AppState, store: &OpenStore) -> Result<Background, BootError> {
    let deliverer = Deliverer::new(
        app.first_attempts.clone(),
        Arc::new(app.clone()),
        Arc::new(app.egress.apart()?),
    );
    let webhooks = WebhookDeliverer::new(store.store.clone(), Arc::new(app.egress.apart()?));
    let metrics = &app.node.metrics;
    let deliverer = deliverer.counting(metrics.clone());
    let webhooks = webhooks.counting(metrics.clone());
    Ok(Background::start(
        &store.store,
        deliverer,
        webhooks,
        app.clone(),
    ))
}

async fn wire(
    config: &Config,
    store: &OpenStore,
    public_url: &PublicUrl,
    stop: &Stop,
) -> Result<AppState, BootError> {
    let cost = match config.password_hashing {
        HashingCost::Standard => Cost::STANDARD,
        HashingCost::Lowest => Cost::lowest(),
    };
    let authority = Authority {
        store: store.store.clone(),
        entropy: store.entropy.clone(),
        passwords: Arc::new(Argon2Passwords::new(&cost, store.entropy.clone())?),
    };
    let settings = Settings {
        public_url: public_url.as_str().to_owned(),
        trusted_proxies: config.trusted_proxies.clone(),
        console: config.has_console(public_url),
        explorer: config.explorer,
    };
    let tokens = Tokens::load(&authority, settings.issuer()).await?;
    let egress = Egress::new(EgressPolicy {
        allow: config.egress_allow.clone(),
        loopback: public_url.is_loopback(),
    })?;
    let forms = Forms::load(&authority).await?;
    let node = Node {
        stop: stop.clone(),
        metrics: Arc::default(),
    };
    Ok(AppState::of_node(
        authority, forms, tokens, settings, egress, node,
    ))
}

fn warn_of_cheap_hashes(config: &Config, public_url: &PublicUrl) {
    if config.password_hashing == HashingCost::Lowest && !public_url.is_loopback() {
        tracing::warn!(
            "PASSWORDS ARE HASHED AT THE LOWEST COST (password_hashing = lowest): whoever reads \
             this database can guess them. This is for tests alone; new hashes keep this cost \
             until each password is set again"
        );
    }
}

/// Waits for the next whole second of the wall clock. The nonces of signed
/// requests were forgotten with the former process, so the store refuses
/// signatures dated in a second before the one in which it was opened; opened
/// in a later second than the former process ended in, it refuses them all.
#[expect(
    clippy::disallowed_methods,
    reason = "it waits for an instant of the real clock, at most a second, once at start"
)]
async fn next_second(clock: &dyn Clock) {
    let taken = clock.now().as_seconds();
    let due = Timestamp::from_millis((taken + 1).saturating_mul(1000));
    // Again, should the clock be set back meanwhile: but never for long.
    for _ in 0..2 {
        let left = due.since(clock.now()).as_millis();
        let left = Duration::from_millis(u64::try_from(left).unwrap_or_default());
        tokio::time::sleep(left.min(Duration::from_secs(1))).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    /// A clock that runs with the runtime's, which a test lets jump.
    struct RuntimeClock {
        begun: Instant,
        at: i64,
    }

    impl Clock for RuntimeClock {
        fn now(&self) -> Timestamp {
            let passed = i64::try_from(self.begun.elapsed().as_millis()).unwrap();
            Timestamp::from_millis(self.at + passed)
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the runtime's clock is paused")]
    #[tokio::test(start_paused = true)]
    async fn a_restart_waits_into_the_next_second_and_no_longer() {
        for (at, until) in [(5_250, 6_000), (5_000, 6_000), (5_999, 6_000)] {
            let begun = Instant::now();
            let clock = RuntimeClock { begun, at };
            next_second(&clock).await;
            let waited = clock.now().as_millis() - until;
            assert!((0..=2).contains(&waited), "from {at}: {waited} ms too late");
        }
    }
}
