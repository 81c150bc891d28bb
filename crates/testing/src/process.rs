//! Child processes that end with us, however we end.

use crate::processes::signal;
use anyhow::{Context as _, Result};
use parking_lot::Mutex;
use rustix::process::Signal;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::OnceLock;

/// A child process that is killed when this value is dropped, and also when this process is
/// killed.
#[derive(Debug)]
pub struct Owned {
    child: Child,
}

impl Owned {
    /// Starts a command.
    pub fn spawn(command: &mut Command) -> Result<Self> {
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let owned = Self { child };
        tell("add", owned.child.id())?;
        Ok(owned)
    }

    /// The child: its pipes, for example.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// `kill -9`; returns when it is gone.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.wait().map(|_| ())
    }

    /// SIGTERM: it is asked to end.
    pub fn terminate(&self) -> Result<()> {
        signal(self.child.id(), Signal::TERM)
    }

    /// Returns when it has ended.
    pub fn wait(&mut self) -> Result<ExitStatus> {
        let status = self.child.wait()?;
        tell("del", self.child.id())?;
        Ok(status)
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        // That it has ended already is no error.
        let _ = self.kill();
    }
}

/// Kills who is on its list when its standard input, which is ours, ends.
const KEEPER: &str = r#"
trap '' INT TERM HUP
all=" "
while read -r verb pid; do
    case $verb in
        add) all="$all$pid " ;;
        del) all="${all%% $pid *} ${all#* $pid }" ;;
    esac
done
[ -z "${all# }" ] || kill -KILL $all
"#;

/// Tells the keeper of a child that has come or gone.
fn tell(verb: &str, pid: u32) -> Result<()> {
    static KEEPER_INPUT: OnceLock<Mutex<Option<ChildStdin>>> = OnceLock::new();
    let mut input = KEEPER_INPUT.get_or_init(|| Mutex::new(None)).lock();
    if input.is_none() {
        let mut keeper = Command::new("/bin/sh")
            .args(["-c", KEEPER])
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("/bin/sh could not be started")?;
        *input = keeper.stdin.take();
    }
    let input = input.as_mut().context("no pipe to the keeper")?;
    writeln!(input, "{verb} {pid}").context("telling the keeper")
}
