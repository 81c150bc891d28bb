//! Backups beside a server at work: each is restored, served and judged.

use crate::Common;
use crate::crew::{PATIENCE, crew, number, tell, work_folder};
use anyhow::{Result, ensure};
use rollcall_bench::survival::{Crew, Judged, Moment, Node, check_integrity, init};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

pub(crate) async fn run(common: &Common, times: u32) -> Result<()> {
    let folder = work_folder(common)?;
    let data = folder.path().join("data");
    let root = init(&common.rollcall, &data)?;
    let node = Node::start(&common.rollcall, &data)?;
    let mut crew = crew(common, &node.url, &root, common.seed).await?;
    let mut all = Judged::default();
    for round in 1..=times {
        let at_work = crew.start(&node.url);
        let answers = 20 + number(common.seed ^ u64::from(round), 150);
        ensure!(
            at_work.answers(answers, PATIENCE).await,
            "the server answered fewer than {answers} calls"
        );
        let file = folder.path().join("backup.db");
        let from = crew.tick();
        let (made, to) = tokio::task::block_in_place(|| {
            let made = rollcall(common, "backup", &data, &file, &[]);
            (made, crew.tick())
        });
        made?;
        ensure!(
            at_work.answers(answers + 20, PATIENCE).await,
            "the server did not go on beside the backup"
        );
        at_work.stop();
        crew.join(at_work).await?;
        let judged = judge_backup(common, &data, &file, &mut crew, Moment { from, to }).await?;
        fs::remove_file(&file)?;
        tell("backup", round, times, judged);
        all += judged;
    }
    node.kill()?;
    check_integrity(&data)?;
    println!(
        "{times} backups: each was restored as the store was at one instant while it was taken \
         ({} logins live, {} ended, {} under way in all)",
        all.live, all.ended, all.either
    );
    Ok(())
}

async fn judge_backup(
    common: &Common,
    data: &Path,
    file: &Path,
    crew: &mut Crew,
    at: Moment,
) -> Result<Judged> {
    let restored = tempfile::tempdir_in(file.parent().unwrap_or(Path::new(".")))?;
    let restored = restored.path();
    fs::copy(data.join("master.key"), restored.join("master.key"))?;
    rollcall(common, "restore", restored, file, &["--keep-sessions"])?;
    let survivor = Node::start(&common.rollcall, restored)?;
    let judged = crew.judge(&survivor.url, at, true).await?;
    survivor.kill()?;
    check_integrity(restored)?;
    Ok(judged)
}

fn rollcall(common: &Common, command: &str, data: &Path, file: &Path, more: &[&str]) -> Result<()> {
    let ran = Command::new(&common.rollcall)
        .args([
            OsStr::new(command),
            "--data".as_ref(),
            data.as_os_str(),
            file.as_os_str(),
        ])
        .args(more)
        .output()?;
    let said = String::from_utf8_lossy(&ran.stderr);
    ensure!(ran.status.success(), "{command} failed: {}", said.trim());
    Ok(())
}
