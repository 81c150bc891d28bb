//! The short form: real nodes, a few thousand calls, and the seeded bug.

use rollcall_bench::linear::cluster::Engine;
use rollcall_bench::linear::faults::Fault;
use rollcall_bench::linear::judge::Verdict;
use rollcall_bench::linear::model::Answer;
use rollcall_bench::linear::run::{Options, Round, Run, find_binary, kind};
use std::path::Path;
use std::time::Duration;

fn options(seed: u64) -> anyhow::Result<Options> {
    Ok(Options {
        binary: find_binary()?,
        engine: Engine::Embedded,
        nodes: 1,
        clients: 12,
        people: 6,
        actions: 800,
        faults: Vec::new(),
        pause: Duration::from_secs(10),
        seed,
        patience: Duration::from_mins(1),
        seeded_bug: false,
    })
}

/// The run's error, if it has to fail.
fn demand(round: &Round) -> anyhow::Result<()> {
    let report = Path::new(env!("CARGO_TARGET_TMPDIR")).join("linearizability");
    round.demand(Duration::from_mins(1), &report)
}

/// Every kind of call was made and answered, with "no" where there is one.
fn assert_tried_everything(round: &Round) {
    let answered = |name: &str, answer| {
        let records = round.history.iter();
        records
            .filter(|r| kind(r.op.call) == name && r.op.answer == answer)
            .count()
    };
    for name in [
        "check", "sign-in", "form", "sso", "redeem", "refresh", "revoke", "kick", "sign-out",
    ] {
        assert!(answered(name, Answer::Yes) > 0, "no yes to {name}: {round}");
    }
    for name in ["check", "sso", "redeem", "refresh"] {
        assert!(answered(name, Answer::No) > 0, "no no to {name}: {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_linearizable_though_the_node_is_killed_again_and_again() {
    let faults = vec![Fault::KillNode; 3];
    let mut run = Run::start(Options {
        faults,
        ..options(1).unwrap()
    })
    .await
    .unwrap();
    let round = run.round().await.unwrap();
    println!("{round}");
    demand(&round).unwrap();
    assert_tried_everything(&round);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_believes_itself_for_a_second_is_caught() {
    let mut run = Run::start(Options {
        seeded_bug: true,
        ..options(2).unwrap()
    })
    .await
    .unwrap();
    let round = run.round().await.unwrap();
    assert!(matches!(round.verdict, Verdict::Rejected { .. }), "{round}");
    // And it is said what cannot be: a check, or a later call that takes away what would
    // have explained it.
    let why = demand(&round).unwrap_err().to_string();
    assert!(
        why.starts_with("NOT LINEARIZABLE") && why.contains("Check"),
        "{why}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn three_nodes_are_as_one_though_they_and_their_database_are_hurt() {
    if !rollcall_testing::postgres::installed_or_skip() {
        return;
    }
    let options = Options {
        engine: Engine::Postgres,
        nodes: 3,
        faults: vec![Fault::KillNode, Fault::KillDatabase, Fault::PauseDatabase],
        ..options(3).unwrap()
    };
    let mut run = Run::start(options).await.unwrap();
    let round = run.round().await.unwrap();
    println!("{round}");
    demand(&round).unwrap();
    assert_tried_everything(&round);
}
