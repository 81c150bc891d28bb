//! The headline call beside bare servers, which are the limit, and beside what people
//! use or build otherwise.

use super::found;
use crate::load::{Load, Protocol, post_json};
use crate::numbers::{Spread, figure};
use crate::population::{ACTIVE, CHECK, Draw, Population, Wanted as Many, check_count};
use crate::report::{Report, Wanted, table};
use crate::servers::Server;
use crate::suite::{Bench, Contender, Turns, rounds, turns_of};
use anyhow::{Context as _, Result, ensure};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

const AXUM: &str = "bare axum";
const BEARER: &str = "Rollcall, bearer token";
const SIGNED: &str = "Rollcall, signed request";
const OIDC_PROVIDER: &str = "npm oidc-provider, introspection, in memory";
const BETTER_AUTH: &str = "npm better-auth, get session, SQLite";
const REDIS: &str = "redis GET";

/// Fewer than the 1,000 records that oidc-provider's memory holds: each token has
/// two there, and what is pushed out is not found.
const TOKENS: usize = 100;

/// Signed requests of a turn: ten minutes of them must stay below the nonces that the
/// server remembers (`limits::MAX_REMEMBERED_NONCES`).
const MOST_SIGNED: usize = 100_000;

pub(super) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let wanted = Many {
        logins: bench.sizes.few,
        expire_at: None,
    };
    let population = Population::make(bench, "headline", &[wanted]).await?;
    let (server, api) = population.serve(bench).await?;
    let people = &population.people[0];
    check_count(&api, people).await?;
    let bearer = people.contender(BEARER, &server, &api.token);
    let signed = Contender {
        requests: people.signed_checks(&server.address, &population.data),
        most: MOST_SIGNED,
        ..people.contender(SIGNED, &server, &api.token)
    };
    let mut contenders = vec![
        bare(bench, "hyper", "bare hyper")?,
        bare(bench, "axum", AXUM)?,
    ];
    contenders.extend([bearer, signed]);
    for peer in [oidc_provider(bench), better_auth(bench)] {
        match peer {
            Ok(peer) => contenders.push(peer),
            Err(error) => report.leave_out(format!("{error:#}")),
        }
    }
    match redis(bench).await {
        Ok(peer) => contenders.push(peer),
        Err(error) => report.leave_out(format!("{error:#}")),
    }
    let turns = rounds(&contenders, &bench.sizes).await?;
    tell(report, &turns, bench)?;
    marks(report, &turns)
}

fn marks(report: &mut Report, turns: &[Turns]) -> Result<()> {
    let axum = turns_of(turns, AXUM)?;
    for (name, limit) in [(BEARER, 1.3), (SIGNED, 1.6)] {
        let ratio = Spread::of_ratios(&turns_of(turns, name)?.cpu, &axum.cpu);
        let what = format!("{name}: CPU time per request / bare axum's");
        report.mark(what, Wanted::AtMost, limit, found(ratio));
    }
    let bearer = turns_of(turns, BEARER)?;
    let ratio =
        turns_of(turns, OIDC_PROVIDER).and_then(|peer| Spread::of_ratios(&peer.cpu, &bearer.cpu));
    let what = "Rollcall's rate on a core / that of oidc-provider's introspection";
    report.mark(what, Wanted::AtLeast, 15.0, found(ratio));
    Ok(())
}

fn tell(report: &mut Report, turns: &[Turns], bench: &Bench) -> Result<()> {
    let axum = turns_of(turns, AXUM)?;
    let mut rows = Vec::new();
    for own in turns {
        let cost = own.cost()?;
        rows.push(vec![
            own.name.clone(),
            figure(cost.median),
            Spread::of_ratios(&own.cpu, &axum.cpu)?.to_string(),
            figure(1e6 / cost.median),
            figure(Spread::of(&own.rate)?.median),
        ]);
    }
    let head = [
        "contender",
        "CPU µs per request",
        "/ bare axum's, same round (spread)",
        "requests per second of CPU",
        "as seen by the generator",
    ];
    let text = format!(
        "{}\nMedians of {} rounds, {} connections with one request under way on each. Rollcall is \
         asked about {} people in turn drawn by chance. The last column is bounded by the \
         generator and by whoever else uses the machine.",
        table(&head, &rows),
        bench.sizes.rounds,
        bench.sizes.connections,
        crate::numbers::grouped(crate::numbers::real(bench.sizes.few)),
    );
    report.section("The headline call", text);
    Ok(())
}

