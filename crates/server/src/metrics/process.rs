//! What the operating system says of this process.

use std::fs;

/// Ticks of the times in `/proc/self/stat`: `USER_HZ`, which is 100 for programs on
/// every architecture that Linux has (proc(5)).
const TICKS_PER_SECOND: f64 = 100.0;

/// Facts of this process; none where there is no `/proc`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Process {
    pub(super) resident_bytes: u64,
    pub(super) cpu_seconds: f64,
    pub(super) open_files: u64,
    pub(super) threads: u64,
}

impl Process {
    pub(super) fn read() -> Option<Self> {
        let status = fs::read_to_string("/proc/self/status").ok()?;
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        let open_files = fs::read_dir("/proc/self/fd").ok()?.count();
        Some(Self {
            resident_bytes: field(&status, "VmRSS:")?.saturating_mul(1024),
            cpu_seconds: cpu_seconds(&stat)?,
            // One of them reads the folder.
            open_files: (open_files as u64).saturating_sub(1),
            threads: field(&status, "Threads:")?,
        })
    }
}

fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The 14th and 15th column; the second one, the name, may have blanks in it.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut columns = after_name.split_whitespace().skip(11);
    let user: u32 = columns.next()?.parse().ok()?;
    let system: u32 = columns.next()?.parse().ok()?;
    Some((f64::from(user) + f64::from(system)) / TICKS_PER_SECOND)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_is_read() {
        let process = Process::read().unwrap();
        assert!(process.resident_bytes > 1024 * 1024, "{process:?}");
        assert!(process.threads >= 1 && process.open_files >= 3);
    }

    #[test]
    fn a_name_may_look_like_columns() {
        let stat = "7 (a) 1 b) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 4 0 100 1 1";
        assert_eq!(cpu_seconds(stat), Some(3.0));
    }
}
