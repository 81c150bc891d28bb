//! A disk that fills up while clients work, and has room again.

use crate::Common;
use crate::crew::{PATIENCE, crew, tell, work_folder};
use crate::disks::Mounted;
use anyhow::{Context as _, Result, ensure};
use rollcall_bench::survival::{Node, check_integrity, copy_data, init};
use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::Path;
use std::process::Stdio;

const DISK_BYTES: u64 = 96 << 20;

/// What is left when the disk is made nearly full.
const LEFT_BYTES: usize = 1 << 20;

/// How many calls must have been refused before there is room again.
const REFUSED: usize = 100;

pub(crate) async fn run(common: &Common, times: u32) -> Result<()> {
    let folder = work_folder(common)?;
    let (image, place) = (folder.path().join("disk.img"), folder.path().join("disk"));
    let disk = Mounted::make("ext4", &image, DISK_BYTES, &place)
        .context("a full disk needs root and loop devices")?;
    let data = disk.place().join("data");
    let root = init(&common.rollcall, &data)?;
    let mut node = start(common, &data)?;
    let mut crew = crew(common, &node.url, &root, common.seed).await?;
    for round in 1..=times {
        let ballast = disk.place().join("ballast");
        fill(&ballast)?;
        let before = crew.refused();
        while crew.refused() < before + REFUSED {
            let at_work = crew.start(&node.url);
            ensure!(
                at_work.answers(500, PATIENCE).await,
                "the server stopped to answer on a full disk"
            );
            at_work.stop();
            crew.join(at_work).await?;
        }
        // It says what is true, and what it refused was not done.
        let judged = crew.judge_now(&node.url, false).await?;
        tell("full disk", round, times, judged);
        // A crash on the full disk, looked at elsewhere.
        node.kill()?;
        let copy = folder.path().join("copy");
        copy_data(&data, &copy)?;
        let survivor = Node::start(&common.rollcall, &copy)?;
        crew.judge_now(&survivor.url, true).await?;
        survivor.kill()?;
        check_integrity(&copy)?;
        fs::remove_dir_all(&copy)?;
        fs::remove_file(&ballast)?;
        node = start(common, &data)?;
        let before = crew.refused();
        let at_work = crew.start(&node.url);
        ensure!(at_work.answers(200, PATIENCE).await, "it does not go on");
        at_work.stop();
        crew.join(at_work).await?;
        ensure!(
            crew.refused() == before,
            "it refuses although there is room"
        );
        crew.judge_now(&node.url, false).await?;
    }
    node.kill()?;
    check_integrity(&data)?;
    println!(
        "{times} times full: every answer held; {} calls were refused, and not done",
        crew.refused()
    );
    Ok(())
}

/// It says with each refused call that the disk is full, which is known here.
fn start(common: &Common, data: &Path) -> Result<Node> {
    Node::start_with(&common.rollcall, data, &[], &[], Stdio::null())
}

/// Takes all room but a little.
fn fill(ballast: &Path) -> Result<()> {
    let mut file = File::create_new(ballast)?;
    let chunk = vec![0xa5; LEFT_BYTES];
    loop {
        match file.write_all(&chunk).and_then(|()| file.sync_data()) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::StorageFull => break,
            Err(error) => return Err(error.into()),
        }
    }
    let length = file.metadata()?.len();
    file.set_len(length.saturating_sub(LEFT_BYTES as u64))?;
    file.sync_all()?;
    Ok(())
}
