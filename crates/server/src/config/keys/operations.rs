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
