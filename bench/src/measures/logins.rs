//! What the number of logins costs: a check, a kick, a page of who is online, memory,
//! and a start.

use super::{found, one_line, warming};
use crate::administrator::{Administrator, make_owner};
use crate::load::{Load, Protocol, post_json};
use crate::numbers::{Spread, figure, grouped, real};
use crate::plot::{Line, Plot};
use crate::population::{CHECK, People, Population, SERVED, Wanted as Many, check_count};
use crate::report::{Report, Wanted, table};
use crate::rollcall::{Api, online_body};
use crate::servers::Server;
use crate::suite::{Bench, Contender, Turns, rounds, turns_of, whole};
use anyhow::{Context as _, Result};
use serde_json::json;
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Starts of each store.
const STARTS: usize = 3;
/// Pages that are read for one figure, at most; and for how long.
const MOST_PAGES: usize = 100;
const READING: Duration = Duration::from_secs(1);

/// Questions that are asked right after a start: few, since the server goes on to
/// remember everybody meanwhile.
const FIRST_QUESTIONS: u64 = 500;

/// From one that is kicked to the next: a prime, which divides no number of logins that
/// is asked for, so nobody is kicked twice and they are spread over everybody in every
/// store. Neighbours would share pages of the file, which makes kicks cheaper, and only
/// where there are few logins would they be neighbours.
const SCATTER: u64 = 7_919;

/// One store, served.
struct Served {
    population: Population,
    server: Rc<Server>,
    api: Api,
    /// Who looks at the console.
    me: Administrator,
    /// From the start of the process to the first right answer, in seconds.
    starts: Vec<f64>,
    /// Milliseconds of a first question about somebody, right after each start.
    first_questions: Vec<f64>,
    /// Seconds from the start until everybody is remembered, and of CPU time by then.
    warm: (f64, f64),
    /// Anonymous memory after the checks, in bytes.
    anonymous: u64,
}

impl Served {
    fn people(&self) -> &People {
        &self.population.people[0]
    }

    fn name(&self) -> String {
        grouped(real(self.people().logins))
    }
}

pub(super) async fn run(bench: &Bench, report: &mut Report) -> Result<()> {
    let empty = serve(bench, 1).await?;
    let mut stores = Vec::new();
    for logins in &bench.sizes.steps {
        stores.push(serve(bench, *logins).await?);
    }
    let checks = checks(bench, &stores).await?;
    let empty_bytes = empty.server.anonymous_bytes()?;
    for store in &mut stores {
        store.anonymous = store.server.anonymous_bytes()?;
    }
    let kicks = kicks(bench, &stores).await?;
    let online = [
        online(bench, &stores, false).await?,
        online(bench, &stores, true).await?,
    ];
    // Last, since a list of very many may go on in a server that nobody waits for.
    let mut pages = Vec::new();
    for store in &stores {
        let first = pages_of(bench, store, 1).await;
        let last_page = (store.people().logins / 100).max(1);
        pages.push((first, pages_of(bench, store, last_page).await));
    }
    let measured = Measured {
        empty_bytes,
        checks,
        kicks,
        online,
        pages,
    };
    tell(report, &stores, &measured)?;
    plot(report, &stores, &measured)?;
    marks(report, &stores, &measured)
}

/// What was found, by store.
struct Measured {
    empty_bytes: u64,
    checks: Vec<Turns>,
    kicks: Vec<Turns>,
    /// The console's page of who is online: its front, and from the middle.
    online: [Vec<Turns>; 2],
    /// Pages of the V3 list, which go by number: the first, and one in the middle.
    pages: Vec<(Result<Spread>, Result<Spread>)>,
}

async fn serve(bench: &Bench, logins: u64) -> Result<Served> {
    let wanted = Many {
        logins,
        expire_at: None,
    };
    let population = Population::make(bench, &format!("logins-{logins}"), &[wanted]).await?;
    let (mut starts, mut first_questions) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let (took, question) = start(bench, &population).await?;
        starts.push(took);
        first_questions.push(question);
    }
    let link = make_owner(&population.data)?;
    let warm = warming::serve(bench, &population, &[]).await?;
    let (server, api) = (warm.server, warm.api);
    // Counted by the binary; a list that takes too long is a finding, not an error.
    if let Err(error) = check_count(&api, &population.people[0]).await {
        println!("  the number of those online was not confirmed: {error:#}");
    }
    let [.., public_url] = SERVED;
    let me = Administrator::sign_in(&server.address, public_url, &link).await?;
    Ok(Served {
        population,
        server,
        api,
        me,
        starts,
        first_questions,
        warm: (warm.after, warm.cpu),
        anonymous: 0,
    })
}

