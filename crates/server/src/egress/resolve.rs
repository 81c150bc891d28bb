//! From a name to the addresses that may be connected to. The connection is made
//! to exactly those: there is no second look-up that could say something else.

use super::address::EgressPolicy;
use crate::config::is_loopback_host;
use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rollcall_core::limits;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;
use tokio::sync::Semaphore;
use url::Host;

/// Where the addresses of a name come from.
#[async_trait]
pub trait Lookup: Send + Sync {
    /// All addresses of a name.
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// The system's resolver.
#[derive(Debug)]
pub(super) struct System {
    places: Arc<Semaphore>,
}

impl Default for System {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(limits::MAX_NAME_LOOKUPS)),
        }
    }
}

#[async_trait]
impl Lookup for System {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let places = Arc::clone(&self.places);
        let place = places.acquire_owned().await.map_err(io::Error::other)?;
        let name = name.to_owned();
        let found = tokio::task::spawn_blocking(move || {
            // Who has given up waiting leaves the thread at work all the same.
            let _place = place;
            let found = (name.as_str(), 0).to_socket_addrs()?;
            Ok(found.map(|address| address.ip()).collect())
        });
        found.await.map_err(io::Error::other)?
    }
}

/// Why a name has no address for us. It travels through the HTTP client.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub(super) enum NoAddress {
    #[error("the name has no address")]
    Unknown,
    #[error("none of the name's addresses may be reached")]
    Refused,
}

/// Names, seen through the policy.
pub(super) struct Guarded {
    pub(super) policy: Arc<EgressPolicy>,
    pub(super) lookup: Arc<dyn Lookup>,
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let policy = Arc::clone(&self.policy);
        let lookup = Arc::clone(&self.lookup);
        Box::pin(async move {
            let permitted = permitted(&policy, &*lookup, name.as_str()).await?;
            // The port is the URL's.
            let addresses = permitted.into_iter().map(|ip| SocketAddr::new(ip, 0));
            let addresses: Addrs = Box::new(addresses);
            Ok(addresses)
        })
    }
}

/// The addresses of a name that may be reached; never none.
async fn permitted(
    policy: &EgressPolicy,
    lookup: &dyn Lookup,
    name: &str,
) -> Result<Vec<IpAddr>, NoAddress> {
    let mut addresses = addresses(lookup, name).await.map_err(|error| {
        tracing::debug!(%error, "a name was not resolved");
        NoAddress::Unknown
    })?;
    if addresses.is_empty() {
        return Err(NoAddress::Unknown);
    }
    addresses.retain(|address| policy.permits(*address));
    if addresses.is_empty() {
        return Err(NoAddress::Refused);
    }
    Ok(addresses)
}

/// RFC 6761 section 6.3: names of loopback are resolved without asking anybody,
/// so that no name server can say that they are somewhere else.
async fn addresses(lookup: &dyn Lookup, name: &str) -> io::Result<Vec<IpAddr>> {
    if is_loopback_host(&Host::Domain(name)) {
        return Ok(vec![
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(Ipv6Addr::LOCALHOST),
        ]);
    }
    lookup.addresses(name).await
}
