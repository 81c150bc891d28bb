//! Where the listener's certificate comes from: from files, or from an authority.

use super::{AcmeSettings, ConfigError, PublicUrl, Setting, Settings, TlsFiles, TlsSource};
use super::{optional, values};
use rollcall_core::limits;
use url::{Host, Url};

/// Let's Encrypt, unless another authority is named.
const DEFAULT_DIRECTORY: &str = "https://acme-v02.api.letsencrypt.org/directory";

pub(super) fn source(
    settings: &Settings,
    public_url: Option<&PublicUrl>,
) -> Result<Option<TlsSource>, ConfigError> {
    match (tls_files(settings)?, acme(settings, public_url)?) {
        (None, None) => Ok(None),
        (Some(files), None) => Ok(Some(TlsSource::Files(files))),
        (None, Some(acme)) => Ok(Some(TlsSource::Acme(acme))),
        (Some(_), Some(_)) => Err(ConfigError::TwoCertificates),
    }
}

/// Names, or nothing of it.
fn acme(
    settings: &Settings,
    public_url: Option<&PublicUrl>,
) -> Result<Option<AcmeSettings>, ConfigError> {
    let contact = optional(settings, Setting::AcmeContact, email)?;
    let directory = optional(settings, Setting::AcmeDirectory, https_url)?;
    let Some(domains) = optional(settings, Setting::AcmeDomain, domains)? else {
        let alone = [
            (Setting::AcmeContact, contact.is_some()),
            (Setting::AcmeDirectory, directory.is_some()),
        ];
        return match alone.into_iter().find(|(_, given)| *given) {
            None => Ok(None),
            Some((given, _)) => Err(ConfigError::Alone {
                given,
                missing: Setting::AcmeDomain,
            }),
        };
    };
    let host = public_url.filter(|url| url.is_https()).map(PublicUrl::host);
    if !host.is_some_and(|host| domains.iter().any(|domain| domain == host)) {
        return Err(ConfigError::AcmeWithoutPublicName);
    }
    Ok(Some(AcmeSettings {
        domains,
        contact,
        directory: directory.unwrap_or_else(|| DEFAULT_DIRECTORY.to_owned()),
    }))
}

/// Names of hosts, separated by commas, as certificates have them.
fn domains(text: &str) -> Result<Vec<String>, String> {
    let items = text.split(',').map(str::trim).filter(|t| !t.is_empty());
    let mut domains = Vec::new();
    for item in items {
        if domains.len() == limits::MAX_ACME_DOMAINS {
            return Err(format!("has more than {} names", limits::MAX_ACME_DOMAINS));
        }
        match Host::parse(item) {
            // A name for all names under another needs DNS to be changed (RFC 8555 section 8.4).
            Ok(Host::Domain(name)) if !name.contains('*') => domains.push(name),
            Ok(_) | Err(_) => return Err(format!("`{item}` is no name of one host")),
        }
    }
    if domains.is_empty() {
        return Err("has no name".to_owned());
    }
    Ok(domains)
}

/// Not more than that it can stand in a `mailto:` URL (RFC 6068) without changing it.
fn email(text: &str) -> Result<String, &'static str> {
    let is_plain = |c: char| c.is_ascii_graphic() && !"?&%#,:/\\\"<>".contains(c);
    let parts = text.split_once('@');
    let fits = parts.is_some_and(|(name, host)| {
        !name.is_empty() && !host.is_empty() && !host.contains('@') && text.chars().all(is_plain)
    });
    fits.then(|| text.to_owned()).ok_or("is no e-mail address")
}

fn https_url(text: &str) -> Result<String, &'static str> {
    let url = Url::parse(text).map_err(|_| "is not a URL")?;
    if url.scheme() != "https" || url.host().is_none() {
        return Err("is not an https URL");
    }
    Ok(url.into())
}

