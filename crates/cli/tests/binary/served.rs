//! A server with its root key, and the commands that call it.

use crate::http::{get_with, post, token};
use crate::run::{Key, Run, Serving, init, rollcall_reading, rollcall_with};
use serde_json::{Value, json};
use std::path::Path;
use tempfile::{TempDir, tempdir};

pub(crate) struct Served {
    pub(crate) key: Key,
    pub(crate) serving: Serving,
    /// Where its metrics are, once its line was read.
    pub(crate) metrics: Option<String>,
    token: String,
    data: Option<TempDir>,
}

impl Served {
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// The same, with further arguments of `serve`.
    pub(crate) fn with(more: &[&str]) -> Self {
        let data = tempdir().unwrap();
        let key = init(data.path(), &[]);
        let mut served = Self::of_with(data.path(), key, more);
        served.data = Some(data);
        served
    }

    /// The folder of another, whose root key this is.
    pub(crate) fn of(data: &Path, key: Key) -> Self {
        Self::of_with(data, key, &[])
    }

    fn of_with(data: &Path, key: Key, more: &[&str]) -> Self {
        let serving = Serving::start_with(data, more);
        Self {
            token: token(&serving.address, &key),
            key,
            metrics: None,
            serving,
            data: None,
        }
    }

    /// The same store, stopped and started again with these arguments more.
    pub(crate) fn started_again(self, more: &[&str]) -> Self {
        let Self {
            key, serving, data, ..
        } = self;
        assert_eq!(serving.terminate().code, Some(0));
        let mut served = Self::of_with(data.as_ref().unwrap().path(), key, more);
        served.data = data;
        served
    }

    /// The data folder, if it is its own.
    pub(crate) fn data(&self) -> &Path {
        self.data.as_ref().unwrap().path()
    }

    fn variables(&self) -> (String, [(&'static str, String); 2]) {
        let url = format!("http://{}", self.serving.address);
        let id = ("ROLLCALL_ACCESS_KEY_ID", self.key.id.clone());
        let secret = ("ROLLCALL_ACCESS_KEY_SECRET", self.key.secret.clone());
        (url, [id, secret])
    }

    /// How a command ended.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let (url, [id, secret]) = self.variables();
        let variables = [
            ("ROLLCALL_URL", url.as_str()),
            (id.0, &id.1),
            (secret.0, &secret.1),
        ];
        rollcall_with(arguments, &variables)
    }

    /// The same with this on standard input.
    pub(crate) fn reading(&self, arguments: &[&str], input: &str) -> Run {
        let (url, [id, secret]) = self.variables();
        let variables = [
            ("ROLLCALL_URL", url.as_str()),
            (id.0, &id.1),
            (secret.0, &secret.1),
        ];
        rollcall_reading(arguments, &variables, input)
    }

    /// What a command printed that must succeed.
    #[track_caller]
    pub(crate) fn prints(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
        run.stdout
    }

    /// The one JSON document of a command with `--json`.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let printed = self.prints(&[arguments, &["--json"]].concat());
        assert_eq!(printed.lines().count(), 1, "{printed}");
        serde_json::from_str(&printed).unwrap()
    }

    /// What a command said that must fail, with exit code 2 and nothing printed.
    #[track_caller]
    pub(crate) fn fails(&self, arguments: &[&str]) -> String {
        let run = self.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{run:?}");
        run.stderr
    }

    /// The `data` of a call that must succeed.
    pub(crate) fn post(&self, name: &str, body: &Value) -> Value {
        let path = format!("/api/v3/{name}");
        post(&self.serving.address, &path, Some(&self.token), body)
    }

    /// The `data` of a call that reads and must succeed.
    pub(crate) fn get(&self, name: &str) -> Value {
        let path = format!("/api/v3/{name}");
        get_with(&self.serving.address, &path, &self.token)
    }

    /// A new user's id.
    pub(crate) fn add_user(&self, username: &str) -> String {
        let body = json!({ "username": username, "password": "Passw0rd!" });
        let user = self.post("create-user", &body);
        user["userId"].as_str().unwrap().to_owned()
    }

    /// The id of a new application that needs no secret.
    pub(crate) fn add_app(&self, name: &str) -> String {
        let config = json!({ "token_endpoint_auth_method": "none" });
        let body = json!({ "appName": name, "oidcConfig": config });
        let app = self.post("create-application", &body);
        app["appId"].as_str().unwrap().to_owned()
    }

    pub(crate) fn sign_in(&self, app: &str, username: &str) {
        let password = json!({ "username": username, "password": "Passw0rd!" });
        let body = json!({
            "connection": "PASSWORD", "passwordPayload": password, "client_id": app,
        });
        self.post("signin", &body);
    }
}
