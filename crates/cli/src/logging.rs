//! Log lines, on standard error.

use rollcall_server::config::{LogFormat, LogLevel};
use rollcall_server::request_log;
use std::fmt;
use std::io::{self, IsTerminal as _};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

/// Our own crates, by the beginning of their targets.
const OURS: &str = "rollcall";

/// Starts logging. Libraries log from `warn` on whatever the level: below that
/// they print protocol frames, which carry credentials.
pub(crate) fn start(format: LogFormat, level: LogLevel) -> Result<(), TryInitError> {
    let level = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    let filter = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target(OURS, level);
    let registry = tracing_subscriber::registry().with(filter);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    match format {
        LogFormat::Text => {
            let lines = lines.map_event_format(|inner| Named { inner, json: false });
            registry.with(lines).try_init()
        }
        LogFormat::Json => {
            let lines = lines.json().flatten_event(true);
            let lines = lines.map_event_format(|inner| Named { inner, json: true });
            registry.with(lines).try_init()
        }
    }
}

/// Lines that name the request which they belong to, also where whoever wrote them
/// knows of none, like the store.
struct Named<F> {
    inner: F,
    json: bool,
}

/// The field, as the lines of requests themselves have it.
const REQUEST_ID: &str = "request_id";

impl<S, N, F> FormatEvent<S, N> for Named<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let names_it = event.fields().any(|field| field.name() == REQUEST_ID);
        let Some(request_id) = request_log::current().filter(|_| !names_it) else {
            return self.inner.format_event(context, writer, event);
        };
        let mut line = String::new();
        let inner = Writer::new(&mut line);
        self.inner.format_event(context, inner, event)?;
        // The id is hexadecimal digits and dashes, which need no escape.
        match line.trim_end().strip_prefix('{') {
            Some(rest) if self.json => {
                writeln!(writer, "{{\"{REQUEST_ID}\":\"{request_id}\",{rest}")
            }
            Some(_) | None => writeln!(writer, "{} {REQUEST_ID}={request_id}", line.trim_end()),
        }
    }
}