/// Seconds from the start of the process to its first right answer; and how many
/// milliseconds questions about others take that follow at once, one after the other.
async fn start(bench: &Bench, population: &Population) -> Result<(f64, f64)> {
    let people = &population.people[0];
    let began = Instant::now();
    let server = population.data.start(&bench.server_core(), &SERVED)?;
    let bearer = format!("Bearer {}", population.token);
    let about = |numbers: Vec<u64>| {
        let requests = numbers.iter().map(|number| {
            let body = people.check_body(*number);
            post_json(&server.address, CHECK, &bearer, &body)
        });
        Load {
            address: server.address.clone(),
            protocol: Protocol::Http,
            count: numbers.len(),
            requests: Arc::new(requests.collect()),
            right: crate::population::ACTIVE,
            connections: 1,
        }
    };
    about(vec![people.logins / 2]).run().await?;
    let took = began.elapsed().as_secs_f64();
    // The server remembers the newest logins first, so these are of the older half.
    let older = (people.logins / 2).max(1);
    let numbers = (1..=FIRST_QUESTIONS.min(older)).map(|number| number * SCATTER % older);
    let first = about(numbers.collect()).run().await?;
    let question = first.took.as_secs_f64() * 1e3 / real(first.right as u64);
    server.stop()?;
    Ok((took, question))
}

async fn checks(bench: &Bench, stores: &[Served]) -> Result<Vec<Turns>> {
    let contenders: Vec<Contender> = stores
        .iter()
        .map(|store| {
            store
                .people()
                .contender(&store.name(), &store.server, &store.api.token)
        })
        .collect();
    rounds(&contenders, &bench.sizes).await
}

/// Kicks, each of somebody who is signed in still.
async fn kicks(bench: &Bench, stores: &[Served]) -> Result<Vec<Turns>> {
    let mut sizes = bench.sizes.clone();
    // Some of those few are kicked before the rounds, to warm up.
    let smallest = sizes.steps.first().copied().unwrap_or(1);
    let each = sizes.kicks.min(smallest / (sizes.rounds as u64 + 2)).max(1);
    let most = usize::try_from(each)?;
    sizes.turn = Duration::from_mins(1);
    let contender = |store: &Served| {
        let (people, address) = (store.people().clone(), store.server.address.clone());
        let bearer = format!("Bearer {}", store.api.token);
        let next = Cell::new(0_u64);
        let requests = move |count| {
            let kicks = (0..count).map(|_| {
                let number = next.get() * SCATTER % people.logins;
                next.set(next.get() + 1);
                let user = people.ids.user_id(number);
                let body = json!({ "userId": user, "appIds": [people.application.id] });
                post_json(&address, "/api/v3/kick-users", &bearer, &body.to_string())
            });
            Ok(kicks.collect())
        };
        Contender {
            name: store.name(),
            server: store.server.clone(),
            beside: Vec::new(),
            protocol: Protocol::Http,
            requests: Box::new(requests),
            right: r#""data":{"success":true}}"#,
            most,
        }
    };
    let contenders: Vec<Contender> = stores.iter().map(contender).collect();
    rounds(&contenders, &sizes).await
}

/// The console's page of who is online, by its cursor.
async fn online(bench: &Bench, stores: &[Served], from_the_middle: bool) -> Result<Vec<Turns>> {
    let contender = |store: &Served| {
        let people = store.people();
        let after = match from_the_middle {
            true => format!("&after={}", people.ids.user_id(people.logins / 2)),
            false => String::new(),
        };
        // The root key has its pool's id.
        let pool = &store.population.data.key_id;
        let path = format!(
            "/console/{pool}/online?app={}{after}",
            people.application.id
        );
        let request = store.me.request(&path);
        Contender {
            name: store.name(),
            server: store.server.clone(),
            beside: Vec::new(),
            protocol: Protocol::Http,
            requests: Box::new(move |_| Ok(vec![request.clone()])),
            right: "data-page=\"online\"",
            most: usize::MAX,
        }
    };
    let contenders: Vec<Contender> = stores.iter().map(contender).collect();
    rounds(&contenders, &bench.sizes).await
}

/// CPU microseconds of a page of the V3 list, read a few times.
async fn pages_of(bench: &Bench, store: &Served, page: u64) -> Result<Spread> {
    let body = online_body(&store.people().application, page).to_string();
    let address = &store.server.address;
    let bearer = format!("Bearer {}", store.api.token);
    let path = "/api/v3/list-application-active-users";
    let request = post_json(address, path, &bearer, &body);
    let contender = Contender {
        name: store.name(),
        server: store.server.clone(),
        beside: Vec::new(),
        protocol: Protocol::Http,
        requests: Box::new(move |_| Ok(vec![request.clone()])),
        right: r#""totalCount":"#,
        most: MOST_PAGES,
    };
    let (_, rate) = contender.turn(1, 1).await.context("no page")?;
    let count = whole(rate * READING.as_secs_f64()).clamp(1, MOST_PAGES);
    let mut costs = Vec::new();
    for _ in 0..bench
        .sizes
        .rounds
        .min(if count == 1 { 1 } else { usize::MAX })
    {
        costs.push(contender.turn(count, 1).await?.0);
    }
    Spread::of(&costs)
}

