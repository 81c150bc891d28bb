//! `rollcall demo`: the main job from end to end, over HTTP, on a real server.

mod api;
mod hints;
mod story;

use crate::arguments::DemoArguments;
use crate::failure::Failure;
use crate::logging;
use crate::output::say;
use api::Api;
use rollcall_server::boot::{self, BootError, InitTask, IssuedKey, Ready};
use rollcall_server::config::{Config, LogFormat, StoreConfig};
use rollcall_server::serve::Stop;
use std::path::PathBuf;
use std::process::ExitCode;
use story::Story;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) async fn run(arguments: DemoArguments) -> Result<ExitCode, Failure> {
    if !arguments.listen.ip().is_loopback() {
        return Err(Failure::usage(
            "--listen: the demo listens on loopback addresses alone, since it speaks http",
        ));
    }
    let folder = Folder::of(arguments.data)?;
    let data = folder.path();
    let config = Config::embedded(&data, arguments.listen);
    logging::start(LogFormat::Text, config.log_level)
        .map_err(|error| Failure::new(error.to_string()))?;
    let key = access_key(&config.store).await?;
    let server = Server::start(config).await?;
    say(&format!(
        "A server of its own listens on {}, with its store in {}.",
        server.ready.public_url,
        data.display()
    ))?;
    let told = tell(&server, &key).await;
    if let Ok(story) = &told
        && !arguments.exit
    {
        say(&hints::text(server.ready.public_url.as_str(), &key, story))?;
        server.stop.requested().await;
        say("\nStopping.")?;
    }
    // Whatever became of the story, the server ends before its folder goes.
    server.end().await?;
    folder.remove()?;
    told?;
    if arguments.exit {
        say("\nEvery answer was as expected.")?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn tell(server: &Server, key: &IssuedKey) -> Result<Story, Failure> {
    let api = Api::new(server.ready.public_url.as_str())?;
    story::tell(api, &key.access_key_id, key.reveal_secret()).await
}

/// A key of a new store, or another one of a store that the folder has.
async fn access_key(config: &StoreConfig) -> Result<IssuedKey, Failure> {
    let store = InitTask::Store { pool_name: None };
    match boot::init(config, store).await {
        Err(BootError::StoreExists(_)) => {
            let key = InitTask::NewKey {
                pool: None,
                permissions: Vec::new(),
            };
            Ok(boot::init(config, key).await?)
        }
        made => Ok(made?),
    }
}

/// Where the store is, for as long as it is needed.
enum Folder {
    Temporary(TempDir),
    Kept(PathBuf),
}

impl Folder {
    fn of(kept: Option<PathBuf>) -> Result<Self, Failure> {
        let temporary = || tempfile::Builder::new().prefix("rollcall-demo-").tempdir();
        match kept {
            Some(path) => Ok(Self::Kept(path)),
            None => temporary()
                .map(Self::Temporary)
                .map_err(|error| Failure::new(format!("no temporary folder: {error}"))),
        }
    }

    fn path(&self) -> PathBuf {
        match self {
            // A folder inside, which init makes with the modes of a real one.
            Self::Temporary(folder) => folder.path().join("data"),
            Self::Kept(path) => path.clone(),
        }
    }

    fn remove(self) -> Result<(), Failure> {
        match self {
            Self::Temporary(folder) => folder
                .close()
                .map_err(|error| Failure::new(format!("the temporary folder stays: {error}"))),
            Self::Kept(_) => Ok(()),
        }
    }
}

/// The server in this process.
struct Server {
    ready: Ready,
    stop: Stop,
    task: JoinHandle<Result<(), BootError>>,
}

impl Server {
    async fn start(config: Config) -> Result<Self, Failure> {
        let stop = Stop::default();
        stop.follow_signals()
            .map_err(|error| Failure::new(format!("signals cannot be followed: {error}")))?;
        let (tell, listening) = oneshot::channel();
        let stop_it = stop.clone();
        let task = tokio::spawn(async move {
            let tell = |ready: &Ready| {
                // Whoever waited for it may be gone already.
                let _ = tell.send(ready.clone());
            };
            boot::serve(&config, stop_it, tell).await
        });
        match listening.await {
            Ok(ready) => Ok(Self { ready, stop, task }),
            // It ended before it listened, and says why.
            Err(_) => Err(match ended(task).await {
                Err(failure) => failure,
                Ok(()) => Failure::new("interrupted"),
            }),
        }
    }

    async fn end(self) -> Result<(), Failure> {
        self.stop.request();
        ended(self.task).await
    }
}

async fn ended(task: JoinHandle<Result<(), BootError>>) -> Result<(), Failure> {
    match task.await {
        Ok(served) => Ok(served?),
        Err(error) => Err(Failure::new(format!("the server failed: {error}"))),
    }
}
