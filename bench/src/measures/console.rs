//! What each page of the console costs with very many logins, beside a bare page: the
//! same bytes from an axum server that was given them, without a session, a store or a
//! template. The bytes are those of the page under measure, so a long page is not
//! held against a short one.

use super::found;
use crate::administrator::{Administrator, make_owner};
use crate::load::Protocol;
use crate::numbers::{Spread, figure, grouped, real};
use crate::population::{People, Population, SERVED, Wanted as Many, check_count};
use crate::report::{Report, Wanted, table};
use crate::rollcall::Api;
use crate::servers::Server;
use crate::suite::{Bench, Contender, Turns, rounds, turns_of};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The mark: how many bare pages a page may cost.
const MARK: f64 = 20.0;

/// More logins than this the mark does not speak of.
const LOGINS: u64 = 1_000_000;

/// What is on the lists that hold more than people: more than a page of each.
const ENTRIES: u64 = 60;

/// The part of a turn that a page gets: there are many pages.
const PART_OF_TURN: u32 = 3;

/// The background's work is done when the server is this idle for this long.
const IDLE_FOR: Duration = Duration::from_millis(400);
const IDLE_MICROS: u64 = 20_000;
const PATIENCE: Duration = Duration::from_mins(10);

/// A page, as it is asked for.
struct Page {
    name: &'static str,
    path: String,
    /// By which it is known.
    hook: &'static str,
    html: String,
}

/// The console of a store with very many logins.
struct Desk {
    population: Population,
    server: Rc<Server>,
    api: Api,
    me: Administrator,
    /// The user pool.
    pool: String,
    /// Of those who ask at once.
    connections: usize,
}

impl Desk {
    fn people(&self) -> &People {
        &self.population.people[0]
    }
}

pub(super) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let mut desk = open(bench).await?;
    fill(&desk).await?;
    settle(&desk.server).await?;
    let mut pages = pages(&desk).await?;
    let folder = bench.scratch.join("pages");
    std::fs::create_dir_all(&folder)?;
    for (index, page) in pages.iter_mut().enumerate() {
        page.html = desk.me.page(&page.path).await?;
        ensure!(
            page.html.contains(page.hook),
            "{}: {}",
            page.name,
            page.html
        );
        std::fs::write(folder.join(file(index)), &page.html)?;
    }
    let bare = bare(bench, &folder)?;
    let mut sizes = bench.sizes.clone();
    sizes.turn /= PART_OF_TURN;
    let mut contenders = Vec::new();
    for (index, page) in pages.iter().enumerate() {
        let path = format!("/{}", file(index));
        let get = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", bare.address);
        contenders.push(contender(bare_name(page), &bare, get.into_bytes(), page));
        let request = desk.me.request(&page.path);
        contenders.push(contender(page.name.to_owned(), &desk.server, request, page));
    }
    let busy = rounds(&contenders, &sizes).await?;
    // An administrator reads a page before asking for the next.
    sizes.connections = 1;
    let alone = rounds(&contenders, &sizes).await?;
    tell(report, &desk, &pages, &alone, &busy)
}

fn file(index: usize) -> String {
    format!("page{index}")
}

fn bare_name(page: &Page) -> String {
    format!("bare {}", page.name)
}

fn bare(bench: &Bench, folder: &Path) -> Result<Rc<Server>> {
    let folder = folder.to_str().context("not UTF-8")?;
    let arguments = ["pages", "--folder", folder];
    let server = Server::start_on(&bench.server_core(), &bench.programs.bare, &arguments)?;
    Ok(Rc::new(server))
}

fn contender(name: String, server: &Rc<Server>, request: Vec<u8>, page: &Page) -> Contender {
    Contender {
        name,
        server: server.clone(),
        beside: Vec::new(),
        protocol: Protocol::Http,
        requests: Box::new(move |_| Ok(vec![request.clone()])),
        right: page.hook,
        most: usize::MAX,
    }
}

async fn open(bench: &Bench) -> Result<Desk> {
    let wanted = Many {
        logins: bench.sizes.many().min(LOGINS),
        expire_at: None,
    };
    let population = Population::make(bench, "console", &[wanted]).await?;
    let link = make_owner(&population.data)?;
    let (server, api) = population.serve(bench).await?;
    if let Err(error) = check_count(&api, &population.people[0]).await {
        println!("  the number of those online was not confirmed: {error:#}");
    }
    let [.., public_url] = SERVED;
    let me = Administrator::sign_in(&server.address, public_url, &link).await?;
    // The root key has its pool's id.
    let pool = population.data.key_id.clone();
    Ok(Desk {
        population,
        server,
        api,
        me,
        pool,
        connections: bench.sizes.connections,
    })
}

/// Gives every list more than a page of entries, and the application somebody who is
/// told of ends.
async fn fill(desk: &Desk) -> Result<()> {
    for number in 0..ENTRIES {
        let name = format!("Application {number}");
        desk.api.add_plain_application(&name).await?;
    }
    let receiver = TcpListener::bind("127.0.0.1:0").await?;
    let told = format!("http://{}/told", receiver.local_addr()?);
    tokio::spawn(async move {
        while let Ok((stream, _)) = receiver.accept().await {
            tokio::spawn(confirm(stream));
        }
    });
    let people = desk.people();
    let change = json!({
        "appId": people.application.id,
        "oidcConfig": { "backchannel_logout_uri": told },
    });
    desk.api.call("update-application", &change).await?;
    for number in 1..=ENTRIES.min(people.logins / 3) {
        let body = json!({
            "userId": people.ids.user_id(number),
            "appIds": [people.application.id],
        });
        desk.api.call("kick-users", &body).await?;
    }
    Ok(())
}

