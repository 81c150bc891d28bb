//! Running the binary and reading what it says. Nothing here sleeps: a server is
//! ready when it has printed its line.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The binary with these arguments and an environment of these variables alone.
pub(crate) fn command(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rollcall"));
    command
        .args(arguments)
        .env_clear()
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs to the end.
pub(crate) fn rollcall(arguments: &[&str]) -> Run {
    rollcall_with(arguments, &[])
}

/// Runs to the end with these variables.
pub(crate) fn rollcall_with(arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let output = command(arguments, variables).output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs to the end with these variables and this on standard input.
pub(crate) fn rollcall_reading(arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Run {
    let mut child = command(arguments, variables)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // It may have failed without reading.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// What `init --json` prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) pool: String,
}

/// `init --json` with further arguments, which must succeed.
pub(crate) fn init(data: &Path, more: &[&str]) -> Key {
    let mut arguments = vec!["init", "--json", "--data", data.to_str().unwrap()];
    arguments.extend(more);
    let run = rollcall(&arguments);
    assert_eq!(run.code, Some(0), "{run:?}");
    let printed: Value = serde_json::from_str(&run.stdout).unwrap();
    let text = |name: &str| printed[name].as_str().unwrap().to_owned();
    assert_eq!(printed.as_object().unwrap().len(), 3, "{printed}");
    Key {
        id: text("accessKeyId"),
        secret: text("accessKeySecret"),
        pool: text("userPoolId"),
    }
}

/// A running `serve`. Dropped, it is killed.
pub(crate) struct Serving {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// Where it listens: `127.0.0.1:…`.
    pub(crate) address: String,
}

impl Serving {
    /// Serves the folder on a free port, and returns once it listens.
    pub(crate) fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// The same, with further arguments.
    pub(crate) fn start_with(data: &Path, more: &[&str]) -> Self {
        match Self::try_start(data, more) {
            Ok(serving) => serving,
            Err(run) => panic!("{run:?}"),
        }
    }

    /// The same, or how it ended instead.
    pub(crate) fn try_start(data: &Path, more: &[&str]) -> Result<Self, Run> {
        let mut arguments = vec!["serve", "--data", data.to_str().unwrap()];
        arguments.extend(["--password-hashing", "lowest"]);
        if !more.contains(&"--listen") {
            arguments.extend(["--listen", "127.0.0.1:0"]);
        }
        arguments.extend(more);
        // Nobody balances it, unless the arguments say otherwise.
        let variables = [("ROLLCALL_DRAIN_DELAY", "0")];
        let mut child = command(&arguments, &variables).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on http");
        let address = address.map(|rest| rest.trim_start_matches('s'));
        match address.and_then(|rest| rest.strip_prefix("://")) {
            Some(address) => Ok(Self {
                address: address.to_owned(),
                child,
                stdout,
            }),
            None => Err(end(&mut child, line)),
        }
    }

    /// The next line that it prints.
    pub(crate) fn next_line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, name: &str) {
        // The standard library only kills; `kill` is in every POSIX system.
        let sent = Command::new("kill")
            .args([name, &self.child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
    }

    /// Sends SIGTERM and waits for the end.
    pub(crate) fn terminate(self) -> Run {
        self.signal("-TERM");
        self.ended()
    }

    /// Waits for the end.
    pub(crate) fn ended(mut self) -> Run {
        let mut stdout = String::new();
        self.stdout.read_to_string(&mut stdout).unwrap();
        end(&mut self.child, stdout)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn end(child: &mut Child, stdout: String) -> Run {
    let mut stderr = String::new();
    let pipe = child.stderr.as_mut().unwrap();
    pipe.read_to_string(&mut stderr).unwrap();
    Run {
        code: child.wait().unwrap().code(),
        stdout,
        stderr,
    }
}
