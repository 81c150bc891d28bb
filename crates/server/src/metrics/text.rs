//! The metrics as text. Every name, label and meaning is on this page.

use super::process::Process;
use super::{Attempts, Metrics, RouteCounts, UNMATCHED};
use crate::state::AppState;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, NoLabelSet, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::exemplar::Exemplar;
use prometheus_client::registry::Registry;
use rollcall_core::histogram::{BOUNDS_MICROS, Distribution};
use rollcall_core::model::event::Reason;
use rollcall_core::ports::census::{Census, Load};
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// What one reading shows.
struct Reading {
    app: AppState,
    census: Option<Census>,
    load: Load,
    process: Option<Process>,
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reading")
    }
}

/// The text of one reading.
pub(super) fn written(app: &AppState, census: Option<Census>) -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Reading {
        app: app.clone(),
        census,
        load: app.authority.store.load(),
        process: Process::read(),
    }));
    let mut written = String::new();
    text::encode(&mut written, &registry)?;
    Ok(written)
}

impl Collector for Reading {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut page = Page(encoder);
        let metrics = &*self.app.node.metrics;
        if let Some(census) = &self.census {
            logins(&mut page, census)?;
        }
        ends(&mut page, &self.load)?;
        checks(&mut page, metrics)?;
        requests(&mut page, metrics)?;
        outboxes(&mut page, metrics, self.census.as_ref())?;
        self.store(&mut page)?;
        if let Some(process) = &self.process {
            of_process(&mut page, process)?;
        }
        Ok(())
    }
}

fn logins(page: &mut Page<'_>, census: &Census) -> fmt::Result {
    let listed = census.applications.iter().map(|live| {
        let labels = [
            ("pool", live.pool.to_string()),
            ("application", live.application.to_string()),
        ];
        (labels, live.logins)
    });
    page.gauges(
        "rollcall_logins",
        "Live logins, counted by the rules that a check is answered by; of the first 1,000 \
         applications",
        listed,
    )?;
    page.gauge(
        "rollcall_logins_elsewhere",
        "Live logins of all other applications together",
        census.elsewhere,
    )
}

fn ends(page: &mut Page<'_>, load: &Load) -> fmt::Result {
    page.counter(
        "rollcall_logins_began",
        "Logins that this node began",
        load.began,
    )?;
    let ended = Reason::ALL.iter().zip(load.ended);
    page.counters(
        "rollcall_logins_ended",
        "Ends of logins that this node recorded, by reason",
        ended.map(|(reason, ended)| ([("reason", reason.as_str())], ended)),
    )
}

fn checks(page: &mut Page<'_>, metrics: &Metrics) -> fmt::Result {
    let checks = &metrics.checks;
    page.counters(
        "rollcall_checks",
        "Calls of check-session-status by answer: active, inactive, refused (an unknown user or \
         application, a wrong call) or failed (the store could not be read)",
        [
            ([("answer", "active")], checks.active.read()),
            ([("answer", "inactive")], checks.inactive.read()),
            ([("answer", "refused")], checks.refused.read()),
            ([("answer", "failed")], checks.failed.read()),
        ],
    )
}

/// Of routes that were called: there are two hundred, and most are not.
fn requests(page: &mut Page<'_>, metrics: &Metrics) -> fmt::Result {
    let routes = metrics.routes.iter().map(|(path, counts)| (*path, counts));
    let mut routes: Vec<(&str, &RouteCounts, Distribution)> = routes
        .chain([(UNMATCHED, &metrics.unmatched)])
        .map(|(path, counts)| (path, counts, counts.durations.read()))
        .filter(|(_, _, read)| read.count() > 0)
        .collect();
    routes.sort_unstable_by_key(|(path, _, _)| *path);
    page.histograms(
        "rollcall_request_duration_seconds",
        "How long answers took, by the pattern of the route",
        routes
            .iter()
            .map(|(path, _, read)| ([("route", *path)], read)),
    )?;
    let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"];
    let answered = routes.iter().flat_map(|(path, counts, _)| {
        let classes = classes.iter().zip(&counts.classes);
        classes.map(|(class, counter)| ([("route", *path), ("code", *class)], counter.read()))
    });
    page.counters(
        "rollcall_requests",
        "Answers by route and class of the code: that in the body where the API has one there",
        answered.filter(|(_, count)| *count > 0),
    )
}

fn outboxes(page: &mut Page<'_>, metrics: &Metrics, census: Option<&Census>) -> fmt::Result {
    if let Some(census) = census {
        let waiting = [
            ([("outbox", "logouts")], census.logout_deliveries),
            ([("outbox", "webhooks")], census.webhook_deliveries),
        ];
        page.gauges(
            "rollcall_deliveries_waiting",
            "Notices of logouts and calls of webhooks that wait for an attempt",
            waiting,
        )?;
        page.gauge(
            "rollcall_mass_ends_recording",
            "Ends of many logins that are in force and not recorded on each of them yet",
            census.mass_ends,
        )?;
    }
    let of = |outbox: &'static str, attempts: &Attempts| {
        [
            ("confirmed", attempts.confirmed.read()),
            ("failed", attempts.failed.read()),
            ("given_up", attempts.given_up.read()),
        ]
        .map(|(outcome, count)| ([("outbox", outbox), ("outcome", outcome)], count))
    };
    let logouts = of("logouts", &metrics.logouts);
    let webhooks = of("webhooks", &metrics.webhooks);
    page.counters(
        "rollcall_delivery_attempts",
        "Attempts of this node to tell others: confirmed, failed (tried again) or given_up",
        logouts.into_iter().chain(webhooks),
    )
}

