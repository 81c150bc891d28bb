//! TLS of the listener: a certificate from files, read again when they change, or one
//! that is obtained.

mod acme;

use crate::config::{TlsFiles, TlsSource};
use axum_server::tls_rustls::RustlsConfig;
use rollcall_core::limits;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WantsServerCert;
use rustls::{ConfigBuilder, ServerConfig};
use std::fs;
use std::io::{self, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::Signal;
use tokio::sync::Mutex;
use tokio::time::{MissedTickBehavior, interval};

/// How often the files are looked at. A renewal comes weeks before it is needed.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Where a certificate that was obtained is kept, in the data folder.
const ACME_FOLDER: &str = "acme";

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is longer than any chain of certificates.
    #[error("{} is larger than {max} bytes", .0.display(), max = limits::MAX_TLS_FILE_BYTES)]
    TooLarge(PathBuf),
    /// The chain's file has none.
    #[error("{} holds no certificate in PEM", .0.display())]
    NoCertificate(PathBuf),
    /// The key's file has none.
    #[error("{} holds no private key in PEM that is not encrypted", .0.display())]
    NoKey(PathBuf),
    /// The library does not do it.
    #[error("TLS cannot be set up: {0}")]
    Impossible(String),
    /// They do not go together, or are of a kind that TLS does not use.
    #[error("{} and {} cannot be used together: {reason}", cert.display(), key.display())]
    Unusable {
        /// The chain.
        cert: PathBuf,
        /// The key.
        key: PathBuf,
        /// Why.
        reason: String,
    },
}

/// The TLS of a listener. Clones share it.
#[derive(Clone, Debug)]
pub struct Tls {
    config: RustlsConfig,
    source: Source,
}

/// Where the certificate comes from, later too.
#[derive(Clone, Debug)]
enum Source {
    Files(Files),
    Acme(Arc<Mutex<acme::Keeper>>),
}

impl Tls {
    /// Reads the files, or gets ready to obtain a certificate and keep it below `data`.
    pub fn load(source: &TlsSource, data: &Path) -> Result<Self, TlsError> {
        match source {
            TlsSource::Files(files) => {
                let config = RustlsConfig::from_config(read(files)?);
                let source = Source::Files(Files {
                    files: files.clone(),
                    config: config.clone(),
                });
                Ok(Self { config, source })
            }
            TlsSource::Acme(settings) => {
                let keeper = acme::Keeper::new(settings, &data.join(ACME_FOLDER))?;
                let impossible = |error: rustls::Error| TlsError::Impossible(error.to_string());
                let mut config = builder()
                    .map_err(impossible)?
                    .with_cert_resolver(keeper.resolver());
                // Last: who offers another protocol as well is no authority.
                config.alpn_protocols = [protocols(), vec![acme::CHALLENGE.to_vec()]].concat();
                Ok(Self {
                    config: RustlsConfig::from_config(Arc::new(config)),
                    source: Source::Acme(Arc::new(Mutex::new(keeper))),
                })
            }
        }
    }

    pub(crate) fn config(&self) -> RustlsConfig {
        self.config.clone()
    }

    /// Keeps the certificate what it should be, for as long as it is polled.
    pub(crate) async fn follow(self, mut hangup: Signal) {
        match self.source {
            Source::Files(files) => files.follow(hangup).await,
            Source::Acme(keeper) => {
                let mut keeper = keeper.lock().await;
                let told = async {
                    while hangup.recv().await.is_some() {
                        tracing::info!("SIGHUP: the certificate is no file to read again");
                    }
                };
                tokio::join!(keeper.keep(), told);
            }
        }
    }
}

/// A certificate that somebody else renews.
#[derive(Clone, Debug)]
struct Files {
    files: TlsFiles,
    config: RustlsConfig,
}

impl Files {
    /// Reads the files again. Connections that are open keep what they have; an
    /// error leaves everything as it is.
    fn reload(&self) -> Result<(), TlsError> {
        self.config.reload_from_config(read(&self.files)?);
        Ok(())
    }

    /// Reads the files again on SIGHUP and when they have changed, for as long as it
    /// is polled.
    async fn follow(self, mut hangup: Signal) {
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut seen = self.stamps();
        loop {
            let asked = tokio::select! {
                _ = hangup.recv() => true,
                _ = looks.tick() => false,
            };
            let now = self.stamps();
            if !asked && now == seen {
                continue;
            }
            seen = now;
            match self.reload() {
                Ok(()) => tracing::info!("the certificate was read again"),
                Err(error) => {
                    tracing::error!(%error, "the certificate stays what it was");
                }
            }
        }
    }

    /// What changes with the files: also a link that points elsewhere, as container
    /// platforms renew them.
    fn stamps(&self) -> [Option<(u64, i64, i64, u64)>; 2] {
        [&self.files.cert, &self.files.key].map(|path| {
            let found = fs::metadata(path).ok()?;
            Some((found.ino(), found.mtime(), found.mtime_nsec(), found.len()))
        })
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// All but the certificate.
fn builder() -> Result<ConfigBuilder<ServerConfig, WantsServerCert>, rustls::Error> {
    let builder = ServerConfig::builder_with_provider(provider());
    let builder = builder.with_safe_default_protocol_versions()?;
    Ok(builder.with_no_client_auth())
}

fn protocols() -> Vec<Vec<u8>> {
    vec![b"h2".to_vec(), b"http/1.1".to_vec()]
}

fn read(files: &TlsFiles) -> Result<Arc<ServerConfig>, TlsError> {
    let chain = contents(&files.cert)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&chain).collect();
    let chain = chain.unwrap_or_default();
    if chain.is_empty() {
        return Err(TlsError::NoCertificate(files.cert.clone()));
    }
    let key = zeroize::Zeroizing::new(contents(&files.key)?);
    let key = PrivateKeyDer::from_pem_slice(&key);
    let key = key.map_err(|_| TlsError::NoKey(files.key.clone()))?;
    let unusable = |error: rustls::Error| TlsError::Unusable {
        cert: files.cert.clone(),
        key: files.key.clone(),
        reason: error.to_string(),
    };
    let mut config = builder()
        .map_err(unusable)?
        .with_single_cert(chain, key)
        .map_err(unusable)?;
    config.alpn_protocols = protocols();
    Ok(Arc::new(config))
}

fn contents(path: &Path) -> Result<Vec<u8>, TlsError> {
    let unreadable = |source| TlsError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(unreadable)?;
    let read = file
        .take(limits::MAX_TLS_FILE_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if read as u64 > limits::MAX_TLS_FILE_BYTES {
        return Err(TlsError::TooLarge(path.to_owned()));
    }
    Ok(bytes)
}
