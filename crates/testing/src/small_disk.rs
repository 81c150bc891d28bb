//! A small disk in memory, which can be full and can be made to let read alone.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// It is taken off again when it goes.
#[derive(Debug)]
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// A new one; none where none can be mounted: only root may, and not everywhere. A line
    /// says so, and on a machine for checks it is a failure.
    ///
    /// # Panics
    ///
    /// In CI, where nothing is skipped.
    pub fn or_skip(bytes: u32) -> Option<Self> {
        let mounted = Self::mount(bytes);
        if let Err(error) = &mounted {
            assert!(!crate::postgres::is_ci(), "no small disk: {error}");
            eprintln!("SKIPPED: no small disk can be mounted, which takes root: {error}");
        }
        mounted.ok()
    }

    fn mount(bytes: u32) -> io::Result<Self> {
        let place = tempfile::Builder::new()
            .prefix("rollcall-disk-")
            .tempdir()?
            .keep();
        let mut mount = Command::new("mount");
        let options = format!("size={bytes},mode=755");
        mount
            .args(["-t", "tmpfs", "-o", &options, "tmpfs"])
            .arg(&place);
        if let Err(error) = run(&mut mount) {
            fs::remove_dir(&place)?;
            return Err(error);
        }
        Ok(Self(place))
    }

    /// Where it is.
    pub fn place(&self) -> &Path {
        &self.0
    }

    /// Takes all the room that is left.
    pub fn fill(&self) -> io::Result<()> {
        let mut junk = File::options()
            .create(true)
            .append(true)
            .open(self.junk())?;
        while junk.write_all(&[0; 4096]).is_ok() {}
        Ok(())
    }

    /// Takes all the room that is left but this much.
    pub fn leave(&self, bytes: u64) -> io::Result<()> {
        self.fill()?;
        let junk = File::options().write(true).open(self.junk())?;
        let length = junk.metadata()?.len();
        junk.set_len(length.saturating_sub(bytes))
    }

    /// Makes the room free again that was taken.
    pub fn empty(&self) -> io::Result<()> {
        fs::remove_file(self.junk())
    }

    /// Lets read alone.
    pub fn make_read_only(&self) -> io::Result<()> {
        let mut mount = Command::new("mount");
        run(mount.args(["-o", "remount,ro"]).arg(&self.0))
    }

    fn junk(&self) -> PathBuf {
        self.0.join("junk")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: somebody may still be at it.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
        let _ = fs::remove_dir(&self.0);
    }
}

fn run(command: &mut Command) -> io::Result<()> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(said.trim().to_owned()))
}
