//! The servers under measure: started pinned to the first core, ended when dropped.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A server's process and where it listens.
pub struct Server {
    process: Child,
    /// Host and port.
    pub address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // Only the process that was started here; that it is gone already is no error.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    /// Starts a binary on the first core and waits for its "listening on" line.
    pub fn start(binary: &Path, arguments: &[&str]) -> Result<Self> {
        let mut process = Command::new("taskset")
            .args(["-c", "0"])
            .arg(binary)
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {} with taskset", binary.display()))?;
        let output = process.stdout.take().context("no standard output")?;
        let mut lines = BufReader::new(output).lines();
        let address = lines
            .find_map(|line| {
                let line = line.ok()?;
                let (_, address) = line.split_once("listening on http://")?;
                Some(
                    address
                        .split_whitespace()
                        .next()?
                        .trim_end_matches('/')
                        .to_owned(),
                )
            })
            .context("the server ended without listening")?;
        // Kept reading, so that the server never blocks on a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { process, address })
    }

    /// CPU time of the process so far, user and system, in microseconds (proc(5),
    /// `/proc/pid/schedstat`: nanoseconds on the CPU, for each thread).
    pub fn cpu_micros(&self) -> Result<u64> {
        let mut total = 0;
        for task in std::fs::read_dir(format!("/proc/{}/task", self.process.id()))? {
            let text = std::fs::read_to_string(task?.path().join("schedstat"))?;
            let nanos: u64 = text
                .split(' ')
                .next()
                .context("an empty schedstat")?
                .parse()?;
            total += nanos / 1000;
        }
        Ok(total)
    }
}

/// Whom the load asks about, and with which token.
pub struct Subject {
    /// A management token.
    pub token: String,
    /// The body of the check.
    pub body: String,
}

/// A served store, and its management API.
pub struct Rollcall {
    /// The process.
    pub server: Server,
    /// Calls of the root key.
    pub api: Api,
}

/// Makes a store and serves it, with these arguments more.
pub async fn serve_rollcall(binary: &Path, folder: &Path, more: &[&str]) -> Result<Rollcall> {
    let data = folder.join("data");
    let data = data.to_str().context("the folder's name is not UTF-8")?;
    let key = Command::new(binary)
        .args(["init", "--data", data, "--json"])
        .output()?;
    ensure!(
        key.status.success(),
        "init failed: {}",
        String::from_utf8_lossy(&key.stderr)
    );
    let key: Value = serde_json::from_slice(&key.stdout)?;
    let serve = ["serve", "--data", data, "--listen", "127.0.0.1:0"];
    let server = Server::start(binary, &[&serve, more].concat())?;
    let mut api = Api {
        http: reqwest::Client::new(),
        base: format!("http://{}", server.address),
        token: String::new(),
    };
    let login = json!({
        "accessKeyId": key["accessKeyId"],
        "accessKeySecret": key["accessKeySecret"],
    });
    let token = api.call("get-management-token", &login).await?["access_token"].clone();
    token
        .as_str()
        .context("no token")?
        .clone_into(&mut api.token);
    Ok(Rollcall { server, api })
}

/// A served store with one user who is signed in to one application.
pub async fn prepare_rollcall(binary: &Path, folder: &Path) -> Result<(Server, Subject)> {
    let Rollcall { server, api } = serve_rollcall(binary, folder, &[]).await?;
    let password = "correct horse battery";
    let user = json!({ "username": "bench", "password": password });
    let user = api.call("create-user", &user).await?;
    let (app_id, secret) = api.add_application(&json!({ "appName": "Bench" })).await?;
    let sign_in = json!({
        "connection": "PASSWORD",
        "passwordPayload": { "username": "bench", "password": password },
        "client_id": app_id,
        "client_secret": secret,
    });
    api.call("signin", &sign_in).await?;
    let body = json!({ "appId": app_id, "userId": user["userId"] }).to_string();
    let token = api.token;
    Ok((server, Subject { token, body }))
}

/// The management API of a server.
pub struct Api {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Api {
    /// A `POST`; answers its `data`.
    pub async fn call(&self, verb: &str, body: &Value) -> Result<Value> {
        let request = self
            .http
            .post(format!("{}/api/v3/{verb}", self.base))
            .json(body);
        data(request, &self.token).await
    }

    /// Makes an application; answers its id and secret.
    pub async fn add_application(&self, members: &Value) -> Result<(String, String)> {
        let app = self.call("create-application", members).await?;
        let id = app["appId"].as_str().context("no appId")?.to_owned();
        let path = format!("{}/api/v3/get-application-secret?appId={id}", self.base);
        let secret = data(self.http.get(path), &self.token).await?;
        let secret = secret["secret"].as_str().context("no secret")?.to_owned();
        Ok((id, secret))
    }
}

async fn data(request: reqwest::RequestBuilder, token: &str) -> Result<Value> {
    let request = if token.is_empty() {
        request
    } else {
        request.bearer_auth(token)
    };
    let answer: Value = request.send().await?.json().await?;
    ensure!(answer["statusCode"] == 200, "refused: {answer}");
    Ok(answer["data"].clone())
}
