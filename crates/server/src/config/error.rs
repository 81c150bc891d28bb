//! What can be wrong with the settings. Each text names the key and where its
//! value came from.

use super::keys::Setting;
use super::layers::Origin;
use rollcall_core::limits;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {} cannot be read: {source}", path.display())]
    FileUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is larger than any configuration.
    #[error("the configuration file {} is larger than {max} bytes", .0.display(), max = limits::MAX_CONFIG_FILE_BYTES)]
    FileTooLarge(PathBuf),
    /// The file is not TOML.
    #[error("the configuration file {} is not valid TOML: line {line}: {message}", path.display())]
    FileMalformed {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the parser says, without the text of the line.
        message: String,
    },
    /// A key of the file is unknown.
    #[error("{}: unknown key `{key}`; the nearest known one is `{nearest}`", path.display())]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The key.
        key: String,
        /// The known key that is most like it.
        nearest: &'static str,
    },
    /// A `ROLLCALL_*` variable is unknown.
    #[error("environment: unknown variable `{variable}`; the nearest known one is `{nearest}`")]
    UnknownVariable {
        /// The variable.
        variable: String,
        /// The known variable that is most like it.
        nearest: &'static str,
    },
    /// A variable is not text.
    #[error("environment: `{0}` is not valid UTF-8")]
    NotText(String),
    /// A key may not stand in the file.
    #[error("{}: `{}` may not stand in the file: {}", path.display(), setting.facts().name, setting.facts().accepts)]
    NotInFile {
        /// The file.
        path: PathBuf,
        /// The key.
        setting: Setting,
    },
    /// A value cannot be used.
    #[error("{origin}: `{}` {reason}; accepted: {}", setting.facts().name, setting.facts().accepts)]
    Wrong {
        /// The key.
        setting: Setting,
        /// Where the value came from.
        origin: Origin,
        /// What is wrong, with the value unless it is secret.
        reason: String,
    },
    /// Key and file of the key were both given in the environment.
    #[error(
        "environment: `ROLLCALL_MASTER_KEY` and `ROLLCALL_MASTER_KEY_FILE` are both set; unset one"
    )]
    TwoMasterKeys,
    /// The listener is not on loopback and no public URL was given.
    #[error(
        "`public_url` is needed (--public-url, ROLLCALL_PUBLIC_URL or the file), \
         because `listen` is {listen}, which is not a loopback address"
    )]
    PublicUrlNeeded {
        /// Where it would listen.
        listen: SocketAddr,
    },
    /// One of two settings that go together.
    #[error(
        "`{}` needs `{}` ({})",
        given.facts().name, missing.facts().name, missing.facts().accepts
    )]
    Alone {
        /// What was given.
        given: Setting,
        /// What was not.
        missing: Setting,
    },
    /// A listener has one certificate.
    #[error("`tls_cert` and `acme_domain` are both given; a certificate is read or obtained")]
    TwoCertificates,
    /// The certificate would not be of the name that clients call the server.
    #[error("`acme_domain` must have the host of `public_url`, which begins with https://")]
    AcmeWithoutPublicName,
    /// What clients call the server is not what its listener speaks.
    #[error("`public_url` must begin with https:// where `tls_cert` is given")]
    TlsWithoutHttps,
    /// A redirect needs somewhere to go.
    #[error("`redirect_listen` needs a `public_url` that begins with https://")]
    NothingToRedirectTo,
}