/// Both files, or none of them.
fn tls_files(settings: &Settings) -> Result<Option<TlsFiles>, ConfigError> {
    let cert = optional(settings, Setting::TlsCert, values::path)?;
    let key = optional(settings, Setting::TlsKey, values::path)?;
    match (cert, key) {
        (None, None) => Ok(None),
        (Some(cert), Some(key)) => Ok(Some(TlsFiles { cert, key })),
        (Some(_), None) => Err(ConfigError::Alone {
            given: Setting::TlsCert,
            missing: Setting::TlsKey,
        }),
        (None, Some(_)) => Err(ConfigError::Alone {
            given: Setting::TlsKey,
            missing: Setting::TlsCert,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Config, Sources};
    use super::*;

    fn read(flags: &[(Setting, &str)]) -> Result<Option<TlsSource>, String> {
        let sources = Sources {
            file: None,
            environment: Vec::new(),
            flags: flags.iter().map(|(s, t)| (*s, (*t).to_owned())).collect(),
        };
        let settings = Settings::load(&sources).unwrap();
        Config::read(&settings)
            .map(|config| config.tls)
            .map_err(|error| error.to_string())
    }

    const PUBLIC: (Setting, &str) = (Setting::PublicUrl, "https://id.example.com:8443");
    const NAME: (Setting, &str) = (Setting::AcmeDomain, "id.example.com");

    #[test]
    fn a_name_is_enough_to_obtain_a_certificate() {
        let acme = AcmeSettings {
            domains: vec!["id.example.com".to_owned()],
            contact: None,
            directory: DEFAULT_DIRECTORY.to_owned(),
        };
        assert_eq!(read(&[PUBLIC, NAME]), Ok(Some(TlsSource::Acme(acme))));
        let all = read(&[
            PUBLIC,
            (Setting::AcmeDomain, "www.example.com"),
            (Setting::AcmeDomain, "ID.example.com"),
            (Setting::AcmeContact, "a.b+c@example.com"),
            (Setting::AcmeDirectory, "https://localhost:14000/dir"),
        ]);
        let acme = AcmeSettings {
            domains: vec!["www.example.com".to_owned(), "id.example.com".to_owned()],
            contact: Some("a.b+c@example.com".to_owned()),
            directory: "https://localhost:14000/dir".to_owned(),
        };
        assert_eq!(all, Ok(Some(TlsSource::Acme(acme))));
    }

    #[test]
    fn what_cannot_become_a_certificate_is_refused_at_the_start() {
        let file = (Setting::TlsCert, "a.pem");
        let key = (Setting::TlsKey, "b.pem");
        let refused: &[(&[(Setting, &str)], &str)] = &[
            (&[NAME], "`acme_domain` must have the host of `public_url`"),
            (
                &[NAME, (Setting::PublicUrl, "https://example.com")],
                "`acme_domain` must have the host of `public_url`",
            ),
            (&[PUBLIC, NAME, file, key], "both given"),
            (&[(Setting::AcmeContact, "a@example.com")], "`acme_domain`"),
            (
                &[(Setting::AcmeDirectory, "https://example.com")],
                "`acme_domain`",
            ),
        ];
        for (flags, expected) in refused {
            let error = read(flags).unwrap_err();
            assert!(error.contains(expected), "{flags:?}: {error}");
        }
        for (setting, text) in [
            (Setting::AcmeDomain, "*.example.com"),
            (Setting::AcmeDomain, "192.0.2.1"),
            (Setting::AcmeDomain, "id.example.com,a/b"),
            (Setting::AcmeContact, "example.com"),
            (Setting::AcmeContact, "a@b@c"),
            (Setting::AcmeContact, "a?cc=b@example.com"),
            (Setting::AcmeContact, "@example.com"),
            (Setting::AcmeDirectory, "http://example.com/dir"),
            (Setting::AcmeDirectory, "dir"),
        ] {
            let error = read(&[PUBLIC, NAME, (setting, text)]).unwrap_err();
            assert!(error.contains(setting.facts().name), "{text}: {error}");
        }
        let error = read(&[PUBLIC, (Setting::AcmeDomain, ",")]).unwrap_err();
        assert!(error.contains("acme_domain"), "{error}");
    }

    #[test]
    fn a_certificate_has_a_limited_number_of_names() {
        let names = |count: usize| -> String {
            let names: Vec<_> = (0..count).map(|n| format!("n{n}.example.com")).collect();
            names.join(",")
        };
        assert!(domains(&names(limits::MAX_ACME_DOMAINS)).is_ok());
        assert!(domains(&names(limits::MAX_ACME_DOMAINS + 1)).is_err());
    }
}
