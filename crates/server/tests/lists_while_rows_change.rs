//! Every list, while its rows come and go: a page is what the list was at one
//! moment, and what a walk over the pages may rely on.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use rollcall_core::time::Clock as _;
use serde_json::{Value, json};
use support::{Person, TestServer};

/// Rows of a page in the walks: small, so that a walk has many pages.
const LIMIT: usize = 3;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Users,
    UsersOldestFirst,
    ArchivedUsers,
    Applications,
    ActiveUsers,
    LoginHistory,
    ActionLogs,
    LogoutDeliveries,
}

const KINDS: [Kind; 8] = [
    Kind::Users,
    Kind::UsersOldestFirst,
    Kind::ArchivedUsers,
    Kind::Applications,
    Kind::ActiveUsers,
    Kind::LoginHistory,
    Kind::ActionLogs,
    Kind::LogoutDeliveries,
];

impl Kind {
    /// Rows of what happened stay.
    fn rows_go(self) -> bool {
        !matches!(
            self,
            Self::LoginHistory | Self::ActionLogs | Self::LogoutDeliveries
        )
    }
}

/// A row as the test knows it: what it is sorted by, and how a page shows it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Row {
    made_at: i64,
    id: String,
}

/// A list of the server, and what should be in it.
struct List {
    server: TestServer,
    kind: Kind,
    person: Person,
    app_id: String,
    /// In the order of the list.
    rows: Vec<Row>,
    made: usize,
}

impl List {
    async fn of(kind: Kind) -> Self {
        let server = TestServer::start().await;
        // Lists of the pool hold these two as well.
        let first = now(&server);
        let person = server.add_user("person").await;
        let told = json!({ "backchannel_logout_uri": "https://app.example/logout" });
        let body = json!({ "appName": "application", "oidcConfig": told });
        let app_id = text(&server.post("create-application", body).await.data()["appId"]);
        let there = match kind {
            Kind::Users | Kind::UsersOldestFirst => Some(person.id.clone()),
            Kind::Applications => Some(app_id.clone()),
            Kind::ArchivedUsers
            | Kind::ActiveUsers
            | Kind::LoginHistory
            | Kind::ActionLogs
            | Kind::LogoutDeliveries => None,
        };
        let rows = there.map(|id| Row { made_at: first, id });
        Self {
            server,
            kind,
            person,
            app_id,
            rows: rows.into_iter().collect(),
            made: 0,
        }
    }

    async fn with_rows(kind: Kind, count: usize) -> Self {
        let mut list = Self::of(kind).await;
        for _ in 0..count {
            list.add().await;
        }
        list
    }

    /// One more row; every third is made at the moment of the one before.
    async fn add(&mut self) {
        self.made += 1;
        // What happens to a row has a moment of its own here.
        let is_event = !self.kind.rows_go() || self.kind == Kind::ArchivedUsers;
        if is_event || !self.made.is_multiple_of(3) {
            self.server.pass(1);
        }
        let name = format!("n{}", self.made);
        let id = match self.kind {
            Kind::Users | Kind::UsersOldestFirst => self.server.add_user(&name).await.id,
            Kind::ArchivedUsers => {
                let id = self.server.add_user(&name).await.id;
                let body = json!({ "userId": id, "status": "Archived" });
                assert_eq!(self.server.post("update-user", body).await.code(), 200);
                id
            }
            Kind::Applications => self.server.add_application(&name).await,
            Kind::ActiveUsers => {
                let person = self.server.add_user(&name).await;
                self.server.sign_in(&person, &self.app_id).await;
                person.id
            }
            Kind::LoginHistory | Kind::ActionLogs => {
                self.server.sign_in(&self.person, &self.app_id).await;
                iso(&self.server)
            }
            Kind::LogoutDeliveries => {
                self.server.sign_in(&self.person, &self.app_id).await;
                let body = json!({ "userId": self.person.id, "appIds": [self.app_id] });
                assert_eq!(self.server.post("kick-users", body).await.code(), 200);
                iso(&self.server)
            }
        };
        let made_at = now(&self.server);
        self.rows.push(Row { made_at, id });
        self.sort();
    }

    fn sort(&mut self) {
        match self.kind {
            Kind::ActiveUsers => self.rows.sort_by(|a, b| a.id.cmp(&b.id)),
            // Where the named key leaves rows equal, the newest come first.
            Kind::UsersOldestFirst => self
                .rows
                .sort_by(|a, b| (a.made_at, &b.id).cmp(&(b.made_at, &a.id))),
            Kind::Users
            | Kind::ArchivedUsers
            | Kind::Applications
            | Kind::LoginHistory
            | Kind::ActionLogs
            | Kind::LogoutDeliveries => self.rows.sort_by(|a, b| b.cmp(a)),
        }
    }

    /// The row at this place goes away.
    async fn remove(&mut self, index: usize) {
        let row = self.rows.remove(index);
        let (verb, body) = match self.kind {
            Kind::Users | Kind::UsersOldestFirst | Kind::ArchivedUsers => {
                ("delete-users-batch", json!({ "userIds": [row.id] }))
            }
            Kind::Applications => ("delete-application", json!({ "appId": row.id })),
            Kind::ActiveUsers => {
                let apps = [self.app_id.as_str()];
                ("kick-users", json!({ "userId": row.id, "appIds": apps }))
            }
            Kind::LoginHistory | Kind::ActionLogs | Kind::LogoutDeliveries => {
                return self.rows.insert(index, row);
            }
        };
        assert_eq!(self.server.post(verb, body).await.code(), 200);
    }

