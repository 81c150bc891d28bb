//! `kill -9`, again and again, on one store.

use crate::Common;
use crate::crew::{PATIENCE, crew, number, tell, work_folder};
use anyhow::{Result, ensure};
use rollcall_bench::survival::{Judged, Node, check_integrity, copy_data, init};

pub(crate) async fn run(common: &Common, times: u32) -> Result<()> {
    let folder = work_folder(common)?;
    let data = folder.path().join("data");
    let root = init(&common.rollcall, &data)?;
    let mut node = Node::start(&common.rollcall, &data)?;
    let mut crew = crew(common, &node.url, &root, common.seed).await?;
    let mut all = Judged::default();
    for round in 1..=times {
        let at_work = crew.start(&node.url);
        let answers = 20 + number(common.seed ^ u64::from(round), 400);
        let enough = at_work.answers(answers, PATIENCE).await;
        ensure!(enough, "the server answered fewer than {answers} calls");
        node.kill()?;
        crew.join(at_work).await?;
        let at = crew.now();
        // A copy of what the crash left, on which tokens can be tried.
        let copy = folder.path().join("copy");
        copy_data(&data, &copy)?;
        let survivor = Node::start(&common.rollcall, &copy)?;
        let judged = crew.judge(&survivor.url, at, true).await?;
        survivor.kill()?;
        check_integrity(&copy)?;
        std::fs::remove_dir_all(&copy)?;
        tell("kill", round, times, judged);
        all += judged;
        node = Node::start(&common.rollcall, &data)?;
        crew.judge(&node.url, at, false).await?;
        crew.settle(&node.url).await?;
    }
    node.kill()?;
    check_integrity(&data)?;
    println!(
        "{times} kills: every answer held ({} logins live, {} ended, {} under way in all)",
        all.live, all.ended, all.either
    );
    Ok(())
}
