//! The listener's own TLS, and the listener that redirects to it.

use crate::http;
use crate::run::{Serving, rollcall};
use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use reqwest::{Certificate, Client, Version, redirect};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::tempdir;

const URL: &str = "https://localhost:7443";

struct Files {
    cert: PathBuf,
    key: PathBuf,
}

impl Files {
    /// A certificate of its own making, and who trusts it.
    fn write(folder: &Path) -> (Self, Client) {
        let files = Self {
            cert: folder.join("cert.pem"),
            key: folder.join("key.pem"),
        };
        let client = files.renew();
        (files, client)
    }

    fn renew(&self) -> Client {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(names).unwrap();
        fs::write(&self.cert, cert.pem()).unwrap();
        fs::write(&self.key, signing_key.serialize_pem()).unwrap();
        Client::builder()
            .tls_certs_only([Certificate::from_pem(cert.pem().as_bytes()).unwrap()])
            .redirect(redirect::Policy::none())
            .build()
            .unwrap()
    }

    fn arguments(&self) -> Vec<&str> {
        let (cert, key) = (self.cert.to_str().unwrap(), self.key.to_str().unwrap());
        vec!["--tls-cert", cert, "--tls-key", key, "--public-url", URL]
    }
}

#[tokio::test]
async fn the_listener_speaks_tls_and_says_to_stay_with_it() {
    let folder = tempdir().unwrap();
    let (files, client) = Files::write(folder.path());
    let mut arguments = files.arguments();
    arguments.extend(["--redirect-listen", "127.0.0.1:0"]);
    let mut serving = Serving::start_with(&folder.path().join("data"), &arguments);
    let line = serving.next_line();
    let plain = line.strip_prefix("redirecting from ").unwrap();
    let url = format!("https://{}/readyz", serving.address);
    let answer = client.get(&url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.version(), Version::HTTP_2, "by ALPN");
    let stays = &answer.headers()["strict-transport-security"];
    assert!(stays.to_str().unwrap().contains("max-age=31536000"));
    let answer = client.get(format!("{plain}/a?b=c")).send().await.unwrap();
    assert_eq!(answer.status(), 308);
    assert_eq!(
        answer.headers()["location"],
        format!("{URL}/a?b=c").as_str()
    );
    let answer = client
        .post(format!("{plain}/oidc/token"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 403);
    let run = serving.terminate();
    assert_eq!(run.code, Some(0), "{run:?}");
}

/// Connections begin with the new certificate; a file that cannot be used changes
/// nothing.
#[tokio::test]
async fn a_renewed_certificate_is_taken_up_without_a_stop() {
    let folder = tempdir().unwrap();
    let (files, former) = Files::write(folder.path());
    let serving = Serving::start_with(&folder.path().join("data"), &files.arguments());
    let url = format!("https://{}/healthz", serving.address);
    assert_eq!(former.get(&url).send().await.unwrap().status(), 200);
    fs::write(&files.cert, "no certificate").unwrap();
    serving.signal("-HUP");
    assert_eq!(former.get(&url).send().await.unwrap().status(), 200);
    let renewed = files.renew();
    serving.signal("-HUP");
    // Until the signal has been followed, it is the former certificate that is shown.
    while renewed.get(&url).send().await.is_err() {}
    let run = serving.terminate();
    assert!(
        run.stderr.contains("the certificate was read again"),
        "{run:?}"
    );
    assert!(!run.stderr.contains("PRIVATE KEY"));
}

#[test]
fn what_cannot_be_used_is_said_before_anything_is_made() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let (files, _) = Files::write(folder.path());
    let other = folder.path().join("other.pem");
    fs::write(&other, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    let missing = folder.path().join("missing.pem");
    let (cert, key) = (files.cert.to_str().unwrap(), files.key.to_str().unwrap());
    let (other, missing) = (other.to_str().unwrap(), missing.to_str().unwrap());
    for (arguments, code, said) in [
        (&["--tls-cert", cert][..], 2, "`tls_cert` needs `tls_key`"),
        (&["--tls-key", key], 2, "`tls_key` needs `tls_cert`"),
        (
            &["--tls-cert", missing, "--tls-key", key],
            1,
            "cannot be read",
        ),
        (&["--tls-cert", key, "--tls-key", key], 1, "no certificate"),
        (
            &["--tls-cert", cert, "--tls-key", cert],
            1,
            "no private key",
        ),
        (
            &["--tls-cert", cert, "--tls-key", other],
            1,
            "cannot be used together",
        ),
        (
            &["--redirect-listen", "127.0.0.1:0"],
            2,
            "`redirect_listen` needs",
        ),
        (
            &[
                "--tls-cert",
                cert,
                "--tls-key",
                key,
                "--public-url",
                "http://localhost:1",
            ],
            2,
            "must begin with https://",
        ),
    ] {
        let serve = [
            "serve",
            "--data",
            data.to_str().unwrap(),
            "--listen",
            "127.0.0.1:0",
        ];
        let run = rollcall(&[&serve[..], arguments].concat());
        assert_eq!(run.code, Some(code), "{arguments:?}: {run:?}");
        assert!(run.stderr.contains(said), "{arguments:?}: {run:?}");
        assert!(!data.exists());
    }
}

#[test]
fn without_a_certificate_nothing_is_promised() {
    let folder = tempdir().unwrap();
    let serving = Serving::start(folder.path());
    assert_eq!(http::get(&serving.address, "/healthz").0, 200);
}