    /// How many rows the server says there are, and those of a page.
    async fn page(&self, number: usize, limit: usize) -> (usize, Vec<String>) {
        let (page, per) = (number.to_string(), limit.to_string());
        let pages = [("page", page.as_str()), ("limit", per.as_str())];
        let pagination = json!({ "page": number, "limit": limit });
        let (answer, member) = match self.kind {
            Kind::Users => (self.server.get("list-users", &pages).await, "userId"),
            Kind::UsersOldestFirst => {
                let sort = [json!({ "field": "createdAt", "order": "asc" })];
                let options = json!({ "pagination": pagination, "sort": sort });
                let body = json!({ "options": options });
                (self.server.post("list-users", body).await, "userId")
            }
            Kind::ArchivedUsers => {
                let answer = self.server.get("list-archived-users", &pages);
                (answer.await, "userId")
            }
            Kind::Applications => (self.server.get("list-applications", &pages).await, "appId"),
            Kind::ActiveUsers => {
                let options = json!({ "pagination": pagination });
                let body = json!({ "appId": self.app_id, "options": options });
                let answer = self.server.post("list-application-active-users", body);
                (answer.await, "userId")
            }
            Kind::LoginHistory => {
                let query = [pages[0], pages[1], ("userId", self.person.id.as_str())];
                let answer = self.server.get("get-user-login-history", &query);
                (answer.await, "time")
            }
            Kind::ActionLogs => {
                let body = json!({ "userId": self.person.id, "pagination": pagination });
                let answer = self.server.post("get-user-action-logs", body);
                (answer.await, "timestamp")
            }
            Kind::LogoutDeliveries => {
                let body = json!({ "appId": self.app_id, "page": number, "limit": limit });
                let answer = self.server.post("list-logout-deliveries", body);
                (answer.await, "endedAt")
            }
        };
        let data = answer.data();
        let ids = data["list"].as_array().unwrap().iter();
        let ids = ids.map(|row| text(&row[member])).collect();
        let total = data["totalCount"].as_u64().unwrap();
        (usize::try_from(total).unwrap(), ids)
    }

    fn ids(&self) -> Vec<String> {
        self.rows.iter().map(|row| row.id.clone()).collect()
    }

    /// The page is what the list is now.
    async fn assert_page(&self, number: usize, limit: usize) -> Vec<String> {
        let ids = self.ids();
        let expected: Vec<_> = ids
            .iter()
            .skip((number - 1) * limit)
            .take(limit)
            .cloned()
            .collect();
        let (total, found) = self.page(number, limit).await;
        assert_eq!(total, ids.len(), "{:?}", self.kind);
        assert_eq!(found, expected, "{:?}, page {number} of {limit}", self.kind);
        found
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn now(server: &TestServer) -> i64 {
    server.clock.now().as_millis()
}

fn iso(server: &TestServer) -> String {
    rollcall_wire::time::format_millis(now(server))
}

/// Numbers that repeat themselves with each run (Numerical Recipes' generator).
struct Chance(u32);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(self.0 >> 8).unwrap() % bound.max(1)
    }
}

#[tokio::test]
async fn a_page_is_what_the_list_is_at_that_moment() {
    for kind in KINDS {
        let mut list = List::with_rows(kind, 5).await;
        let mut chance = Chance(7);
        for _ in 0..25 {
            if chance.below(5) < 3 || list.rows.is_empty() {
                list.add().await;
            } else {
                list.remove(chance.below(list.rows.len())).await;
            }
            let limit = 1 + chance.below(6);
            let number = 1 + chance.below(list.rows.len() / limit + 2);
            list.assert_page(number, limit).await;
        }
        let limit = list.rows.len().clamp(1, 50);
        list.assert_page(1, limit).await;
        list.assert_page(4_000_000_000, 50).await;
    }
}

/// Rows that come push others down, so that a walk may meet one again; it passes
/// none by.
#[tokio::test]
async fn a_walk_misses_no_row_while_rows_come() {
    for kind in KINDS {
        let mut list = List::with_rows(kind, 8).await;
        let there = list.ids();
        let mut seen = Vec::new();
        for number in 1.. {
            let page = list.assert_page(number, LIMIT).await;
            if page.is_empty() {
                break;
            }
            seen.extend(page);
            if number <= 4 {
                // Of one moment with another, a row may come before it.
                list.server.pass(1);
                list.add().await;
            }
        }
        assert!(there.iter().all(|id| seen.contains(id)), "{kind:?}");
        if kind == Kind::UsersOldestFirst {
            // New rows come last here.
            assert_eq!(seen, list.ids());
        }
    }
}

/// Rows that go pull others up, so that a walk may pass one by; it meets none
/// again.
#[tokio::test]
async fn a_walk_meets_no_row_twice_while_rows_go() {
    for kind in KINDS.into_iter().filter(|kind| kind.rows_go()) {
        let mut list = List::with_rows(kind, 11).await;
        let mut chance = Chance(11);
        let mut seen: Vec<String> = Vec::new();
        for number in 1.. {
            let page = list.assert_page(number, LIMIT).await;
            if page.is_empty() {
                break;
            }
            assert!(page.iter().all(|id| !seen.contains(id)), "{kind:?}");
            seen.extend(page);
            list.remove(chance.below(list.rows.len())).await;
        }
    }
}
