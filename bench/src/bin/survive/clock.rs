//! A clock that jumps forwards and back while clients work, with crashes in between.
//!
//! The server's own clock is moved, by libfaketime; its timers are not. After a jump beyond
//! every limit all logins must be ended, and stay so when the clock is back.

use crate::Common;
use crate::crew::{PATIENCE, crew, number, tell, work_folder};
use anyhow::{Context as _, Result, ensure};
use rollcall_bench::survival::{Crew, Node, check_integrity, init};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Longer than a session's longest life.
const BEYOND_S: i64 = 40 * 86_400;

/// Jumps of one side together stay below what access tokens live, so that these show how
/// their logins are.
const MOST_S: i64 = 90 * 60;

/// The server's clock.
struct Jumping {
    file: PathBuf,
    library: String,
    offset_s: i64,
    highest_s: i64,
}

impl Jumping {
    fn jump(&mut self, by_s: i64) -> Result<()> {
        self.offset_s += by_s;
        self.highest_s = self.highest_s.max(self.offset_s);
        // Renamed into its place, so that nobody reads half of it.
        let new = self.file.with_extension("new");
        fs::write(&new, format!("{:+}", self.offset_s))?;
        fs::rename(&new, &self.file)?;
        Ok(())
    }

    /// How far it is behind the latest that the server can have told.
    fn behind_s(&self) -> i64 {
        self.highest_s - self.offset_s
    }

    fn start(&self, common: &Common, data: &Path, accept: bool, log: Stdio) -> Result<Node> {
        let file = self.file.to_str().context("a path that is not UTF-8")?;
        let variables = [
            ("LD_PRELOAD", self.library.as_str()),
            ("FAKETIME_TIMESTAMP_FILE", file),
            ("FAKETIME_NO_CACHE", "1"),
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
            ("DONT_FAKE_MONOTONIC", "1"),
        ];
        let more: &[&str] = if accept {
            &["--accept-earlier-clock"]
        } else {
            &[]
        };
        Node::start_with(&common.rollcall, data, more, &variables, log)
    }
}

pub(crate) async fn run(common: &Common, times: u32, library: &Path) -> Result<()> {
    ensure!(
        library.exists(),
        "no {}: install libfaketime",
        library.display()
    );
    let folder = work_folder(common)?;
    let data = folder.path().join("data");
    let mut clock = Jumping {
        file: folder.path().join("offset"),
        library: library
            .to_str()
            .context("a path that is not UTF-8")?
            .to_owned(),
        offset_s: 0,
        highest_s: 0,
    };
    clock.jump(0)?;
    let root = init(&common.rollcall, &data)?;
    let mut node = clock.start(common, &data, false, Stdio::inherit())?;
    let mut crew = crew(common, &node.url, &root, common.seed).await?;
    let mut refused = 0;
    for round in 1..=times {
        let seed = common.seed ^ u64::from(round) << 8;
        if round % 5 == 0 {
            jump_beyond(&mut clock, &mut crew, &node.url).await?;
        } else {
            let by_s = i64::try_from(number(seed, 2_400)).unwrap_or_default() - 1_200;
            let stays = (clock.offset_s + by_s).abs() < MOST_S;
            let by_s = if stays { by_s } else { -by_s };
            jump_at_work(&mut clock, &mut crew, &node.url, by_s).await?;
        }
        let judged = crew.judge_now(&node.url, false).await?;
        tell("jump", round, times, judged);
        node.kill()?;
        // Not at the border, which the last second before the crash may have moved.
        let far = clock.behind_s() > 310;
        if far {
            ensure!(
                clock.start(common, &data, false, Stdio::null()).is_err(),
                "it starts {} s behind what it has told",
                clock.behind_s()
            );
            refused += 1;
        }
        node = clock.start(common, &data, far, Stdio::inherit())?;
        if far {
            clock.highest_s = clock.offset_s;
        }
        crew.judge_now(&node.url, false).await?;
    }
    node.kill()?;
    check_integrity(&data)?;
    println!(
        "{times} jumps: every answer held, and nobody who had expired returned; {refused} starts \
         with a clock too far behind were refused"
    );
    Ok(())
}

/// A jump while clients work, which none of them notices.
async fn jump_at_work(clock: &mut Jumping, crew: &mut Crew, url: &str, by_s: i64) -> Result<()> {
    let at_work = crew.start(url);
    ensure!(at_work.answers(60, PATIENCE).await, "the server is stuck");
    clock.jump(by_s)?;
    ensure!(
        at_work.answers(160, PATIENCE).await,
        "the server is stuck after a jump"
    );
    at_work.stop();
    crew.join(at_work).await
}

/// Over every limit and back: who was signed in is signed out for good.
async fn jump_beyond(clock: &mut Jumping, crew: &mut Crew, url: &str) -> Result<()> {
    clock.jump(BEYOND_S)?;
    crew.expire();
    crew.judge_now(url, false).await?;
    let at_work = crew.start(url);
    ensure!(
        at_work.answers(60, PATIENCE).await,
        "the server is stuck after a jump"
    );
    at_work.stop();
    crew.join(at_work).await?;
    clock.jump(-BEYOND_S)?;
    Ok(())
}
