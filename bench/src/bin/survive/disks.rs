//! File systems in image files, mounted over loop devices.

use anyhow::{Context as _, Result, ensure};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A mounted image. Dropped, it is unmounted; its loop device goes with that.
pub(crate) struct Mounted {
    place: PathBuf,
}

impl Mounted {
    /// Makes a file system in a new image of so many bytes, and mounts it.
    pub(crate) fn make(kind: &str, image: &Path, bytes: u64, place: &Path) -> Result<Self> {
        File::create_new(image)?.set_len(bytes)?;
        let program = format!("mkfs.{kind}");
        let quiet = if kind == "ext4" { "-qF" } else { "-qf" };
        run(&program, [OsStr::new(quiet), image.as_os_str()])?;
        Self::mount(image, place)
    }

    /// Mounts an image.
    pub(crate) fn mount(image: &Path, place: &Path) -> Result<Self> {
        fs::create_dir_all(place)?;
        let arguments = [
            "-o".as_ref(),
            "loop".as_ref(),
            image.as_os_str(),
            place.as_os_str(),
        ];
        run("mount", arguments)?;
        Ok(Self {
            place: place.to_owned(),
        })
    }

    /// Where it is mounted.
    pub(crate) fn place(&self) -> &Path {
        &self.place
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        if let Err(error) = run("umount", [self.place.as_os_str()]) {
            eprintln!("{error:#}");
        }
    }
}

/// Copies a file in one instant, however it is written meanwhile.
pub(crate) fn reflink(from: &Path, to: &Path) -> Result<()> {
    let arguments = [
        "--reflink=always".as_ref(),
        from.as_os_str(),
        to.as_os_str(),
    ];
    run("cp", arguments)
}

fn run<'a>(program: &str, arguments: impl IntoIterator<Item = &'a OsStr>) -> Result<()> {
    let ran = Command::new(program).args(arguments).output();
    let ran = ran.with_context(|| format!("{program} cannot be run"))?;
    let said = String::from_utf8_lossy(&ran.stderr);
    ensure!(ran.status.success(), "{program} failed: {}", said.trim());
    Ok(())
}
