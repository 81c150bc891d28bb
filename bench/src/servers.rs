//! The servers under measure: started pinned to their core, ended when dropped.

use crate::process::{anonymous_bytes, cpu_micros, family};
use anyhow::{Context as _, Result, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server that has not opened its port by then will not.
const PATIENCE: Duration = Duration::from_mins(10);

/// A server's process and where it listens.
pub struct Server {
    process: Child,
    /// Host and port.
    pub address: String,
    /// What it said on lines that begin with `token` before it listened.
    pub tokens: Vec<String>,
}

impl Drop for Server {
    fn drop(&mut self) {
        // Only the process that was started here; that it is gone already is no error.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A command on a core, or on several: `0`, `0,1`.
pub fn pinned(cores: &str, program: &Path) -> Command {
    let mut command = Command::new("taskset");
    command.args(["-c", cores]).arg(program);
    command
}

impl Server {
    /// Starts a binary on the first core and waits for its "listening on" line.
    pub fn start(binary: &Path, arguments: &[&str]) -> Result<Self> {
        Self::start_on("0", binary, arguments)
    }

    /// Starts a binary on these cores and waits for its "listening on" line.
    pub fn start_on(cores: &str, binary: &Path, arguments: &[&str]) -> Result<Self> {
        let mut process = pinned(cores, binary)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {} with taskset", binary.display()))?;
        let output = process.stdout.take().context("no standard output")?;
        let mut lines = BufReader::new(output).lines();
        let mut tokens = Vec::new();
        let address = lines.find_map(|line| {
            let line = line.ok()?;
            if let Some(token) = line.strip_prefix("token ") {
                tokens.push(token.to_owned());
            }
            let (_, address) = line.split_once("listening on http://")?;
            let address = address.split_whitespace().next()?;
            Some(address.trim_end_matches('/').to_owned())
        });
        // Kept reading, so that the server never blocks on a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        let mut server = Self {
            process,
            address: String::new(),
            tokens,
        };
        server.address =
            address.with_context(|| format!("{} ended without listening", binary.display()))?;
        Ok(server)
    }

    /// Starts a server that says nothing, on a port that was free a moment ago, and
    /// waits until it takes a connection. `arguments` is given the port.
    pub fn start_silent(
        cores: &str,
        program: &Path,
        arguments: impl FnOnce(u16) -> Vec<String>,
    ) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let process = pinned(cores, program)
            .args(arguments(port))
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let address = format!("127.0.0.1:{port}");
        let server = Self {
            process,
            address,
            tokens: Vec::new(),
        };
        let began = Instant::now();
        while TcpStream::connect(&server.address).is_err() {
            ensure!(
                began.elapsed() < PATIENCE,
                "{} does not listen",
                program.display()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// CPU time of the process and of those that it started, user and system, in
    /// microseconds.
    pub fn cpu_micros(&self) -> Result<u64> {
        family(self.process.id()).into_iter().map(cpu_micros).sum()
    }

    /// Anonymous resident memory, in bytes.
    pub fn anonymous_bytes(&self) -> Result<u64> {
        anonymous_bytes(self.process.id())
    }

    /// Asks the server to stop (SIGTERM) and waits until it has.
    pub fn stop(mut self) -> Result<()> {
        let pid = Pid::from_raw(i32::try_from(self.process.id())?);
        kill(pid, Signal::SIGTERM)?;
        self.process.wait()?;
        Ok(())
    }
}
