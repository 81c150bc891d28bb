//! A child ends with the process that owns it.

use rollcall_testing::process::Owned;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

fn sleeper() -> Command {
    let mut command = Command::new("sleep");
    command
        .arg("600")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Started again by the next test, as a process to be killed.
#[test]
#[ignore = "a helper of `a_child_is_killed_with_its_owner`"]
fn helper_holds_children() {
    let mut gone = Owned::spawn(&mut sleeper()).unwrap();
    let mut held = Owned::spawn(&mut sleeper()).unwrap();
    gone.kill().unwrap();
    println!("\nheld {}", held.child().id());
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn a_child_is_killed_with_its_owner() {
    let mut holder = Command::new(std::env::current_exe().unwrap())
        .args(["helper_holds", "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    let held = lines.find_map(|line| line.unwrap().strip_prefix("held ")?.parse().ok());
    let pid = Pid::from_raw(held.unwrap()).unwrap();
    let handle = pidfd_open(pid, PidfdFlags::empty()).unwrap();
    holder.kill().unwrap();
    holder.wait().unwrap();
    // pidfd_open(2): readable once the process has ended.
    let mut polled = [PollFd::new(&handle, PollFlags::IN)];
    poll(&mut polled, None).unwrap();
}

#[test]
fn a_child_is_killed_when_it_is_dropped() {
    let mut owned = Owned::spawn(&mut sleeper()).unwrap();
    let pid = owned.child().id();
    drop(owned);
    assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
}
