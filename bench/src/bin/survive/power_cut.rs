//! Power cuts: the disk as it was at one instant, while the server wrote.

use crate::Common;
use crate::crew::{PATIENCE, crew, number, tell, work_folder};
use crate::disks::{Mounted, reflink};
use anyhow::{Context as _, Result, ensure};
use rollcall_bench::survival::{Crew, Judged, Moment, Node, check_integrity, init};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// Of the file system that the images lie on: it is sparse, and copies share their blocks.
const HOST_BYTES: u64 = 8 << 30;

/// Of the server's disk.
const DISK_BYTES: u64 = 512 << 20;

pub(crate) async fn run(common: &Common, times: u32, host: &str, per_store: u32) -> Result<()> {
    let folder = work_folder(common)?;
    let place = folder.path().join("host");
    let image = folder.path().join("host.img");
    let host = Mounted::make(host, &image, HOST_BYTES, &place)
        .context("power cuts need root, loop devices and the file system's tools")?;
    let (mut all, mut round) = (Judged::default(), 0);
    while round < times {
        let rounds = (round + 1)..=times.min(round + per_store);
        round = *rounds.end();
        all += on_one_store(common, host.place(), rounds, times).await?;
    }
    println!(
        "{times} power cuts: every answer held ({} logins live, {} ended, {} under way in all; \
         {} tokens and {} checks right)",
        all.live, all.ended, all.either, all.tokens, all.answers
    );
    Ok(())
}

async fn on_one_store(
    common: &Common,
    host: &Path,
    rounds: std::ops::RangeInclusive<u32>,
    times: u32,
) -> Result<Judged> {
    let (image, place) = (host.join("disk.img"), host.join("disk"));
    let disk = Mounted::make("ext4", &image, DISK_BYTES, &place)?;
    let data = disk.place().join("data");
    let root = init(&common.rollcall, &data)?;
    let node = Node::start(&common.rollcall, &data)?;
    let seed = common.seed ^ u64::from(*rounds.start()) << 32;
    let mut crew = crew(common, &node.url, &root, seed).await?;
    let mut all = Judged::default();
    for round in rounds {
        let at_work = crew.start(&node.url);
        let seed = common.seed ^ u64::from(round);
        let answers = 20 + number(seed, 150);
        let enough = at_work.answers(answers, PATIENCE).await;
        ensure!(enough, "the server answered fewer than {answers} calls");
        // Anywhere between two answers.
        let wait = Duration::from_micros(number(!seed, 3_000) as u64);
        tokio::time::timeout(wait, std::future::pending::<()>())
            .await
            .unwrap_or_default();
        let cut = host.join("cut.img");
        let from = crew.tick();
        let (copied, to) = tokio::task::block_in_place(|| {
            let copied = reflink(&image, &cut);
            (copied, crew.tick())
        });
        copied?;
        at_work.stop();
        crew.join(at_work).await?;
        let judged = judge_cut(common, host, &cut, &mut crew, Moment { from, to }).await;
        let judged = judged.with_context(|| format!("power cut {round}"))?;
        fs::remove_file(&cut)?;
        tell("power cut", round, times, judged);
        all += judged;
    }
    node.kill()?;
    drop(disk);
    fs::remove_file(&image)?;
    Ok(all)
}

async fn judge_cut(
    common: &Common,
    host: &Path,
    cut: &Path,
    crew: &mut Crew,
    at: Moment,
) -> Result<Judged> {
    let disk = Mounted::mount(cut, &host.join("cut"))?;
    let data = disk.place().join("data");
    let survivor = Node::start(&common.rollcall, &data)?;
    let judged = crew.judge(&survivor.url, at, true).await?;
    survivor.kill()?;
    check_integrity(&data)?;
    Ok(judged)
}
