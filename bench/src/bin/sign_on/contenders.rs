//! Who is measured.

use anyhow::Result;
use rollcall_bench::rollcall::{Rollcall, serve_rollcall};
use rollcall_bench::servers::Server;
use serde_json::json;
use std::path::Path;

/// Where both contenders send people back.
pub(crate) const CALLBACK: &str = "https://app.example/cb";

/// A server, and the one application that people sign in to.
pub(crate) struct Contender {
    pub(crate) server: Server,
    pub(crate) client: Client,
}

/// What an application knows of its provider.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) origin: String,
    pub(crate) authorization: &'static str,
    pub(crate) token: &'static str,
    pub(crate) id: String,
    pub(crate) secret: String,
    /// What is filled into the sign-in form.
    pub(crate) fields: &'static [(&'static str, &'static str)],
}

/// Rollcall on an embedded store. Hashing is left out of the comparison by its
/// lowest cost: the peer hashes nothing.
pub(crate) async fn rollcall(binary: &Path, folder: &Path, algorithm: &str) -> Result<Contender> {
    let more = ["--password-hashing", "lowest"];
    let Rollcall { server, api } = serve_rollcall(binary, folder, &more).await?;
    let user = json!({ "username": "bench", "password": "correct horse battery" });
    api.call("create-user", &user).await?;
    let app = json!({
        "appName": "Bench",
        "redirectUris": [CALLBACK],
        "oidcConfig": { "id_token_signed_response_alg": algorithm },
    });
    let (id, secret) = api.add_application(&app).await?;
    let client = Client {
        origin: format!("http://{}", server.address),
        authorization: "/oidc/auth",
        token: "/oidc/token",
        id,
        secret,
        fields: &[
            ("identifier", "bench"),
            ("password", "correct horse battery"),
        ],
    };
    Ok(Contender { server, client })
}

/// npm `oidc-provider`, in memory.
pub(crate) fn peer(folder: &Path, algorithm: &str) -> Result<Contender> {
    let program = folder.join("server.mjs");
    let program = program.to_string_lossy().into_owned();
    let server = Server::start(Path::new("node"), &[&program, algorithm])?;
    let client = Client {
        origin: format!("http://{}", server.address),
        authorization: "/auth",
        token: "/token",
        id: "bench".to_owned(),
        secret: "bench-secret-of-this-run".to_owned(),
        fields: &[("prompt", "login"), ("login", "bench"), ("password", "any")],
    };
    Ok(Contender { server, client })
}
