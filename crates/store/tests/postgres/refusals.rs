//! Databases that cannot be served: each says why when the store is opened, and never
//! with a password.

use crate::contract::{ManualClock, SeededEntropy};
use crate::databases::{self, open, server};
use rollcall_store::{OpenError, OpenOptions, PostgresOptions};
use rollcall_testing::postgres::{self, Database};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

fn options() -> OpenOptions {
    let (clock, entropy) = (ManualClock::default(), SeededEntropy::default());
    databases::options(Arc::new(clock), Arc::new(entropy))
}

/// Why it is not opened. The password is in no message.
fn refusal(server: &PostgresOptions) -> OpenError {
    let refused = open(server, options()).unwrap_err();
    let password = server.url.split([':', '@']).nth(2).unwrap();
    assert!(password.len() > 4 && !refused.to_string().contains(password));
    assert!(!format!("{server:?}").contains(password));
    refused
}

fn assert_io(server: &PostgresOptions, part: &str) {
    let refused = refusal(server);
    assert!(
        matches!(&refused, OpenError::Io(why) if why.contains(part)),
        "{refused:?} instead of {part}"
    );
}

fn database() -> Option<Database<'static>> {
    postgres::shared_or_skip().map(|shared| shared.create_database().unwrap())
}

#[test]
fn who_may_not_connect_is_told_why() {
    let Some(database) = database() else {
        return;
    };
    for role in ["rollcall", "rollcall_scram"] {
        let url = database.url_as(role, "hush-hush");
        assert_io(&server(url), "password authentication failed");
    }
    let elsewhere = format!("{}_not", database.url());
    assert_io(&server(elsewhere), "does not exist (3D000)");
    database
        .sql("ALTER DATABASE current CONNECTION LIMIT 0")
        .unwrap_err();
    let name = database.name();
    let limit = format!("ALTER DATABASE {name} CONNECTION LIMIT 0");
    database.sql(&limit).unwrap();
    assert_io(&server(database.url()), "too many connections");
}

#[test]
fn who_is_not_there_is_named() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let nobody = format!("postgres://rollcall:hush-hush@127.0.0.1:{port}/x");
    assert_io(&server(nobody), "Connection refused");
    // RFC 6761 section 6.4: no such name is ever there.
    let nowhere = "postgres://rollcall:hush-hush@nowhere.invalid/x".to_owned();
    assert_io(&server(nowhere), "error connecting to server");
}

#[test]
fn what_only_lets_read_is_refused() {
    let Some(database) = database() else {
        return;
    };
    let name = database.name();
    let reads = format!("ALTER DATABASE {name} SET default_transaction_read_only = on");
    database.sql(&reads).unwrap();
    let refused = refusal(&server(database.url()));
    assert!(
        matches!(&refused, OpenError::NotWritable(why) if why.contains("only lets read")),
        "{refused:?}"
    );
}

/// As the role of a careful administrator has it, before the right is granted.
#[test]
fn who_may_make_no_table_is_told() {
    let Some(database) = database() else {
        return;
    };
    let other = database.url_as("rollcall_scram", postgres::shared().unwrap().password());
    let refused = refusal(&server(other));
    assert!(
        matches!(&refused, OpenError::NotWritable(why) if why.contains("permission denied")),
        "{refused:?}"
    );
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
    [&[kind][..], &length, body].concat()
}

/// A server that answers the start-up message as one of this version, and then waits
/// to be asked something.
fn stub(version: &'static str) -> (u16, thread::JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut length = [0; 4];
        stream.read_exact(&mut length).unwrap();
        let mut start = vec![0; u32::from_be_bytes(length) as usize - 4];
        stream.read_exact(&mut start).unwrap();
        // AuthenticationOk, ParameterStatus, BackendKeyData, ReadyForQuery (PostgreSQL,
        // "Message Formats").
        let parameter = [b"server_version\0", version.as_bytes(), b"\0"].concat();
        let answer = [
            message(b'R', &[0; 4]),
            message(b'S', &parameter),
            message(b'K', &[0; 8]),
            message(b'Z', b"I"),
        ];
        stream.write_all(&answer.concat()).unwrap();
        let mut asked = Vec::new();
        stream.read_to_end(&mut asked).unwrap();
        asked
    });
    (port, serving)
}

#[test]
fn a_server_that_is_too_old_is_asked_nothing() {
    for version in ["9.6.24", "12.22"] {
        let (port, serving) = stub(version);
        let url = format!("postgres://rollcall:hush-hush@127.0.0.1:{port}/x");
        let refused = refusal(&server(url));
        let old = OpenError::OldServer {
            version: version.to_owned(),
        };
        assert_eq!(refused, old);
        let asked = serving.join().unwrap();
        // Terminate, or nothing.
        assert!(asked.is_empty() || asked[0] == b'X', "{asked:?}");
    }
}
