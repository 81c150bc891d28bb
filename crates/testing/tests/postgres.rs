//! The tests' own PostgreSQL keeps its promises: databases of one's own, death, resurrection,
//! and nothing left over.

use rollcall_testing::postgres::{Server, installed_or_skip, shared_or_skip};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Nothing here is to outlive the machine.
const QUICK: &[(&str, &str)] = &[("fsync", "off")];

#[test]
fn each_test_has_a_database_of_its_own() {
    let Some(server) = shared_or_skip() else {
        return;
    };
    let one = server.create_database().unwrap();
    let other = server.create_database().unwrap();
    one.sql("CREATE TABLE t AS SELECT 1 AS n").unwrap();
    assert!(other.sql("SELECT n FROM t").is_err());
    let copy = server.copy_database(&one).unwrap();
    assert_eq!(copy.sql("SELECT n FROM t").unwrap(), "1");
    let count = "SELECT count(*) FROM pg_database WHERE datname = ";
    let name = copy.name().to_owned();
    drop(copy);
    let left = server.sql("postgres", &format!("{count}'{name}'")).unwrap();
    assert_eq!(left, "0");
}

#[test]
fn the_owner_connects_over_tcp_with_its_password_and_is_no_superuser() {
    let Some(server) = shared_or_skip() else {
        return;
    };
    let database = server.create_database().unwrap();
    let ask = |url: &str| {
        let output = Command::new("psql")
            .args(["--no-psqlrc", "-At", "--dbname", url, "-c"])
            .arg("SELECT current_setting('is_superuser')")
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(ask(&database.url()), "off\n");
    let scram = database.url_as("rollcall_scram", server.password());
    assert_eq!(ask(&scram), "off\n");
    assert_eq!(ask(&database.url_as("rollcall", "wrong")), "");
}

#[test]
fn what_was_committed_outlives_a_kill() {
    if !installed_or_skip() {
        return;
    }
    let mut server = Server::start(QUICK).unwrap();
    let run = |server: &Server, sql: &str| server.sql("postgres", sql).unwrap();
    run(&server, "CREATE TABLE t AS SELECT 7 AS n");
    let (pid, port) = (server.pid(), server.port());
    server.kill().unwrap();
    assert!(server.sql("postgres", "SELECT 1").is_err());
    server.restart().unwrap();
    assert_eq!(run(&server, "SELECT n FROM t"), "7");
    assert_eq!(server.port(), port);
    assert_ne!(server.pid(), pid);
    server.stop().unwrap();
    server.restart().unwrap();
    assert_eq!(run(&server, "SELECT n FROM t"), "7");
}

#[test]
fn a_paused_server_says_nothing_until_it_goes_on() {
    if !installed_or_skip() {
        return;
    }
    let server = Server::start(QUICK).unwrap();
    server.pause().unwrap();
    let state = |pid: u32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        stat.rsplit(')').next().unwrap().trim().chars().next()
    };
    assert_eq!(state(server.pid()), Some('T'));
    server.resume().unwrap();
    assert_eq!(server.sql("postgres", "SELECT 1").unwrap(), "1");
}

/// Started again by the next test, as a process to be killed.
#[test]
#[ignore = "a helper of `nothing_is_left_when_the_process_is_killed`"]
fn helper_holds_a_server_that_is_paused() {
    let server = Server::start(QUICK).unwrap();
    server.pause().unwrap();
    println!("\nheld {} {}", server.pid(), server.folder().display());
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn nothing_is_left_when_the_process_is_killed() {
    if !installed_or_skip() {
        return;
    }
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["helper_holds", "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    let held = lines
        .map(Result::unwrap)
        .find(|line| line.starts_with("held "))
        .unwrap();
    let mut words = held.split(' ').skip(1);
    let pid: u32 = words.next().unwrap().parse().unwrap();
    let folder = PathBuf::from(words.next().unwrap());
    let gone = rustix::process::pidfd_open(
        rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap(),
        rustix::process::PidfdFlags::empty(),
    )
    .unwrap();
    assert!(folder.exists());
    holder.kill().unwrap();
    holder.wait().unwrap();
    let mut polled = [rustix::event::PollFd::new(
        &gone,
        rustix::event::PollFlags::IN,
    )];
    rustix::event::poll(&mut polled, None).unwrap();
    assert!(!PathBuf::from(format!("/proc/{pid}/fd/0")).exists());
}
