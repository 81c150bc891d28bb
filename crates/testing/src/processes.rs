//! Signals to processes that we started, and knowing when they are gone.

use anyhow::{Context as _, Result};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process, pidfd_open};
use std::io::ErrorKind;

/// A process and those that it started itself, as they are now.
pub(crate) fn family(parent: u32) -> Result<Vec<u32>> {
    let mut found = vec![parent];
    for entry in std::fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|n| n.parse().ok()) else {
            continue;
        };
        if parent_of(pid)? == Some(parent) {
            found.push(pid);
        }
    }
    Ok(found)
}

/// proc(5): the fourth field of `stat`, the first after the name's parenthesis
/// and the state. `None`: it has ended meanwhile.
fn parent_of(pid: u32) -> Result<Option<u32>> {
    let fields = fields_after_name(pid)?;
    let parent = fields.as_ref().and_then(|fields| fields.get(1));
    Ok(parent.and_then(|ppid| ppid.parse().ok()))
}

/// Returns when the process has stopped, or is gone: one that runs on another processor
/// takes the signal a moment after it was sent.
pub(crate) fn wait_until_stopped(pid: u32) -> Result<()> {
    loop {
        match fields_after_name(pid)?.as_ref().and_then(|f| f.first()) {
            Some(state) if !["T", "t", "Z", "X"].contains(&state.as_str()) => {
                std::thread::yield_now();
            }
            _ => return Ok(()),
        }
    }
}

fn fields_after_name(pid: u32) -> Result<Option<Vec<String>>> {
    let stat = match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => stat,
        // ESRCH: it ended between opening and reading.
        Err(error) if error.kind() == ErrorKind::NotFound || error.raw_os_error() == Some(3) => {
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    let fields = stat.rsplit(')').next().unwrap_or_default();
    Ok(Some(fields.split_whitespace().map(str::to_owned).collect()))
}

fn pid(number: u32) -> Result<Pid> {
    i32::try_from(number)
        .ok()
        .and_then(Pid::from_raw)
        .context("not a process id")
}

/// Sends a signal; that the process is gone already is no error.
pub(crate) fn signal(number: u32, signal: Signal) -> Result<()> {
    match kill_process(pid(number)?, signal) {
        Ok(()) | Err(Errno::SRCH) => Ok(()),
        Err(error) => Err(error).context("sending a signal"),
    }
}

/// A handle on a process that ids cannot confuse with a later one; `None`: it is gone.
pub(crate) fn open(number: u32) -> Result<Option<OwnedFd>> {
    match pidfd_open(pid(number)?, PidfdFlags::empty()) {
        Ok(handle) => Ok(Some(handle)),
        Err(Errno::SRCH) => Ok(None),
        Err(error) => Err(error).context("opening a process"),
    }
}

/// Returns when the process has ended: pidfd_open(2), it becomes readable then.
pub(crate) fn wait(handle: &OwnedFd) -> Result<()> {
    loop {
        let mut polled = [PollFd::new(handle, PollFlags::IN)];
        match poll(&mut polled, None) {
            Ok(_) => return Ok(()),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error).context("waiting for a process"),
        }
    }
}