fn tell(report: &mut Report, stores: &[Served], measured: &Measured) -> Result<()> {
    let page = |page: &Result<Spread>| match page {
        Ok(page) => figure(page.median),
        Err(error) => one_line(error),
    };
    let mut rows = Vec::new();
    for (index, store) in stores.iter().enumerate() {
        let extra = real(store.anonymous) - real(measured.empty_bytes);
        rows.push(vec![
            store.name(),
            figure(measured.checks[index].cost()?.median),
            figure(measured.kicks[index].cost()?.median),
            figure(measured.online[0][index].cost()?.median),
            figure(measured.online[1][index].cost()?.median),
            page(&measured.pages[index].0),
            page(&measured.pages[index].1),
            figure(extra / real(store.people().logins)),
            figure(Spread::of(&store.starts)?.median),
            figure(Spread::of(&store.first_questions)?.median),
            figure(store.warm.0),
            figure(store.warm.1),
            figure(store.people().loading.as_secs_f64()),
            figure(real(store.population.bytes()?) / 1e6),
        ]);
    }
    let head = [
        "logins",
        "check, CPU µs",
        "kick, CPU µs",
        "who is online, CPU µs",
        "from the middle, CPU µs",
        "V3 list, page 1, CPU µs",
        "V3 list, page in the middle, CPU µs",
        "RssAnon, bytes per login",
        "first right answer, s",
        "a question right after it, ms",
        "all remembered, s",
        "CPU time by then, s",
        "loading, s",
        "file, MB",
    ];
    let text = format!(
        "{}\nOne login each of as many people in one application. Checks, kicks and \
         pages are of a server that has remembered everybody after its start, as it does by \
         itself; how long that took is from the start of the process, and its CPU time is all \
         that the process used by then. A question right after the first right answer is one \
         about somebody of whom nothing is remembered yet, unless there are few; they are asked \
         one after the other while the server goes on to remember. RssAnon is beyond that of a \
         server with one login ({} MB), after the checks. Who is online is the console's page, \
         which goes on from a cursor; the V3 list is asked for by the number of a page, and passes \
         over all before it. A page has 50 people.\n\n\
         ![Cost against number of logins](logins.svg)",
        table(&head, &rows),
        figure(real(measured.empty_bytes) / 1e6),
    );
    report.section("By number of logins", text);
    Ok(())
}

fn plot(report: &mut Report, stores: &[Served], measured: &Measured) -> Result<()> {
    let line = |name: &str, turns: &[Turns]| {
        let points = stores
            .iter()
            .zip(turns)
            .map(|(store, turns)| Ok((real(store.people().logins), turns.cost()?.median)));
        Ok::<_, anyhow::Error>(Line {
            name: name.to_owned(),
            points: points.collect::<Result<_>>()?,
        })
    };
    let plot = Plot {
        title: "Cost against number of logins".to_owned(),
        across: "logins".to_owned(),
        upward: "CPU µs".to_owned(),
        ticks: stores
            .iter()
            .map(|store| (real(store.people().logins), store.name()))
            .collect(),
        logarithmic: true,
        lines: vec![
            line("a check", &measured.checks)?,
            line("a kick", &measured.kicks)?,
        ],
    };
    report.plots.push(("logins.svg".to_owned(), plot.svg()));
    Ok(())
}

fn marks(report: &mut Report, stores: &[Served], measured: &Measured) -> Result<()> {
    let (first, last) = (&stores[0], stores.last().context("no store")?);
    let sizes = format!("with {} logins / with {}", last.name(), first.name());
    let [front, middle] = &measured.online;
    for (what, turns) in [
        ("check", &measured.checks),
        ("kick", &measured.kicks),
        ("page of who is online", front),
        ("page of who is online from the middle", middle),
    ] {
        let ratio = turns_of(turns, &last.name())
            .and_then(|many| Spread::of_ratios(&many.cpu, &turns_of(turns, &first.name())?.cpu));
        let what = format!("CPU time of a {what} {sizes}");
        report.mark(what, Wanted::AtMost, 1.1, found(ratio));
    }
    let extra = real(last.anonymous) - real(measured.empty_bytes);
    let bytes = Spread::of(&[extra / real(last.people().logins)]);
    let what = format!("RssAnon per live login of {}, in bytes", last.name());
    report.mark(what, Wanted::AtMost, 96.0, found(bytes));
    let what = format!(
        "first right answer after a start with {} logins, in seconds",
        last.name()
    );
    report.mark(what, Wanted::AtMost, 2.0, found(Spread::of(&last.starts)));
    Ok(())
}
