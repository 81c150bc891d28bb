//! What is said of the settings of whoever runs the server: draining, metrics, TLS.

use super::{Default, Facts};

pub(super) const DRAIN_DELAY: Facts = Facts {
    name: "drain_delay",
    variable: "ROLLCALL_DRAIN_DELAY",
    flag: Some("--drain-delay"),
    value_name: "SECONDS",
    in_file: true,
    secret: false,
    default: Default::Value("1"),
    accepts: "whole seconds, 0 to 300",
    about: "How long after SIGTERM the server goes on accepting connections while /readyz answers \
            503: as long as a load balancer needs to notice. SIGINT does not wait, and neither \
            does a second signal.",
};

pub(super) const METRICS_LISTEN: Facts = Facts {
    name: "metrics_listen",
    variable: "ROLLCALL_METRICS_LISTEN",
    flag: Some("--metrics-listen"),
    value_name: "ADDRESS:PORT",
    in_file: true,
    secret: false,
    default: Default::Described("no metrics"),
    accepts: "ADDRESS:PORT, with an IPv6 address in brackets; port 0 takes a free one",
    about: "Where Prometheus reads /metrics, in clear text and without credentials: an address that \
            only it can reach. The listener of users never has metrics.",
};

pub(super) const TLS_CERT: Facts = Facts {
    name: "tls_cert",
    variable: "ROLLCALL_TLS_CERT",
    flag: Some("--tls-cert"),
    value_name: "FILE",
    in_file: true,
    secret: false,
    default: Default::Described("no TLS: the listener speaks HTTP in clear text"),
    accepts: "a PEM file with the certificate and then those that it was signed with; needs \
              tls_key",
    about: "The certificate of the listener, which then speaks HTTPS alone. The file is read again \
            on SIGHUP, and within a minute after it changed; one that cannot be used changes \
            nothing and is told in the log.",
};

pub(super) const TLS_KEY: Facts = Facts {
    name: "tls_key",
    variable: "ROLLCALL_TLS_KEY",
    flag: Some("--tls-key"),
    value_name: "FILE",
    in_file: true,
    secret: false,
    default: Default::Described("none"),
    accepts: "a PEM file with one private key, not encrypted; needs tls_cert",
    about: "The private key of tls_cert.",
};

pub(super) const ACME_DOMAIN: Facts = Facts {
    name: "acme_domain",
    variable: "ROLLCALL_ACME_DOMAIN",
    flag: Some("--acme-domain"),
    value_name: "NAME",
    in_file: true,
    secret: false,
    default: Default::Described("no certificate is obtained"),
    accepts: "names of hosts, separated by commas, in the file as a list; public_url's among them, \
              and not together with tls_cert",
    about: "Names that the server obtains its certificate for, by ACME: the listener then speaks \
            HTTPS alone. The authority must reach it on port 443 of each name (TLS-ALPN-01). Key \
            and certificate are kept in the folder acme of the data folder, and renewed when a \
            third of their time is left. Whoever names the server thereby accepts the authority's \
            terms of service.",
};

pub(super) const ACME_CONTACT: Facts = Facts {
    name: "acme_contact",
    variable: "ROLLCALL_ACME_CONTACT",
    flag: Some("--acme-contact"),
    value_name: "EMAIL",
    in_file: true,
    secret: false,
    default: Default::Described("none"),
    accepts: "an e-mail address; needs acme_domain",
    about: "Whom the authority writes to about the certificate.",
};

pub(super) const ACME_DIRECTORY: Facts = Facts {
    name: "acme_directory",
    variable: "ROLLCALL_ACME_DIRECTORY",
    flag: Some("--acme-directory"),
    value_name: "URL",
    in_file: true,
    secret: false,
    default: Default::Described("Let's Encrypt: https://acme-v02.api.letsencrypt.org/directory"),
    accepts: "an https URL; needs acme_domain",
    about: "The directory of the authority that certificates are obtained from. It is verified as \
            every server is that requests go to.",
};

pub(super) const REDIRECT_LISTEN: Facts = Facts {
    name: "redirect_listen",
    variable: "ROLLCALL_REDIRECT_LISTEN",
    flag: Some("--redirect-listen"),
    value_name: "ADDRESS:PORT",
    in_file: true,
    secret: false,
    default: Default::Described("no such listener"),
    accepts: "ADDRESS:PORT, with an IPv6 address in brackets; needs a public_url with https",
    about: "A listener in clear text that does nothing but send browsers to public_url. An API \
            call that arrives there is refused rather than redirected: its secrets went out \
            unprotected already, and whoever made it must notice.",
};
