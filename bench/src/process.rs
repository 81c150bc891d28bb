//! What the operating system says of processes: CPU time, memory, cores.

use anyhow::{Context as _, Result, bail};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::time::{ClockId, clock_getcpuclockid, clock_gettime};
use nix::unistd::Pid;

/// CPU time of a process so far, user and system, in microseconds: its CPU-time
/// clock (clock_getcpuclockid(3)), which also counts threads that have ended.
pub fn cpu_micros(pid: u32) -> Result<u64> {
    let pid = Pid::from_raw(i32::try_from(pid)?);
    let clock = clock_getcpuclockid(pid).with_context(|| format!("process {pid} is gone"))?;
    micros(clock)
}

/// The same of this process.
pub fn own_cpu_micros() -> Result<u64> {
    micros(ClockId::CLOCK_PROCESS_CPUTIME_ID)
}

fn micros(clock: ClockId) -> Result<u64> {
    let time = clock_gettime(clock)?;
    Ok(u64::try_from(time.tv_sec())? * 1_000_000 + u64::try_from(time.tv_nsec())? / 1_000)
}

/// Anonymous resident memory of a process in bytes (proc(5), `RssAnon` in
/// `/proc/pid/status`).
pub fn anonymous_bytes(pid: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"))
        .context("no RssAnon in the status of a process")?;
    let kibibytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kibibytes * 1024)
}

/// The processes that a process has started, and theirs, and so on: itself first.
pub fn family(pid: u32) -> Vec<u32> {
    let mut pids = vec![pid];
    let mut next = 0;
    while let Some(pid) = pids.get(next).copied() {
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        let children = children.unwrap_or_default();
        pids.extend(
            children
                .split_whitespace()
                .filter_map(|pid| pid.parse::<u32>().ok()),
        );
        next += 1;
    }
    pids
}

/// Moves running processes, with all their threads, to a core; what they start stays
/// there.
pub fn pin(pids: &[u32], core: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(core)?;
    for pid in pids {
        for task in std::fs::read_dir(format!("/proc/{pid}/task"))? {
            let task: i32 = task?.file_name().to_string_lossy().parse()?;
            sched_setaffinity(Pid::from_raw(task), &set)?;
        }
    }
    Ok(())
}

/// Which core the servers under measure have, and which the generator: apart where
/// there are two.
#[derive(Clone, Copy, Debug)]
pub struct Cores {
    /// Of the servers.
    pub server: usize,
    /// Of this process and of every other generator.
    pub generator: usize,
}

impl Cores {
    /// The first two cores that this process may use; this process and what it
    /// starts is moved to the second.
    pub fn take() -> Result<Self> {
        let own = Pid::from_raw(0);
        let allowed = sched_getaffinity(own)?;
        let mut cores = (0..CpuSet::count()).filter(|core| allowed.is_set(*core).unwrap_or(false));
        let Some(server) = cores.next() else {
            bail!("no core may be used");
        };
        let generator = cores.next().unwrap_or(server);
        let mut set = CpuSet::new();
        set.set(generator)?;
        sched_setaffinity(own, &set)?;
        Ok(Self { server, generator })
    }
}
