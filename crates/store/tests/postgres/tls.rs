//! TLS to the server, whose certificate is verified whatever the URL asks for.

use crate::contract::{ManualClock, SeededEntropy};
use crate::databases;
use rollcall_store::{OpenError, PostgresOptions, SqlStore};
use rollcall_testing::postgres::{self, Server};
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;

fn openssl(folder: &Path, arguments: &str) {
    let output = Command::new("openssl")
        .args(["req", "-x509", "-nodes", "-days", "2", "-newkey", "ec"])
        .args(["-pkeyopt", "ec_paramgen_curve:prime256v1"])
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

/// An authority, another one, and a server's certificate of the first.
fn certificates() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    openssl(path, "-subj /CN=authority -keyout ca.key -out ca.pem");
    openssl(path, "-subj /CN=another -keyout other.key -out other.pem");
    openssl(
        path,
        "-subj /CN=server -addext subjectAltName=DNS:localhost \
         -addext basicConstraints=critical,CA:FALSE -CA ca.pem -CAkey ca.key \
         -keyout server.key -out server.crt",
    );
    folder
}

/// Turns TLS on: the names are PostgreSQL's own.
fn secure(server: &Server, certificates: &Path) {
    let data = server.folder().join("data");
    let owner = fs::metadata(server.folder()).unwrap();
    for name in ["server.crt", "server.key"] {
        let file = data.join(name);
        fs::copy(certificates.join(name), &file).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        chown(&file, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
    server.sql("postgres", "ALTER SYSTEM SET ssl = on").unwrap();
}

fn open(url: &str, ca_file: Option<&Path>) -> Result<SqlStore, OpenError> {
    let server = PostgresOptions {
        ca_file: ca_file.map(Path::to_owned),
        ..databases::server(url.to_owned())
    };
    let (clock, entropy) = (ManualClock::default(), SeededEntropy::default());
    let options = databases::options(Arc::new(clock), Arc::new(entropy));
    databases::open(&server, options)
}

fn assert_refused(opened: Result<SqlStore, OpenError>, part: &str) {
    let refused = opened.unwrap_err();
    assert!(
        matches!(&refused, OpenError::Io(why) if why.contains(part)),
        "{refused:?} instead of {part}"
    );
}

#[test]
fn a_certificate_is_verified_by_authority_and_name() {
    if postgres::shared_or_skip().is_none() {
        return;
    }
    let mut server = Server::start(&[]).unwrap();
    let folder = certificates();
    secure(&server, folder.path());
    server.stop().unwrap();
    server.restart().unwrap();
    let url = server.create_database().unwrap().keep();
    let by_name = url.replace("127.0.0.1", "localhost") + "?sslmode=require";
    let (ca, other) = (
        folder.path().join("ca.pem"),
        folder.path().join("other.pem"),
    );
    let store = open(&by_name, Some(&ca)).unwrap();
    let name = url.rsplit('/').next().unwrap();
    let encrypted = format!(
        "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
            WHERE datname = '{name}' AND usename = 'rollcall'"
    );
    assert_eq!(server.sql("postgres", &encrypted).unwrap(), "t");
    drop(store);
    assert_refused(open(&by_name, None), "certificate");
    assert_refused(open(&by_name, Some(&other)), "certificate");
    let by_address = format!("{url}?sslmode=require");
    assert_refused(open(&by_address, Some(&ca)), "certificate");
    let missing = folder.path().join("missing.pem");
    assert_refused(open(&by_name, Some(&missing)), "missing.pem");
    let empty = folder.path().join("server.key");
    assert_refused(open(&by_name, Some(&empty)), "no certificate in it");
    // Whoever wants none, on loopback.
    drop(open(&url, None).unwrap());
}

#[test]
fn a_server_without_tls_is_refused_where_it_is_wanted() {
    let Some(shared) = postgres::shared_or_skip() else {
        return;
    };
    let database = shared.create_database().unwrap();
    let url = format!("{}?sslmode=require", database.url());
    assert_refused(open(&url, None), "TLS");
}
