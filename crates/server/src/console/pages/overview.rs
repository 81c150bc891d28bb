//! The pool at a glance.

use super::super::desk::{Answer, Desk};
use super::super::frame::Shell;
use super::super::show;
use askama::Template;
use rollcall_core::model::event::Reason;
use rollcall_core::operations::console_reads::get_overview;
use rollcall_core::ports::console_reads::{HourCount, Overview, Tallied};
use rollcall_core::time::{Span, Timestamp};
use std::collections::BTreeMap;

const HOURS: usize = 24;
const HOUR_MS: i64 = 3_600_000;
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 160.0;

struct Row {
    id: String,
    name: String,
    now: u64,
    sign_ins: u64,
    ends: u64,
    refused: u64,
}

struct Hour {
    at: String,
    live: u64,
    sign_ins: u64,
    ends: u64,
}

struct Bar {
    x: String,
    y: String,
    height: String,
    width: String,
}

#[derive(Template)]
#[template(path = "console/overview.html")]
struct Page<'a> {
    shell: Shell<'a>,
    as_of: String,
    live: u64,
    sign_ins: u64,
    ends: u64,
    refused: u64,
    waiting: u64,
    given_up: u64,
    rows: Vec<Row>,
    reasons: Vec<(&'static str, u64)>,
    hours: Vec<Hour>,
    line: String,
    area: String,
    bars: Vec<Bar>,
    most: u64,
    is_new: bool,
}

/// `GET /console/{pool}/overview`
pub(in super::super) async fn overview(desk: Desk) -> Answer {
    let now = desk.app.authority.store.now();
    let this_hour = now.as_millis().div_euclid(HOUR_MS) * HOUR_MS;
    let hours = i64::try_from(HOURS).unwrap_or(24);
    let since = Timestamp::from_millis(this_hour) - Span::from_millis(HOUR_MS * (hours - 1));
    let found = get_overview(&desk.app.authority, &desk.caller, since).await?;
    let f = &desk.frame;
    let hours = by_hour(&found, since);
    let (line, area, bars, most) = chart(&hours);
    let total = |what: fn(Tallied) -> bool| total(&found.hours, what);
    let page = Page {
        shell: f.shell("overview", f.t.common.overview),
        as_of: show::when(found.now),
        live: found.live.iter().map(|row| row.number).sum(),
        sign_ins: total(|what| what == Tallied::Began),
        ends: total(|what| matches!(what, Tallied::Ended(_))),
        refused: total(|what| what == Tallied::Refused),
        waiting: found.waiting,
        given_up: found.given_up,
        rows: rows(&found),
        reasons: reasons(&found.hours, f.t),
        hours,
        line,
        area,
        bars,
        most,
        is_new: found.live.is_empty(),
    };
    Ok(f.page(&page))
}

fn total(hours: &[HourCount], what: impl Fn(Tallied) -> bool) -> u64 {
    let fits = hours.iter().filter(|count| what(count.what));
    fits.map(|count| count.number).sum()
}

fn rows(found: &Overview) -> Vec<Row> {
    let of = |row: &rollcall_core::ports::console_reads::LiveCount| {
        let mine: Vec<HourCount> = found
            .hours
            .iter()
            .filter(|count| count.application == Some(row.application))
            .copied()
            .collect();
        Row {
            id: row.application.to_string(),
            name: row.name.clone(),
            now: row.number,
            sign_ins: total(&mine, |what| what == Tallied::Began),
            ends: total(&mine, |what| matches!(what, Tallied::Ended(_))),
            refused: total(&mine, |what| what == Tallied::Refused),
        }
    };
    found.live.iter().map(of).collect()
}

fn reasons(hours: &[HourCount], t: &super::super::texts::Texts) -> Vec<(&'static str, u64)> {
    let mut counts: Vec<(&'static str, u64)> = Reason::ALL
        .iter()
        .map(|reason| {
            let number = total(hours, |what| what == Tallied::Ended(*reason));
            (show::reason(*reason, t), number)
        })
        .filter(|(_, number)| *number > 0)
        .collect();
    counts.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    counts
}

/// What there was at the end of each hour follows from what there is now, and what
/// began and ended since.
fn by_hour(found: &Overview, since: Timestamp) -> Vec<Hour> {
    let mut began: BTreeMap<i64, u64> = BTreeMap::new();
    let mut ended: BTreeMap<i64, u64> = BTreeMap::new();
    for count in &found.hours {
        let hour = count.hour.as_millis();
        match count.what {
            Tallied::Began => *began.entry(hour).or_default() += count.number,
            Tallied::Ended(_) => *ended.entry(hour).or_default() += count.number,
            Tallied::Refused => {}
        }
    }
    let mut live: u64 = found.live.iter().map(|row| row.number).sum();
    let mut hours = Vec::with_capacity(HOURS);
    for back in 0..HOURS {
        let ahead = i64::try_from(HOURS - 1 - back).unwrap_or(0);
        let hour = since.as_millis() + ahead * HOUR_MS;
        let of = |counts: &BTreeMap<i64, u64>| counts.get(&hour).copied().unwrap_or(0);
        let (in_it, out_of_it) = (of(&began), of(&ended));
        hours.push(Hour {
            at: show::when(Timestamp::from_millis(hour)),
            live,
            sign_ins: in_it,
            ends: out_of_it,
        });
        live = (live + out_of_it).saturating_sub(in_it);
    }
    hours.reverse();
    hours
}

/// A line of who was signed in over bars of sign-ins.
fn chart(hours: &[Hour]) -> (String, String, Vec<Bar>, u64) {
    let most = hours.iter().map(|hour| hour.live.max(hour.sign_ins)).max();
    let most = most.unwrap_or(0).max(1);
    #[expect(clippy::cast_precision_loss, reason = "a place in a picture")]
    let height = |number: u64| HEIGHT * number as f64 / most as f64;
    #[expect(clippy::cast_precision_loss, reason = "a place in a picture")]
    let step = WIDTH / hours.len().max(1) as f64;
    let (mut points, mut bars) = (Vec::new(), Vec::new());
    let mut x = 0.0;
    for hour in hours {
        let middle = x + step / 2.0;
        points.push(format!("{middle:.1},{:.1}", HEIGHT - height(hour.live)));
        let tall = height(hour.sign_ins);
        bars.push(Bar {
            x: format!("{:.1}", x + step * 0.2),
            y: format!("{:.1}", HEIGHT - tall),
            height: format!("{tall:.1}"),
            width: format!("{:.1}", step * 0.6),
        });
        x += step;
    }
    let line = points.join(" ");
    let area = format!(
        "{:.1},{HEIGHT:.1} {line} {:.1},{HEIGHT:.1}",
        step / 2.0,
        WIDTH - step / 2.0
    );
    (line, area, bars, most)
}
