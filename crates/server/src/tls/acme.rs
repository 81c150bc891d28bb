//! A certificate that the server obtains itself: ACME (RFC 8555), with the challenge
//! that is answered within TLS (RFC 8737), so that one open port is enough.

use super::{TlsError, provider};
use crate::config::AcmeSettings;
use futures_util::StreamExt as _;
use rustls::server::ResolvesServerCert;
use rustls::{ClientConfig, RootCertStore};
use rustls_acme::caches::DirCache;
use rustls_acme::{AcmeConfig, AcmeState, EventError, EventOk};
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The protocol that an authority asks for when it looks whether a name is ours
/// (RFC 8737 section 6.2). It is answered with the challenge's certificate and no other.
pub(super) const CHALLENGE: &[u8] = b"acme-tls/1";

/// Obtains a certificate, and a new one when a third of its time is left.
#[derive(Debug)]
pub(super) struct Keeper {
    state: AcmeState<io::Error>,
    folder: PathBuf,
}

impl Keeper {
    /// One that has asked nobody yet.
    pub(super) fn new(settings: &AcmeSettings, folder: &Path) -> Result<Self, TlsError> {
        let state = AcmeConfig::new_with_client_config(&settings.domains, client()?)
            .directory(&settings.directory)
            .contact(settings.contact.iter().map(|to| format!("mailto:{to}")))
            .cache(DirCache::new(folder.to_owned()))
            .state();
        Ok(Self {
            state,
            folder: folder.to_owned(),
        })
    }

    /// What has the certificate; until there is one, nobody can connect.
    pub(super) fn resolver(&self) -> Arc<dyn ResolvesServerCert> {
        self.state.resolver()
    }

    /// Looks after the certificate for as long as it is polled. After a failure it
    /// tries again, later each time; a certificate that there is stays meanwhile.
    pub(super) async fn keep(&mut self) {
        if let Err(error) = self.make_folder() {
            tracing::error!(%error, "certificates cannot be kept in {}", self.folder.display());
        }
        while let Some(event) = self.state.next().await {
            match event {
                Ok(EventOk::DeployedCachedCert) => tracing::info!("the kept certificate is used"),
                Ok(EventOk::DeployedNewCert) => tracing::info!("a new certificate is used"),
                Ok(EventOk::CertCacheStore | EventOk::AccountCacheStore) => {}
                Err(EventError::Order(error)) => {
                    tracing::error!(%error, "no certificate was obtained; it is tried again");
                }
                Err(error) => tracing::error!(%error, "a certificate was not kept or not read"),
            }
        }
    }

    /// Keys are in it.
    fn make_folder(&self) -> io::Result<()> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)
    }
}

/// Authorities are believed as everywhere: the machine's, or those of `SSL_CERT_FILE`.
fn client() -> Result<Arc<ClientConfig>, TlsError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::Impossible(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
