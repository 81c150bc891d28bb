//! Crashes and backups while clients work, in short; `survive` of `bench` has the long
//! forms.

use crate::run::rollcall;
use rollcall_bench::survival::{Crew, Moment, Node, check_integrity, copy_data, init};
use std::fs;
use std::path::Path;
use std::time::Duration;
use tempfile::tempdir;

const CLIENTS: u64 = 4;
const PATIENCE: Duration = Duration::from_mins(1);

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_rollcall"))
}

/// Asks after everything on a copy, on which tokens can be tried.
async fn judge(crew: &mut Crew, data: &Path, at: Moment) {
    let survivor = Node::start(binary(), data).unwrap();
    let judged = crew.judge(&survivor.url, at, true).await.unwrap();
    assert!(judged.live + judged.ended > 0, "{judged:?}");
    survivor.kill().unwrap();
    check_integrity(data).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_holds_after_a_kill_while_clients_work() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let root = init(binary(), &data).unwrap();
    let mut node = Node::start(binary(), &data).unwrap();
    let mut crew = Crew::new(&node.url, &root, CLIENTS, 1).await.unwrap();
    for answers in [60, 15] {
        let at_work = crew.start(&node.url);
        assert!(at_work.answers(answers, PATIENCE).await);
        node.kill().unwrap();
        crew.join(at_work).await.unwrap();
        let copy = tempdir().unwrap();
        copy_data(&data, copy.path()).unwrap();
        let at = crew.now();
        judge(&mut crew, copy.path(), at).await;
        node = Node::start(binary(), &data).unwrap();
        crew.settle(&node.url).await.unwrap();
    }
    let judged = crew.judge_now(&node.url, false).await.unwrap();
    assert_eq!(judged.either, 0, "{judged:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_taken_while_clients_work_is_the_store_at_one_instant() {
    let folder = tempdir().unwrap();
    let data = folder.path().join("data");
    let root = init(binary(), &data).unwrap();
    let node = Node::start(binary(), &data).unwrap();
    let mut crew = Crew::new(&node.url, &root, CLIENTS, 2).await.unwrap();
    let at_work = crew.start(&node.url);
    assert!(at_work.answers(50, PATIENCE).await);
    let file = folder.path().join("backup.db");
    let from = crew.tick();
    take("backup", &data, &file, &[]);
    let to = crew.tick();
    assert!(at_work.answers(70, PATIENCE).await);
    // What a killed server leaves, with its log, is backed up as well.
    node.kill().unwrap();
    crew.join(at_work).await.unwrap();
    let killed = folder.path().join("killed.db");
    take("backup", &data, &killed, &[]);
    let killed_at = crew.now();
    for (file, at) in [(file, Moment { from, to }), (killed, killed_at)] {
        let restored = tempdir().unwrap();
        let key = data.join("master.key");
        fs::copy(key, restored.path().join("master.key")).unwrap();
        take("restore", restored.path(), &file, &["--keep-sessions"]);
        judge(&mut crew, restored.path(), at).await;
    }
}

fn take(command: &str, data: &Path, file: &Path, more: &[&str]) {
    let (data, file) = (data.to_str().unwrap(), file.to_str().unwrap());
    let run = rollcall(&[&[command, "--data", data, file], more].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
}
