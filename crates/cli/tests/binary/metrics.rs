//! `--metrics-listen`.

use crate::http;
use crate::served::Served;
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// The page, as a reader of metrics gets it.
pub(crate) fn page(served: &mut Served) -> Page {
    if served.metrics.is_none() {
        let line = served.serving.next_line();
        let url = line.strip_prefix("metrics at http://").unwrap().to_owned();
        served.metrics = Some(url.strip_suffix("/metrics").unwrap().to_owned());
    }
    let address = served.metrics.as_ref().unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let request = "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert!(head.contains("application/openmetrics-text"), "{head}");
    Page(body.to_owned())
}

pub(crate) struct Page(pub(crate) String);

impl Page {
    /// The value of the series that begins so; the page is as new as the request.
    fn value(&self, series: &str) -> f64 {
        let of = |line: &str| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok();
        let found = self.0.lines().find_map(of);
        found.unwrap_or_else(|| panic!("{series} is not in {}", self.0))
    }

    fn live(&self, served: &Served, app: &str) -> f64 {
        let pool = &served.key.pool;
        self.value(&format!(
            "rollcall_logins{{pool=\"{pool}\",application=\"{app}\"}}"
        ))
    }
}

const METRICS: [&str; 2] = ["--metrics-listen", "127.0.0.1:0"];

/// Its counts are a second old at most; a kick is told in its commit, and the page is
/// asked for until that second is over.
fn page_with(served: &mut Served, app: &str, live: f64) -> Page {
    loop {
        let page = page(served);
        // Exact numbers of few things.
        if (page.live(served, app) - live).abs() < 0.5 {
            return page;
        }
    }
}

#[test]
fn the_gauge_of_logins_is_exact_and_returns_to_zero() {
    let mut served = Served::with(&METRICS);
    let app = served.add_app("Counted");
    let alice = served.add_user("alice");
    let bob = served.add_user("bob");
    for username in ["alice", "alice", "bob"] {
        served.sign_in(&app, username);
    }
    let counted = page_with(&mut served, &app, 3.0);
    assert!(counted.value("rollcall_logins_began_total") > 2.5);
    assert!(counted.value("rollcall_store_up") > 0.5);
    for user in [&alice, &bob] {
        served.post("kick-users", &json!({ "userId": user, "appIds": [app] }));
    }
    let check = json!({ "appId": app, "userId": alice });
    assert_eq!(served.post("check-session-status", &check)["active"], false);
    let counted = page_with(&mut served, &app, 0.0);
    let kicked = counted.value("rollcall_logins_ended_total{reason=\"kicked\"}");
    assert!((kicked - 3.0).abs() < 0.5, "{kicked}");
    assert!(counted.value("rollcall_checks_total{answer=\"inactive\"}") > 0.5);
    let route = "route=\"/api/v3/check-session-status\"";
    let answered = counted.value(&format!("rollcall_requests_total{{{route},code=\"2xx\"}}"));
    assert!(answered > 0.5);
    let series = format!("rollcall_request_duration_seconds_bucket{{le=\"+Inf\",{route}}}");
    assert!(counted.value(&series) > 0.5);
    assert!(counted.0.ends_with("# EOF\n"), "it is whole");
}

/// Nobody is asked about, and each is remembered all the same; one who was kicked is not.
#[test]
fn after_a_start_whoever_is_signed_in_is_remembered() {
    let served = Served::new();
    let app = served.add_app("Counted");
    for username in ["alice", "bob"] {
        served.add_user(username);
        served.sign_in(&app, username);
    }
    let carol = served.add_user("carol");
    served.sign_in(&app, "carol");
    served.post("kick-users", &json!({ "userId": carol, "appIds": [app] }));
    let mut served = served.started_again(&METRICS);
    let page = loop {
        let page = page(&mut served);
        if page.value("rollcall_warming_finished") > 0.5 {
            break page;
        }
    };
    let remembered = page.value("rollcall_remembered_answers");
    assert!((remembered - 2.0).abs() < 0.5, "{remembered}");
    let check = json!({ "appId": app, "userId": carol });
    assert_eq!(served.post("check-session-status", &check)["active"], false);
}

#[test]
fn metrics_are_not_for_users_and_name_none() {
    let mut served = Served::with(&METRICS);
    let app = served.add_app("Counted");
    served.add_user("mallory");
    served.sign_in(&app, "mallory");
    assert_eq!(http::get(&served.serving.address, "/metrics").0, 404);
    assert_eq!(http::get(&served.serving.address, "/x/mallory").0, 404);
    let page = page(&mut served);
    for secret in ["mallory", &served.key.secret, "Passw0rd!"] {
        assert!(!page.0.contains(secret), "{secret}");
    }
    let unmatched = "rollcall_requests_total{route=\"unmatched\",code=\"4xx\"}";
    assert!(page.value(unmatched) > 1.5);
}
