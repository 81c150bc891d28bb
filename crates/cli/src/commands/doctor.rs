//! `rollcall doctor`.

use crate::arguments::DoctorArguments;
use crate::failure::Failure;
use crate::output::say;
use crate::table::instant;
use rollcall_client::types::Timestamp;
use rollcall_server::boot::doctor::{
    self, Examination, Explanation, LoginExplained, Reason, Standing,
};
use rollcall_server::config::StoreConfig;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::process::ExitCode;

/// Drift was found.
const DRIFT: u8 = 1;

pub(crate) fn run(arguments: DoctorArguments) -> Result<ExitCode, Failure> {
    let config = StoreConfig::read(&arguments.settings.settings()?)?;
    let looked = match &arguments.user {
        Some(user) => explain(&config, user, arguments.pool.as_deref(), arguments.json),
        None => examine(&config, arguments.json),
    };
    // 1 means that drift was found, so it means nothing else.
    looked.map_err(Failure::at_least_2)
}

fn examine(config: &StoreConfig, as_json: bool) -> Result<ExitCode, Failure> {
    let examination = doctor::examine(config)?;
    if as_json {
        say(&json_of(&examination).to_string())?;
    } else {
        say(text_of(&examination).trim_end())?;
    }
    Ok(if examination.is_sound() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(DRIFT)
    })
}

fn explain(
    config: &StoreConfig,
    user: &str,
    pool: Option<&str>,
    as_json: bool,
) -> Result<ExitCode, Failure> {
    let explained = doctor::explain(config, user, pool)?;
    if as_json {
        let list: Vec<Value> = explained.iter().map(json_of_user).collect();
        say(&json!({ "totalCount": list.len(), "list": list }).to_string())?;
    } else {
        let texts: Vec<String> = explained.iter().map(text_of_user).collect();
        say(texts.join("\n").trim_end())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn json_of(examination: &Examination) -> Value {
    let counts = examination.counts.iter();
    let counts = counts.map(|(name, count)| ((*name).to_owned(), json!(count)));
    let checks = examination.findings.iter().map(|finding| {
        json!({
            "check": finding.check,
            "rule": finding.rule,
            "found": finding.found,
            "examples": finding.examples,
        })
    });
    json!({
        "at": exact(examination.at),
        "sound": examination.is_sound(),
        "clockLagMillis": examination.clock_lag.as_millis(),
        "counts": counts.collect::<serde_json::Map<_, _>>(),
        "checks": checks.collect::<Vec<_>>(),
    })
}

fn text_of(examination: &Examination) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    for finding in &examination.findings {
        let verdict = if finding.found == 0 { "ok   " } else { "DRIFT" };
        let _ = writeln!(out, "{verdict}  {}: {}", finding.check, finding.rule);
        for example in &finding.examples {
            let _ = writeln!(out, "         {example}");
        }
        let more = finding.found.saturating_sub(finding.examples.len() as u64);
        if more > 0 {
            let _ = writeln!(out, "         and {more} more");
        }
    }
    let counts = examination.counts.iter();
    let counts: Vec<String> = counts
        .map(|(name, count)| format!("{name} {count}"))
        .collect();
    let _ = writeln!(out, "\n{}", counts.join(", "));
    let verdict = if examination.is_sound() {
        "Everything agrees"
    } else {
        "There is drift"
    };
    let _ = writeln!(out, "{verdict}, as of {}.", text(examination.at));
    out
}

fn json_of_user(user: &Explanation) -> Value {
    let kicks = user
        .kicks
        .iter()
        .map(|kick| json!({ "appId": kick.application.to_string(), "at": exact(kick.at) }));
    json!({
        "userPoolId": user.pool.to_string(),
        "userId": user.user.to_string(),
        "status": user.status,
        "logins": user.logins.iter().map(json_of_login).collect::<Vec<_>>(),
        "kicks": kicks.collect::<Vec<_>>(),
    })
}

fn json_of_login(login: &LoginExplained) -> Value {
    let mut object = json!({
        "appId": login.application.to_string(),
        "appName": login.application_name,
        "sid": login.id.to_string(),
        "deviceId": login.session.to_string(),
        "begunAt": exact(login.begun_at),
        "lastSeenAt": exact(login.last_seen),
        "active": login.standing.is_live(),
    });
    match login.standing {
        Standing::Live { expires_at } => {
            object["expiresAt"] = json!(exact(expires_at));
            object["expiresBy"] = json!(login.next_end.map(Reason::as_str));
        }
        Standing::Ended(end) => {
            object["endedAt"] = json!(exact(end.at));
            object["reason"] = json!(end.reason.as_str());
            object["recorded"] = json!(login.recorded);
        }
    }
    object
}

fn text_of_user(user: &Explanation) -> String {
    let mut out = format!(
        "User {} of the pool {}: {}\n",
        user.user, user.pool, user.status
    );
    if user.logins.is_empty() {
        out.push_str("  has never signed in, as far as is kept\n");
    }
    for login in &user.logins {
        let name = login.application_name.as_deref().unwrap_or("(deleted)");
        let name: String = name.chars().filter(|c| !c.is_control()).collect();
        let (application, begun) = (login.application, text(login.begun_at));
        let _ = writeln!(out, "  {application} {name}, device {}", login.session);
        let _ = match login.standing {
            Standing::Live { expires_at } => {
                let by = login.next_end.map_or("a limit", Reason::as_str);
                let until = text(expires_at);
                let seen = text(login.last_seen);
                writeln!(
                    out,
                    "    signed in since {begun}, last seen {seen}; ends {until} by {by}"
                )
            }
            Standing::Ended(end) => {
                let (at, reason) = (text(end.at), end.reason.as_str());
                let record = if login.recorded {
                    ""
                } else {
                    ", not recorded yet"
                };
                writeln!(out, "    signed in {begun}, ended {at}: {reason}{record}")
            }
        };
    }
    for kick in &user.kicks {
        let _ = writeln!(
            out,
            "  kicked from {} at {}",
            kick.application,
            text(kick.at)
        );
    }
    out
}

fn text(at: doctor::Instant) -> String {
    instant(Timestamp::from_millis(at.as_millis()))
}

/// As the API writes instants.
fn exact(at: doctor::Instant) -> String {
    Timestamp::from_millis(at.as_millis()).to_string()
}
