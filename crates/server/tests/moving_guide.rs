//! `docs/genauth.md` against the router: every path of the contract has its line,
//! which says of it what is the case. And the permissions of `docs/api.md`.

use rollcall_server::router::classified;
use rollcall_server::routes::Who;
use rollcall_wire::v3::paths;
use std::collections::{BTreeMap, BTreeSet};

const GUIDE: &str = include_str!("../../../docs/genauth.md");
const API: &str = include_str!("../../../docs/api.md");

/// A line of one of the guide's tables of paths.
#[derive(Debug)]
struct Line {
    cells: Vec<String>,
}

impl Line {
    fn route(&self) -> (&str, &str) {
        (&self.cells[0], &self.cells[1])
    }
}

/// The lines below a heading, up to the next one.
fn lines_of(guide: &str, heading: &str) -> Vec<Line> {
    let mut lines = guide.lines().skip_while(|line| *line != heading).skip(1);
    let section = lines.by_ref().take_while(|line| !line.starts_with("## "));
    section
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix('|'))
        .map(|row| Line {
            cells: row
                .split(" | ")
                .map(|cell| cell.trim().trim_matches(['`', '|']).trim().to_owned())
                .collect(),
        })
        .filter(|line| matches!(line.cells[0].as_str(), "GET" | "POST"))
        .collect()
}

/// Who may call each route of ours.
fn routed() -> BTreeMap<(&'static str, &'static str), Who> {
    classified()
        .into_iter()
        .map(|row| ((row.method, row.path), row.who))
        .collect()
}

/// What is wrong with the lines of one API.
fn complaints(lines: &[Line], contract: &[paths::Route]) -> Vec<String> {
    let routed = routed();
    let mut found = Vec::new();
    for route in contract {
        let times = lines.iter().filter(|line| line.route() == *route).count();
        if times != 1 {
            found.push(format!("{route:?} has {times} lines"));
        }
    }
    for line in lines {
        let known = contract.iter().find(|route| line.route() == **route);
        let Some(who) = known.and_then(|route| routed.get(route)) else {
            found.push(format!("{line:?} is no path of the contract"));
            continue;
        };
        let built = *who != Who::NotBuilt;
        let how = line.cells.get(3).map_or("", String::as_str);
        let right = match line.cells[2].as_str() {
            "same" => built && how.is_empty(),
            "differs" => built && !how.is_empty(),
            "not there" => !built,
            _ => false,
        };
        if !right {
            found.push(format!("{line:?}, and it is {who:?}"));
        }
    }
    found
}

#[test]
fn the_guide_has_every_path_of_the_contract_as_it_is() {
    for (heading, contract) in [
        ("## The management API", paths::MANAGEMENT_PATHS),
        ("## The authentication API", paths::AUTHENTICATION_PATHS),
    ] {
        let found = complaints(&lines_of(GUIDE, heading), contract);
        assert!(found.is_empty(), "docs/genauth.md: {found:#?}");
    }
}

#[test]
fn the_guide_lists_what_is_ours() {
    let lines = lines_of(GUIDE, "## Additions");
    let contract = [paths::MANAGEMENT_PATHS, paths::AUTHENTICATION_PATHS].concat();
    let mut ours: Vec<_> = routed()
        .into_iter()
        .filter(|(_, who)| !matches!(who, Who::NotBuilt | Who::Console(_)))
        .filter(|(route, _)| !contract.contains(route))
        .map(|(route, _)| route)
        .collect();
    let mut listed: Vec<_> = lines.iter().map(Line::route).collect();
    ours.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, ours);
}

/// Each permission's line names the calls that it is for, and no others.
#[test]
fn the_permissions_of_the_api_are_those_of_the_router() {
    let mut required: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for ((_, path), who) in routed() {
        if let Who::ManagementKey(permission) = who {
            let calls = required.entry(permission.as_str()).or_default();
            calls.insert(path.trim_start_matches("/api/v3/"));
        }
    }
    let words = |text: &'static str| text.split(|c: char| !(c.is_ascii_lowercase() || c == '-'));
    let told: BTreeMap<_, BTreeSet<_>> = API
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .filter(|(permission, _)| required.contains_key(permission))
        .map(|(permission, calls)| (permission, words(calls).filter(|it| it.contains('-'))))
        .map(|(permission, calls)| (permission, calls.collect()))
        .collect();
    assert_eq!(told, required);
}

/// The check itself, on lines that are wrong.
#[test]
fn a_line_that_is_wrong_is_found() {
    let one = |row: &str| {
        let lines = lines_of(&format!("## Here\n{row}\n## There"), "## Here");
        complaints(&lines, &[("GET", paths::GET_USER)])
    };
    assert_eq!(one("| GET | `/api/v3/get-user` | differs | so |"), [""; 0]);
    assert_eq!(one("| GET | `/api/v3/get-user` | same | |"), [""; 0]);
    for wrong in [
        "",
        "| GET | `/api/v3/get-user` | not there | |",
        "| GET | `/api/v3/get-user` | differs | |",
        "| GET | `/api/v3/get-user` | same | not quite |",
        "| GET | `/api/v3/get-user` | perhaps | |",
        "| POST | `/api/v3/get-user` | same | |",
    ] {
        assert_ne!(one(wrong), [""; 0], "{wrong}");
    }
}