/// Takes a notice, and says so.
async fn confirm(mut stream: TcpStream) {
    let mut notice = vec![0; 16 * 1024];
    // Whoever is not told tries again: it is the server's own business.
    let _ = stream.read(&mut notice).await;
    let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let _ = stream.write_all(answer).await;
}

/// Waits until the server has counted what was loaded and told whom it tells.
async fn settle(server: &Server) -> Result<()> {
    let began = Instant::now();
    loop {
        let before = server.cpu_micros()?;
        tokio::time::sleep(IDLE_FOR).await;
        if server.cpu_micros()? - before < IDLE_MICROS {
            println!("  settled after {:.1} s", began.elapsed().as_secs_f64());
            return Ok(());
        }
        ensure!(began.elapsed() < PATIENCE, "the server is busy still");
    }
}

/// The pages, as those see them who look for somebody among very many.
async fn pages(desk: &Desk) -> Result<Vec<Page>> {
    let people = desk.people();
    let app = &people.application.id;
    let middle = people.ids.user_id(people.logins / 2);
    let kicked = people.ids.user_id(1);
    let username = username(desk, &middle).await?;
    let page = |name, hook, rest: String| Page {
        name,
        path: format!("/console/{}/{rest}", desk.pool),
        hook,
        html: String::new(),
    };
    let online = "data-page=\"online\"";
    let check = "data-answer=\"active\"";
    let user = "data-page=\"user\"";
    Ok(vec![
        page("overview", "data-page=\"overview\"", "overview".to_owned()),
        page("who is online", online, format!("online?app={app}")),
        page(
            "who is online, from the middle",
            online,
            format!("online?app={app}&after={middle}"),
        ),
        page(
            "who is online, found by username",
            online,
            format!("online?app={app}&q={username}"),
        ),
        page(
            "check: signed in",
            check,
            format!("check?app={app}&user={username}"),
        ),
        page(
            "check: kicked",
            "data-answer=\"inactive\"",
            format!("check?app={app}&user={kicked}"),
        ),
        page("users", "data-page=\"users\"", "users".to_owned()),
        page(
            "users, found by username",
            "data-page=\"users\"",
            format!("users?q={username}"),
        ),
        page("user, signed in", user, format!("users/{middle}")),
        page("user, kicked", user, format!("users/{kicked}")),
        page(
            "applications",
            "data-page=\"applications\"",
            "applications".to_owned(),
        ),
        page(
            "application",
            "data-page=\"application\"",
            format!("applications/{app}"),
        ),
        page("keys", "data-page=\"keys\"", "keys".to_owned()),
        page("settings", "data-page=\"settings\"", "settings".to_owned()),
        page("audit log", "data-page=\"audit\"", "audit".to_owned()),
        page(
            "deliveries",
            "data-page=\"deliveries\"",
            "deliveries".to_owned(),
        ),
    ])
}

async fn username(desk: &Desk, user: &str) -> Result<String> {
    let url = format!(
        "http://{}/api/v3/get-user?userId={user}",
        desk.server.address
    );
    let asked = reqwest::Client::new().get(url).bearer_auth(&desk.api.token);
    let answer: Value = asked.send().await?.json().await?;
    let name = answer["data"]["username"].as_str();
    Ok(name.with_context(|| answer.to_string())?.to_owned())
}

fn ratio(page: &Page, turns: &[Turns]) -> Result<Spread> {
    let own = turns_of(turns, page.name)?;
    Spread::of_ratios(&own.cpu, &turns_of(turns, &bare_name(page))?.cpu)
}

fn tell(
    report: &mut Report,
    desk: &Desk,
    pages: &[Page],
    alone: &[Turns],
    busy: &[Turns],
) -> Result<()> {
    let logins = grouped(real(desk.people().logins));
    let mut rows = Vec::new();
    let mut ratios = Vec::new();
    for page in pages {
        let found = ratio(page, alone)?;
        rows.push(vec![
            page.name.to_owned(),
            figure(real(page.html.len() as u64) / 1e3),
            figure(turns_of(alone, page.name)?.cost()?.median),
            figure(turns_of(alone, &bare_name(page))?.cost()?.median),
            found.to_string(),
            figure(turns_of(busy, page.name)?.cost()?.median),
            figure(turns_of(busy, &bare_name(page))?.cost()?.median),
            figure(ratio(page, busy)?.median),
        ]);
        ratios.push((page.name, found));
    }
    let head = [
        "page",
        "kB",
        "CPU µs",
        "bare page, CPU µs",
        "ratio",
        "many at once, CPU µs",
        "bare",
        "ratio",
    ];
    let text = format!(
        "{}\nOne login each of {logins} people in one application, and {ENTRIES} more \
         applications, ends and entries of each log. An owner asks, in a session that is \
         looked up and seen to be live with each page: one page after the other, as somebody \
         reads them, and then on {} connections at once, where a server spends less on \
         waking up. A bare page is the same bytes from an axum server that has them in memory.",
        table(&head, &rows),
        desk.connections
    );
    report.section(format!("Pages of the console with {logins} logins"), text);
    ratios.sort_by(|a, b| b.1.median.total_cmp(&a.1.median));
    let (name, dearest) = *ratios.first().context("no page")?;
    let what =
        format!("CPU time of the console's dearest page ({name}) with {logins} logins / bare");
    report.mark(what, Wanted::AtMost, MARK, found(Ok(dearest)));
    Ok(())
}
