//! Two nodes on one database, and what callers ask them.

use crate::http::{post, post_any_from, token};
use crate::run::{Key, Serving};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tempfile::{TempDir, tempdir};

pub(crate) const PASSWORD: &str = "Passw0rd!";

/// A node on this database, with further arguments.
pub(crate) fn serve(data: &Path, url: &str, more: &[&str]) -> Serving {
    let ours = [
        "--database-url",
        url,
        "--public-url",
        "http://localhost:7250",
    ];
    Serving::start_with(data, &[&ours[..], more].concat())
}

/// Two of them, and an application that needs no secret.
pub(crate) struct Nodes {
    pub(crate) serving: Vec<Serving>,
    pub(crate) token: String,
    pub(crate) app: String,
    _second: TempDir,
}

impl Nodes {
    /// The second one has the first one's master key, and a folder of its own.
    pub(crate) fn start(first: &Path, key: &Key, url: &str, more: &[&str]) -> Self {
        let second = tempdir().unwrap();
        fs::copy(first.join("master.key"), second.path().join("master.key")).unwrap();
        let serving = [first, second.path()].map(|data| serve(data, url, more));
        let serving = Vec::from(serving);
        let mut nodes = Self {
            token: token(&serving[0].address, key),
            app: String::new(),
            serving,
            _second: second,
        };
        let config = json!({ "token_endpoint_auth_method": "none" });
        let body = json!({ "appName": "app", "oidcConfig": config });
        let app = nodes.post(0, "create-application", &body);
        app["appId"].as_str().unwrap().clone_into(&mut nodes.app);
        nodes
    }

    pub(crate) fn address(&self, node: usize) -> &str {
        &self.serving[node].address
    }

    /// The `data` of a call that must succeed.
    #[track_caller]
    pub(crate) fn post(&self, node: usize, verb: &str, body: &Value) -> Value {
        let path = format!("/api/v3/{verb}");
        post(self.address(node), &path, Some(&self.token), body)
    }

    pub(crate) fn add(&self, node: usize, user: &str) {
        let body = json!({ "username": user, "password": PASSWORD });
        self.post(node, "create-user", &body);
    }

    pub(crate) fn sign_in(&self, node: usize, user: &str) {
        let answer = self.try_sign_in(node, user, PASSWORD, "192.0.2.1");
        assert_eq!(answer["statusCode"], 200, "{answer}");
    }

    /// The whole answer to who comes from this address: nodes trust a proxy's word for
    /// it where they are told to.
    pub(crate) fn try_sign_in(&self, node: usize, user: &str, password: &str, from: &str) -> Value {
        let password = json!({ "username": user, "password": password });
        let body = json!({
            "connection": "PASSWORD", "passwordPayload": password, "client_id": self.app,
        });
        post_any_from(self.address(node), "/api/v3/signin", from, &body)
    }

    pub(crate) fn kick(&self, node: usize, user: &str) {
        let options = json!({ "userIdType": "username" });
        let body = json!({ "userId": user, "appIds": [self.app], "options": options });
        self.post(node, "kick-users", &body);
    }

    /// All nodes say so.
    #[track_caller]
    pub(crate) fn assert_active(&self, user: &str, expected: bool) {
        let body = json!({ "appId": self.app, "userId": user, "userIdType": "username" });
        for node in 0..self.serving.len() {
            let found = self.post(node, "check-session-status", &body);
            assert_eq!(found["active"], expected, "{user} at {node}");
        }
    }

    /// All end in order; what they have said.
    pub(crate) fn terminate(self) -> String {
        let mut said = String::new();
        for serving in self.serving {
            let run = serving.terminate();
            assert_eq!(run.code, Some(0), "{run:?}");
            said += &run.stderr;
        }
        said
    }
}