/// A bare server that is asked the same and answers the same bytes.
pub(super) fn bare(bench: &Bench, kind: &str, name: &str) -> Result<Contender> {
    let server = Server::start_on(&bench.server_core(), &bench.programs.bare, &[kind])?;
    let address = server.address.clone();
    let body = r#"{"appId":"6a0000000000000000000000","userId":"6a0000000000000000000000"}"#;
    // As long as a management token.
    let bearer = format!("Bearer {}", "e".repeat(420));
    let request = post_json(&address, CHECK, &bearer, body);
    Ok(Contender {
        name: name.to_owned(),
        server: Rc::new(server),
        beside: Vec::new(),
        protocol: Protocol::Http,
        requests: Box::new(move |_| Ok(vec![request.clone()])),
        right: ACTIVE,
        most: usize::MAX,
    })
}

fn installed(bench: &Bench, name: &str) -> Result<std::path::PathBuf> {
    let peers = bench.programs.peers.as_ref();
    let folder = peers.map(|peers| peers.join(name));
    folder
        .filter(|folder| folder.join("node_modules").is_dir())
        .with_context(|| format!("npm {name} is not installed"))
}

fn oidc_provider(bench: &Bench) -> Result<Contender> {
    let program = installed(bench, "oidc-provider")?.join("server.mjs");
    let program = program.to_string_lossy().into_owned();
    let arguments = [program.as_str(), "RS256", &TOKENS.to_string()];
    let server = Server::start_on(&bench.server_core(), Path::new("node"), &arguments)?;
    let address = server.address.clone();
    let requests = server.tokens.iter().map(|token| {
        let form = format!("token={token}&client_id=bench&client_secret=bench-secret-of-this-run");
        format!(
            "POST /token/introspection HTTP/1.1\r\nhost: {address}\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
            form.len()
        )
        .into_bytes()
    });
    peer(
        OIDC_PROVIDER,
        requests.collect(),
        r#""active":true"#,
        server,
    )
}

fn better_auth(bench: &Bench) -> Result<Contender> {
    let program = installed(bench, "better-auth")?.join("server.mjs");
    let program = program.to_string_lossy().into_owned();
    let file = bench.scratch.join("better-auth.db");
    let file = file.to_string_lossy().into_owned();
    // Each of them costs a hash.
    let people = TOKENS.min(20).to_string();
    let arguments = [program.as_str(), &file, &people];
    let server = Server::start_on(&bench.server_core(), Path::new("node"), &arguments)?;
    let address = server.address.clone();
    let requests = server.tokens.iter().map(|cookie| {
        let head = "GET /api/auth/get-session HTTP/1.1";
        format!("{head}\r\nhost: {address}\r\ncookie: {cookie}\r\n\r\n").into_bytes()
    });
    peer(BETTER_AUTH, requests.collect(), r#""session":{"#, server)
}

fn peer(
    name: &str,
    requests: Vec<Vec<u8>>,
    right: &'static str,
    server: Server,
) -> Result<Contender> {
    ensure!(!requests.is_empty(), "{name} made no tokens");
    Ok(Contender {
        name: name.to_owned(),
        server: Rc::new(server),
        beside: Vec::new(),
        protocol: Protocol::Http,
        requests: Box::new(move |_| Ok(requests.clone())),
        right,
        most: usize::MAX,
    })
}

/// What people build by hand: a session by its id, as JSON. As many as the others have.
async fn redis(bench: &Bench) -> Result<Contender> {
    let program = bench.programs.redis.as_ref();
    let program = program.context("redis-server is not installed")?;
    let folder = bench.scratch.to_string_lossy().into_owned();
    let server = Server::start_silent(&bench.server_core(), program, |port| {
        let port = port.to_string();
        let options = [
            "--port",
            &port,
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            &folder,
        ];
        options.map(ToOwned::to_owned).to_vec()
    })?;
    let sessions = bench.sizes.few;
    let sets = (0..sessions).map(|number| {
        let value = format!(
            r#"{{"user":"person{number}","application":"bench","active":true,"expires":1795717131}}"#
        );
        redis_command(&["SET", &format!("session:{number}"), &value])
    });
    let load = Load {
        address: server.address.clone(),
        protocol: Protocol::Redis,
        requests: Arc::new(sets.collect()),
        right: "OK",
        count: usize::try_from(sessions)?,
        connections: bench.sizes.connections,
    };
    load.run().await?;
    let draw = Draw::new(3);
    let gets = move |count| {
        let gets = (0..count).map(|_| {
            let key = format!("session:{}", draw.below(sessions));
            redis_command(&["GET", &key])
        });
        Ok(gets.collect())
    };
    Ok(Contender {
        name: REDIS.to_owned(),
        server: Rc::new(server),
        beside: Vec::new(),
        protocol: Protocol::Redis,
        requests: Box::new(gets),
        right: r#""active":true"#,
        most: usize::MAX,
    })
}

/// A command as clients send it (RESP2, an array of bulk strings).
fn redis_command(words: &[&str]) -> Vec<u8> {
    let mut command = format!("*{}\r\n", words.len());
    for word in words {
        let length = word.len().to_string();
        command.extend(["$", &length, "\r\n", word, "\r\n"]);
    }
    command.into_bytes()
}
