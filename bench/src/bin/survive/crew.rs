//! What the rounds have in common.

use crate::Common;
use anyhow::{Context as _, Result};
use rollcall_bench::survival::{Crew, Judged, Key};
use std::time::Duration;
use tempfile::TempDir;

/// A server that answers nothing for so long is stuck.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// Clients with pools of their own on this server.
pub(crate) async fn crew(common: &Common, url: &str, root: &Key, seed: u64) -> Result<Crew> {
    Crew::new(url, root, common.clients, seed).await
}

/// A folder that goes away at the end.
pub(crate) fn work_folder(common: &Common) -> Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    let builder = builder.prefix("rollcall-survive-");
    let made = match &common.work {
        Some(work) => builder.tempdir_in(work),
        None => builder.tempdir(),
    };
    made.context("no temporary folder")
}

/// A number below `below` that looks random and follows from the seed.
pub(crate) fn number(seed: u64, below: u64) -> usize {
    let mut z = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    usize::try_from((z ^ (z >> 31)) % below).unwrap_or_default()
}

/// One line for each round.
pub(crate) fn tell(what: &str, round: u32, of: u32, judged: Judged) {
    println!(
        "{what} {round} of {of}: {} live, {} ended, {} under way; {} tokens, {} checks right",
        judged.live, judged.ended, judged.either, judged.tokens, judged.answers
    );
}
