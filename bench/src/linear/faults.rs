//! What is done to the nodes and their database during the load.

use super::cluster::Cluster;
use super::load::Progress;
use anyhow::Result;
use fastrand::Rng;
use std::sync::Arc;
use std::time::Duration;

/// A kind of harm.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Fault {
    /// `kill -9` of a node, which is started again.
    KillNode,
    /// `kill -9` of PostgreSQL, which is started again.
    KillDatabase,
    /// SIGSTOP of PostgreSQL, for a while.
    PauseDatabase,
}

/// A fault that was done.
#[derive(Clone, Copy, Debug)]
pub(super) struct Harm {
    pub(super) fault: Fault,
    pub(super) pause: Duration,
}

/// Does one fault after the other, spread evenly over the load.
pub(super) async fn harm(
    cluster: Arc<Cluster>,
    faults: Vec<Harm>,
    progress: Arc<Progress>,
    actions: u64,
    mut rng: Rng,
) -> Result<()> {
    let parts = faults.len() as u64 + 1;
    for (place, harm) in (1..).zip(faults) {
        progress.reached(actions * place / parts).await;
        let cluster = cluster.clone();
        let node = rng.usize(..cluster.nodes().all().len());
        tokio::task::spawn_blocking(move || once(&cluster, harm, node)).await??;
    }
    Ok(())
}

fn once(cluster: &Cluster, harm: Harm, node: usize) -> Result<()> {
    match harm.fault {
        Fault::KillNode => cluster.kill_node(node),
        Fault::KillDatabase => {
            let mut database = cluster.database()?.lock();
            database.kill()?;
            database.restart()
        }
        Fault::PauseDatabase => {
            let database = cluster.database()?.lock();
            database.pause()?;
            pass(harm.pause);
            database.resume()
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the fault is that nothing answers for so long"
)]
fn pass(time: Duration) {
    std::thread::sleep(time);
}
