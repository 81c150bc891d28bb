//! `rollcall serve`.

use crate::arguments::ServeArguments;
use crate::failure::Failure;
use crate::logging;
use crate::output::{remark, say};
use rollcall_server::boot::{self, Ready};
use rollcall_server::config::Config;
use rollcall_server::serve::Stop;
use std::path::Path;
use std::process::ExitCode;

pub(crate) async fn run(arguments: ServeArguments) -> Result<ExitCode, Failure> {
    let config = Config::read(&arguments.settings.settings()?)?;
    logging::start(config.log_format, config.log_level)
        .map_err(|error| Failure::new(error.to_string()))?;
    let stop = Stop::default();
    stop.follow_signals()
        .map_err(|error| Failure::new(format!("signals cannot be followed: {error}")))?;
    boot::serve(&config, stop, |ready| announce(ready, &config.store.data)).await?;
    Ok(ExitCode::SUCCESS)
}

fn announce(ready: &Ready, data: &Path) {
    if ready.made_store {
        remark(&format!(
            "Made a store in {data}. To get an access key, stop this server and run:\n  \
               rollcall init --data {data} --new-key",
            data = data.display()
        ));
    }
    if let Some(code) = &ready.first_run {
        // To whoever started it, and not to the log.
        remark(&format!(
            "The console has no owner yet. Open {}/console and make one with this code:\n  {}",
            ready.public_url,
            code.reveal()
        ));
    }
    // Who closed our standard output still wants to be served.
    let _ = say(&format!("listening on {}", listener_url(ready)));
    if let Some(address) = ready.metrics {
        let _ = say(&format!("metrics at http://{address}/metrics"));
    }
    if let Some(address) = ready.redirect {
        let _ = say(&format!("redirecting from http://{address}"));
    }
    tracing::info!(address = %ready.address, public_url = %ready.public_url, "listening");
}

/// Where this machine reaches the listener; the public URL may lie elsewhere.
fn listener_url(ready: &Ready) -> String {
    let scheme = if ready.tls { "https" } else { "http" };
    format!("{scheme}://{}", ready.address)
}
