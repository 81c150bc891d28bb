//! Rollcall under measure: a data folder, its server, and calls of its API.

use crate::servers::Server;
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The password of who is signed in.
pub const PASSWORD: &str = "correct horse battery";

/// A data folder, and the root key of its pool.
#[derive(Clone, Debug)]
pub struct Data {
    /// The `rollcall` binary.
    pub binary: PathBuf,
    /// The folder.
    pub folder: PathBuf,
    /// The root key's id.
    pub key_id: String,
    /// The root key's secret.
    pub key_secret: String,
}

/// A served store, and its management API.
pub struct Rollcall {
    /// The process.
    pub server: Server,
    /// Calls of the root key.
    pub api: Api,
}

/// An application.
#[derive(Clone, Debug)]
pub struct Application {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

impl Data {
    /// Makes a store in this folder.
    pub fn init(binary: &Path, folder: &Path) -> Result<Self> {
        Self::init_with(binary, folder, &[])
    }

    /// The same with these arguments more: with `--database-url` the store is there, and
    /// the folder has the master key.
    pub fn init_with(binary: &Path, folder: &Path, more: &[&str]) -> Result<Self> {
        let data = folder.to_str().context("the folder's name is not UTF-8")?;
        let made = Command::new(binary)
            .args(["init", "--data", data, "--json"])
            .args(more)
            .output()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        ensure!(
            made.status.success(),
            "init failed: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        let key: Value = serde_json::from_slice(&made.stdout)?;
        let text = |name: &str| key[name].as_str().map(ToOwned::to_owned);
        Ok(Self {
            binary: binary.to_owned(),
            folder: folder.to_owned(),
            key_id: text("accessKeyId").context("no key")?,
            key_secret: text("accessKeySecret").context("no secret")?,
        })
    }

    /// The embedded store's file.
    pub fn database(&self) -> PathBuf {
        self.folder.join("rollcall.db")
    }

    /// Starts its server on these cores, with these arguments more.
    pub fn start(&self, cores: &str, more: &[&str]) -> Result<Server> {
        let data = self.folder.to_str().context("not UTF-8")?;
        let serve = ["serve", "--data", data, "--listen", "127.0.0.1:0"];
        Server::start_on(cores, &self.binary, &[&serve, more].concat())
    }

    /// Starts its server and signs in to its API.
    pub async fn serve(&self, cores: &str, more: &[&str]) -> Result<Rollcall> {
        let server = self.start(cores, more)?;
        let api = self.api(&server).await?;
        Ok(Rollcall { server, api })
    }

    /// Its API at a server.
    pub async fn api(&self, server: &Server) -> Result<Api> {
        let mut api = Api {
            http: reqwest::Client::new(),
            base: format!("http://{}", server.address),
            token: String::new(),
        };
        let login = json!({
            "accessKeyId": self.key_id,
            "accessKeySecret": self.key_secret,
        });
        let token = api.call("get-management-token", &login).await?["access_token"].clone();
        token
            .as_str()
            .context("no token")?
            .clone_into(&mut api.token);
        Ok(api)
    }
}

/// Makes a store in a folder and serves it on the first core, with these arguments
/// more.
pub async fn serve_rollcall(binary: &Path, folder: &Path, more: &[&str]) -> Result<Rollcall> {
    Data::init(binary, &folder.join("data"))?
        .serve("0", more)
        .await
}

/// The management API of a server.
pub struct Api {
    http: reqwest::Client,
    base: String,
    /// A management token.
    pub token: String,
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

    /// An application whose tokens are signed with ES256: signing is what it costs
    /// least with.
    pub async fn add_plain_application(&self, name: &str) -> Result<Application> {
        let members = json!({
            "appName": name,
            "oidcConfig": { "id_token_signed_response_alg": "ES256" },
        });
        let (id, secret) = self.add_application(&members).await?;
        Ok(Application { id, secret })
    }

    /// Makes a user with [`PASSWORD`]; answers the id.
    pub async fn add_user(&self, username: &str) -> Result<String> {
        let user = json!({ "username": username, "password": PASSWORD });
        let user = self.call("create-user", &user).await?;
        Ok(user["userId"].as_str().context("no userId")?.to_owned())
    }

    /// Signs a user in.
    pub async fn sign_in(&self, username: &str, application: &Application) -> Result<()> {
        self.call("signin", &sign_in_body(username, application))
            .await
            .map(|_| ())
    }

    /// How many are signed in to an application.
    pub async fn count_online(&self, application: &Application) -> Result<u64> {
        let body = online_body(application, 1);
        let page = self.call("list-application-active-users", &body).await?;
        page["totalCount"].as_u64().context("no totalCount")
    }
}

/// The body of a sign-in.
pub fn sign_in_body(username: &str, application: &Application) -> Value {
    json!({
        "connection": "PASSWORD",
        "passwordPayload": { "username": username, "password": PASSWORD },
        "client_id": application.id,
        "client_secret": application.secret,
    })
}

/// The body that asks for a page of who is signed in.
pub fn online_body(application: &Application, page: u64) -> Value {
    json!({
        "appId": application.id,
        "options": { "pagination": { "page": page, "limit": 50 } },
    })
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
