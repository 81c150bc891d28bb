//! What a node listens on besides: metrics, and redirects to HTTPS.

use super::error::BootError;
use super::node::Ready;
use crate::config::{Config, PublicUrl};
use crate::serve::{Bound, Patience, Stop};
use crate::state::AppState;
use crate::tls::Tls;
use crate::{metrics, redirect};
use axum::Router;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;

/// Nobody waits for an answer of theirs that takes long.
const PATIENCE: Patience = Patience {
    drain_delay: Duration::ZERO,
    grace: Duration::from_secs(1),
};

/// Listeners that have their addresses and do not listen yet.
pub(super) struct Others {
    metrics: Option<Bound>,
    redirect: Option<Bound>,
}

/// Listeners that serve, and whoever looks after the certificate.
pub(super) struct ServingOthers {
    stop: Stop,
    tasks: JoinSet<()>,
    /// Ends by being dropped: it holds nothing that must be finished.
    _certificate: JoinSet<()>,
}

impl Others {
    /// Takes their addresses.
    pub(super) fn bind(config: &Config) -> Result<Self, BootError> {
        Ok(Self {
            metrics: config.metrics_listen.map(Bound::bind).transpose()?,
            redirect: config.redirect_listen.map(Bound::bind).transpose()?,
        })
    }

    /// Serves, and notes where.
    pub(super) fn serve(
        self,
        app: AppState,
        public_url: &PublicUrl,
        tls: Option<Tls>,
        ready: &mut Ready,
    ) -> Result<ServingOthers, BootError> {
        let stop = Stop::default();
        let mut tasks = JoinSet::new();
        if let Some(bound) = self.metrics {
            let router = metrics::router(app);
            ready.metrics = Some(begin(&mut tasks, bound, router, &stop)?);
        }
        if let Some(bound) = self.redirect {
            let router = redirect::router(public_url);
            ready.redirect = Some(begin(&mut tasks, bound, router, &stop)?);
        }
        let mut certificate = JoinSet::new();
        // SIGHUP would end the process if nobody followed it.
        let mut hangup = signal(SignalKind::hangup()).map_err(BootError::Listener)?;
        match tls {
            Some(tls) => certificate.spawn(tls.follow(hangup)),
            None => certificate.spawn(async move {
                while hangup.recv().await.is_some() {
                    tracing::info!("SIGHUP: there is no certificate to read again");
                }
            }),
        };
        Ok(ServingOthers {
            stop,
            tasks,
            _certificate: certificate,
        })
    }
}

fn begin(
    tasks: &mut JoinSet<()>,
    bound: Bound,
    router: Router,
    stop: &Stop,
) -> Result<SocketAddr, BootError> {
    let listening = bound.listen()?;
    let (address, stop) = (listening.address(), stop.clone());
    tasks.spawn(async move {
        if let Err(error) = listening.serve(router, None, stop, PATIENCE).await {
            tracing::error!(%error, %address, "a listener failed");
        }
    });
    Ok(address)
}

impl ServingOthers {
    /// Ends them, after the listener of users: the end is watched too.
    pub(super) async fn end(mut self) {
        self.stop.request();
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a listener broke off");
            }
        }
    }
}
