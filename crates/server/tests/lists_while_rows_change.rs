//! Every list, while its rows come and go: a page is what the list was at one
//! moment, and what a walk over the pages may rely on.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod relying_party;
mod support;

use relying_party::{App, Tokens};
use rollcall_core::time::Clock as _;
use serde_json::{Value, json};
use support::{Answer, Person, TestServer};

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
    AuditLogs,
    MyLoginHistory,
    MyDevices,
    LogoutDeliveries,
    Webhooks,
    WebhookLogs,
}

const KINDS: [Kind; 13] = [
    Kind::Users,
    Kind::UsersOldestFirst,
    Kind::ArchivedUsers,
    Kind::Applications,
    Kind::ActiveUsers,
    Kind::LoginHistory,
    Kind::ActionLogs,
    Kind::AuditLogs,
    Kind::MyLoginHistory,
    Kind::MyDevices,
    Kind::LogoutDeliveries,
    Kind::Webhooks,
    Kind::WebhookLogs,
];

impl Kind {
    /// Rows of what happened stay.
    fn rows_go(self) -> bool {
        !matches!(
            self,
            Self::LoginHistory
                | Self::ActionLogs
                | Self::AuditLogs
                | Self::MyLoginHistory
                | Self::LogoutDeliveries
                | Self::WebhookLogs
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
    app: App,
    /// The person's own, for what people ask about themselves.
    tokens: Tokens,
    webhook: String,
    /// In the order of the list.
    rows: Vec<Row>,
    made: usize,
}

impl List {
    async fn of(kind: Kind) -> Self {
        let server = TestServer::start().await;
        // Some lists hold a row from the start.
        let first = now(&server);
        let person = server.add_user("person").await;
        let told = json!({ "backchannel_logout_uri": "https://app.example/logout" });
        let app = server.add_app("app", json!({ "oidcConfig": told })).await;
        let tokens = match kind {
            Kind::MyLoginHistory | Kind::MyDevices => server.log_in(&app, &person).await,
            _ => Tokens::of(&Value::Null),
        };
        let webhook = match kind {
            Kind::WebhookLogs => add_webhook(&server, "told").await,
            _ => String::new(),
        };
        let there = match kind {
            Kind::Users | Kind::UsersOldestFirst => Some(person.id.clone()),
            Kind::Applications => Some(app.id.clone()),
            Kind::MyLoginHistory => Some(iso(&server)),
            Kind::MyDevices => Some(server.device_of(&tokens).await),
            _ => None,
        };
        let rows = there.map(|id| Row { made_at: first, id });
        Self {
            server,
            kind,
            person,
            app,
            tokens,
            webhook,
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
        // What happens to a row, and a sign-in, has a moment of its own here.
        let is_event =
            !self.kind.rows_go() || matches!(self.kind, Kind::ArchivedUsers | Kind::MyDevices);
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
                self.server.sign_in(&person, &self.app.id).await;
                person.id
            }
            Kind::Webhooks => add_webhook(&self.server, &name).await,
            Kind::MyDevices => {
                let tokens = self.server.log_in(&self.app, &self.person).await;
                self.server.device_of(&tokens).await
            }
            _ => self.happen(&name).await,
        };
        let made_at = now(&self.server);
        self.rows.push(Row { made_at, id });
        self.sort();
    }

    /// Something of which a row tells; its id is when.
    async fn happen(&self, name: &str) -> String {
        let server = &self.server;
        match self.kind {
            Kind::AuditLogs => {
                let body = json!({ "userId": self.person.id, "nickname": name });
                server.post("update-user", body).await.data();
            }
            Kind::WebhookLogs => {
                let body = json!({ "webhookId": self.webhook });
                let answer = server.post("trigger-webhook", body).await;
                answer.assert_fails(601, None);
            }
            _ => {
                server.sign_in(&self.person, &self.app.id).await;
            }
        }
        if self.kind == Kind::LogoutDeliveries {
            let body = json!({ "userId": self.person.id, "appIds": [self.app.id] });
            server.post("kick-users", body).await.data();
        }
        iso(server)
    }

    fn sort(&mut self) {
        match self.kind {
            Kind::ActiveUsers => self.rows.sort_by(|a, b| a.id.cmp(&b.id)),
            // Where the named key leaves rows equal, the newest come first.
            Kind::UsersOldestFirst => self
                .rows
                .sort_by(|a, b| (a.made_at, &b.id).cmp(&(b.made_at, &a.id))),
            _ => self.rows.sort_by(|a, b| b.cmp(a)),
        }
    }

    /// The row at this place goes away, if rows of this list do.
    async fn remove(&mut self, index: usize) {
        let row = self.rows.remove(index);
        let apps = [self.app.id.as_str()];
        let (verb, body) = match self.kind {
            Kind::Users | Kind::UsersOldestFirst | Kind::ArchivedUsers => {
                ("delete-users-batch", json!({ "userIds": [row.id] }))
            }
            Kind::Applications => ("delete-application", json!({ "appId": row.id })),
            Kind::ActiveUsers => ("kick-users", json!({ "userId": row.id, "appIds": apps })),
            Kind::Webhooks => ("delete-webhook", json!({ "webhookIds": [row.id] })),
            Kind::MyDevices if row.id != self.server.device_of(&self.tokens).await => {
                let body = json!({ "deviceId": row.id });
                let answer = self
                    .server
                    .post_by(&self.tokens.access, "mydevices/unbind", body);
                assert_eq!(answer.await.code(), 200);
                return;
            }
            // With their own session the person would end their question.
            _ => return self.rows.insert(index, row),
        };
        assert_eq!(self.server.post(verb, body).await.code(), 200);
    }

    /// The server's answer for a page, and the member of its rows that is their id.
    async fn ask(&self, number: usize, limit: usize) -> (Answer, &'static str) {
        let (page, per) = (number.to_string(), limit.to_string());
        let query = [("page", page.as_str()), ("limit", per.as_str())];
        let pages = json!({ "page": number, "limit": limit });
        let user = self.person.id.as_str();
        let token = &self.tokens.access;
        let (server, app) = (&self.server, &self.app.id);
        match self.kind {
            Kind::Users => (server.get("list-users", &query).await, "userId"),
            Kind::UsersOldestFirst => {
                let sort = [json!({ "field": "createdAt", "order": "asc" })];
                let body = json!({ "options": { "pagination": pages, "sort": sort } });
                (server.post("list-users", body).await, "userId")
            }
            Kind::ArchivedUsers => (server.get("list-archived-users", &query).await, "userId"),
            Kind::Applications => (server.get("list-applications", &query).await, "appId"),
            Kind::ActiveUsers => {
                let body = json!({ "appId": app, "options": { "pagination": pages } });
                let answer = server.post("list-application-active-users", body).await;
                (answer, "userId")
            }
            Kind::LoginHistory => {
                let query = [query[0], query[1], ("userId", user)];
                (server.get("get-user-login-history", &query).await, "time")
            }
            Kind::ActionLogs => {
                let body = json!({ "userId": user, "pagination": pages });
                let answer = server.post("get-user-action-logs", body).await;
                (answer, "timestamp")
            }
            Kind::AuditLogs => {
                let body = json!({ "operationType": "update", "pagination": pages });
                let answer = server.post("get-admin-audit-logs", body).await;
                (answer, "timestamp")
            }
            Kind::MyLoginHistory => {
                let answer = server.get_by(token, "get-my-login-history", &query).await;
                (answer, "loginAt")
            }
            Kind::MyDevices => {
                let answer = server.get_by(token, "mydevices/list", &query).await;
                (answer, "deviceId")
            }
            Kind::LogoutDeliveries => {
                let body = json!({ "appId": app, "page": number, "limit": limit });
                let answer = server.post("list-logout-deliveries", body).await;
                (answer, "endedAt")
            }
            Kind::Webhooks => (server.get("list-webhooks", &query).await, "webhookId"),
            Kind::WebhookLogs => {
                let body = json!({ "webhookId": self.webhook, "page": number, "limit": limit });
                (server.post("get-webhook-logs", body).await, "timestamp")
            }
        }
    }

    /// How many rows the server says there are, and those of a page. The list of
    /// devices says no number.
    async fn page(&self, number: usize, limit: usize) -> (Option<usize>, Vec<String>) {
        let (answer, member) = self.ask(number, limit).await;
        let data = answer.data();
        if self.kind == Kind::MyDevices {
            return (None, texts(data, |row| &row["device"][member]));
        }
        let total = usize::try_from(data["totalCount"].as_u64().unwrap());
        (total.ok(), texts(&data["list"], |row| &row[member]))
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
        assert_eq!(total.unwrap_or(ids.len()), ids.len(), "{:?}", self.kind);
        assert_eq!(found, expected, "{:?}, page {number} of {limit}", self.kind);
        found
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn texts(list: &Value, member: impl Fn(&Value) -> &Value) -> Vec<String> {
    let rows = list.as_array().unwrap().iter();
    rows.map(|row| text(member(row))).collect()
}

async fn add_webhook(server: &TestServer, name: &str) -> String {
    let body = json!({
        "name": name, "url": "https://192.0.2.1/", "contentType": "application/json",
        "events": ["test"],
    });
    let answer = server.post("create-webhook", body).await;
    text(&answer.data()["webhookId"])
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

/// Lists that the contract gives no pages are answered whole, the oldest first.
#[tokio::test]
async fn a_list_without_pages_is_whole_while_rows_come_and_go() {
    let server = TestServer::start().await;
    let mut chance = Chance(13);
    let root = server.root.id.to_string();
    let mut sources: Vec<Row> = Vec::new();
    let mut keys = vec![Row {
        made_at: now(&server),
        id: root.clone(),
    }];
    for turn in 0..40 {
        server.pass(i64::from(turn % 3 != 0));
        if chance.below(3) < 2 {
            let made_at = now(&server);
            let id = server.add_ext_idp("oidc").await;
            sources.push(Row { made_at, id });
            let answer = server
                .post("create-access-key", json!({ "type": "a" }))
                .await;
            let id = text(&answer.data()[0]["accessKeyId"]);
            keys.push(Row { made_at, id });
        } else {
            remove_one(&server, "delete-ext-idp", "id", &mut sources, &mut chance).await;
            let spared = keys.remove(0);
            remove_one(
                &server,
                "delete-access-key",
                "accessKeyId",
                &mut keys,
                &mut chance,
            )
            .await;
            keys.insert(0, spared);
        }
        sources.sort();
        keys[1..].sort();
        let ids = |rows: &[Row]| rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
        let answer = server.get("list-ext-idp", &[]).await;
        assert_eq!(answer.data()["totalCount"], sources.len());
        assert_eq!(
            texts(&answer.data()["list"], |row| &row["id"]),
            ids(&sources)
        );
        let answer = server.get("list-access-key", &[]).await;
        assert_eq!(texts(answer.data(), |row| &row["accessKeyId"]), ids(&keys));
    }
}

async fn remove_one(
    server: &TestServer,
    verb: &str,
    member: &str,
    rows: &mut Vec<Row>,
    chance: &mut Chance,
) {
    if rows.is_empty() {
        return;
    }
    let row = rows.remove(chance.below(rows.len()));
    assert_eq!(
        server.post(verb, json!({ member: row.id })).await.code(),
        200
    );
}
