//! Latency at a fixed rate, by `oha`: each request has an instant at which it is due,
//! and waits of the generator itself count (its `--latency-correction`, which corrects
//! for coordinated omission).

use crate::numbers::real;
use crate::servers::pinned;
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The percentiles that are kept, by oha's names.
pub const PERCENTILES: [&str; 7] = ["p50", "p75", "p90", "p95", "p99", "p99.9", "p99.99"];

/// A load at a fixed rate.
#[derive(Clone, Debug)]
pub struct FixedRate {
    /// The program.
    pub oha: PathBuf,
    /// The core that it runs on.
    pub core: usize,
    /// Requests in a second.
    pub rate: u64,
    /// For how long.
    pub seconds: u64,
    /// Connections.
    pub connections: usize,
}

/// What is asked, and how long each right answer is.
#[derive(Clone, Debug)]
pub struct Question {
    /// The URL.
    pub url: String,
    /// The token.
    pub token: String,
    /// The JSON.
    pub body: String,
    /// Bytes of a right answer's body.
    pub answer_bytes: u64,
}

/// Latencies in milliseconds, in the order of [`PERCENTILES`].
#[derive(Clone, Debug)]
pub struct Latencies {
    /// The percentiles.
    pub millis: Vec<f64>,
    /// Answers.
    pub answers: u64,
    /// Requests in a second, as they were sent.
    pub rate: f64,
}

impl Latencies {
    /// One of them.
    pub fn at(&self, percentile: &str) -> Result<f64> {
        let index = PERCENTILES.iter().position(|name| *name == percentile);
        let millis = index.and_then(|index| self.millis.get(index));
        millis.copied().context("an unknown percentile")
    }
}

impl FixedRate {
    /// The command for this question.
    fn command(&self, question: &Question) -> Command {
        let mut oha = pinned(&self.core.to_string(), &self.oha);
        oha.args(["--no-tui", "--output-format", "json", "-m", "POST"])
            .args(["-z", &format!("{}s", self.seconds), "-q", &self.rate.to_string()])
            .args(["-c", &self.connections.to_string(), "--latency-correction"])
            // What is under way when the time is up is waited for, not lost.
            .arg("--wait-ongoing-requests-after-deadline")
            .args(["-H", &format!("authorization: Bearer {}", question.token)])
            .args(["-H", "content-type: application/json"])
            .args(["-d", &question.body])
            .arg(&question.url)
            .stdin(Stdio::null());
        oha
    }

    /// Runs it. Every answer must be a right one: V3 answers failures with HTTP 200
    /// too, so their length is looked at.
    pub fn run(&self, question: &Question) -> Result<Latencies> {
        let output = self
            .command(question)
            .output()
            .with_context(|| format!("cannot start {}", self.oha.display()))?;
        ensure!(
            output.status.success(),
            "oha failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let told: Value = serde_json::from_slice(&output.stdout).context("oha's answer")?;
        let statuses = &told["statusCodeDistribution"];
        let answers = statuses["200"].as_u64().unwrap_or_default();
        let bytes = told["summary"]["totalData"].as_u64().unwrap_or_default();
        let errors = told["errorDistribution"].as_object();
        ensure!(
            answers > 0
                && errors.is_none_or(serde_json::Map::is_empty)
                && statuses.as_object().is_some_and(|all| all.len() == 1)
                && bytes == answers * question.answer_bytes,
            "not every answer was right: {statuses}, {}, {bytes} bytes",
            told["errorDistribution"]
        );
        let millis = PERCENTILES
            .iter()
            .map(|name| told["latencyPercentiles"][name].as_f64().map(|s| s * 1e3))
            .collect::<Option<_>>();
        let total = told["summary"]["total"].as_f64().context("no time")?;
        Ok(Latencies {
            millis: millis.context("no percentiles")?,
            answers,
            rate: real(answers) / total,
        })
    }
}