impl Reading {
    fn store(&self, page: &mut Page<'_>) -> fmt::Result {
        page.gauge(
            "rollcall_store_up",
            "1 if the store could be read for this page, else 0",
            u64::from(self.census.is_some()),
        )?;
        page.gauge(
            "rollcall_store_queue",
            "Changes that wait for a commit",
            self.load.queued,
        )?;
        page.gauge(
            "rollcall_store_queue_limit",
            "How many changes may wait before calls are refused with 503",
            self.load.queue_limit,
        )?;
        page.histograms(
            "rollcall_store_commit_duration_seconds",
            "How long commits took, the disk included",
            [(NO_LABELS, &self.load.commits)],
        )?;
        page.counter(
            "rollcall_store_commit_failures",
            "Commits that came to nothing",
            self.load.failed_commits,
        )?;
        page.gauge(
            "rollcall_remembered_answers",
            "Answers to checks that the embedded engine remembers, those that have changed since \
             included",
            self.load.remembered,
        )?;
        page.gauge(
            "rollcall_warming_finished",
            "1 once the embedded engine has looked at all live logins after the start, or has no \
             more room",
            u64::from(self.app.node.metrics.has_warmed.load(Ordering::Relaxed)),
        )?;
        let lag = self.app.authority.store.clock_lag().as_millis();
        let lag = Duration::from_millis(lag.unsigned_abs());
        page.seconds(
            "rollcall_clock_lag_seconds",
            "How far real time is behind the store's mark; time stands until it is 0",
            MetricType::Gauge,
            lag.as_secs_f64(),
        )?;
        page.gauge(
            "rollcall_leaving",
            "1 from the signal to stop on, else 0",
            u64::from(self.app.node.stop.has_begun()),
        )
    }
}

fn of_process(page: &mut Page<'_>, process: &Process) -> fmt::Result {
    page.gauge(
        "process_resident_memory_bytes",
        "Memory that is resident",
        process.resident_bytes,
    )?;
    page.gauge("process_open_fds", "Open files", process.open_files)?;
    page.gauge("process_threads", "Threads", process.threads)?;
    page.seconds(
        "process_cpu_seconds",
        "CPU time, of the user and of the system",
        MetricType::Counter,
        process.cpu_seconds,
    )
}

const NO_LABELS: [(&str, &str); 0] = [];

/// The page that is being written.
struct Page<'a>(DescriptorEncoder<'a>);

impl Page<'_> {
    fn gauge(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        self.gauges(name, help, [(NO_LABELS, value)])
    }

    fn gauges<L: EncodeLabelSet>(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = (L, u64)>,
    ) -> fmt::Result {
        let mut family = self
            .0
            .encode_descriptor(name, help, None, MetricType::Gauge)?;
        for (labels, value) in values {
            family
                .encode_family(&labels)?
                .encode_gauge(&signed(value))?;
        }
        Ok(())
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        self.counters(name, help, [(NO_LABELS, value)])
    }

    fn counters<L: EncodeLabelSet>(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = (L, u64)>,
    ) -> fmt::Result {
        let mut family = self
            .0
            .encode_descriptor(name, help, None, MetricType::Counter)?;
        for (labels, value) in values {
            let exemplar = None::<&Exemplar<NoLabelSet, f64>>;
            family
                .encode_family(&labels)?
                .encode_counter(&value, exemplar)?;
        }
        Ok(())
    }

    fn seconds(&mut self, name: &str, help: &str, kind: MetricType, value: f64) -> fmt::Result {
        let mut metric = self.0.encode_descriptor(name, help, None, kind)?;
        match kind {
            MetricType::Counter => {
                metric.encode_counter(&value, None::<&Exemplar<NoLabelSet, f64>>)
            }
            MetricType::Gauge | MetricType::Histogram | MetricType::Info | MetricType::Unknown => {
                metric.encode_gauge(&value)
            }
        }
    }

    fn histograms<'d, L: EncodeLabelSet>(
        &mut self,
        name: &str,
        help: &str,
        values: impl IntoIterator<Item = (L, &'d Distribution)>,
    ) -> fmt::Result {
        let mut family = self
            .0
            .encode_descriptor(name, help, None, MetricType::Histogram)?;
        for (labels, read) in values {
            let bounds = BOUNDS_MICROS.iter().map(|micros| seconds(*micros));
            let bounds = bounds.chain([f64::INFINITY]);
            let classes: Vec<(f64, u64)> = bounds.zip(read.classes).collect();
            let exemplars = None::<&HashMap<usize, Exemplar<NoLabelSet, f64>>>;
            family.encode_family(&labels)?.encode_histogram(
                seconds(read.sum_micros),
                read.count(),
                &classes,
                exemplars,
            )?;
        }
        Ok(())
    }
}

fn seconds(micros: u64) -> f64 {
    Duration::from_micros(micros).as_secs_f64()
}

fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
