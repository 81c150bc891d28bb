//! A server with a pool, a person and an application.

use rollcall_client::types::{
    ApplicationDto, CreateApplicationDto, CreateUserReqDto, OidcConfig, UserDto,
};
use rollcall_client::{AuthenticationClient, AuthenticationClientBuilder, ManagementClient};
use rollcall_server::boot::{self, BootError, InitTask};
use rollcall_server::config::{Config, HashingCost};
use rollcall_server::serve::Stop;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub(crate) const PASSWORD: &str = "correct horse";

/// Nobody listens there: the code is taken from the redirect.
pub(crate) const CALLBACK: &str = "http://127.0.0.1:9/callback";

/// A server of its own, until [`World::end`].
pub(crate) struct World {
    pub(crate) url: String,
    pub(crate) management: ManagementClient,
    stop: Stop,
    served: JoinHandle<Result<(), BootError>>,
    _data: TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let folder = data.path().join("data");
        let mut config = Config::embedded(&folder, "127.0.0.1:0".parse().unwrap());
        config.password_hashing = HashingCost::Lowest;
        let key = boot::init(&config.store, InitTask::Store { pool_name: None });
        let key = key.await.unwrap();
        let stop = Stop::default();
        let (tell, listening) = oneshot::channel();
        let stopping = stop.clone();
        let served = tokio::spawn(async move {
            let told = |ready: &boot::Ready| tell.send(ready.address).unwrap();
            boot::serve(&config, stopping, told).await
        });
        let url = format!("http://{}", listening.await.unwrap());
        let management =
            ManagementClient::builder(&url, &key.access_key_id, key.reveal_secret()).build();
        Self {
            management: management.unwrap(),
            url,
            stop,
            served,
            _data: data,
        }
    }

    /// Waits until the server has let go of its folder.
    pub(crate) async fn end(self) {
        self.stop.request();
        self.served.await.unwrap().unwrap();
    }

    pub(crate) async fn add_user(&self, username: &str) -> UserDto {
        let request = CreateUserReqDto {
            username: Some(username.to_owned()),
            email: Some(format!("{username}@example.com")),
            password: Some(PASSWORD.into()),
            ..CreateUserReqDto::default()
        };
        self.management.create_user(&request).await.unwrap()
    }

    pub(crate) async fn add_app(&self, name: &str, oidc: OidcConfig) -> ApplicationDto {
        let request = CreateApplicationDto {
            app_name: name.to_owned(),
            redirect_uris: Some(vec![CALLBACK.to_owned()]),
            oidc_config: Some(oidc.to_map().unwrap()),
            ..CreateApplicationDto::default()
        };
        self.management.create_application(&request).await.unwrap()
    }

    /// A client of the application, with its secret.
    pub(crate) async fn app(&self, app_id: &str) -> AuthenticationClientBuilder {
        let secret = self.management.get_application_secret(app_id).await;
        AuthenticationClient::builder(&self.url, app_id).secret(secret.unwrap().as_str())
    }

    pub(crate) async fn is_active(&self, app: &str, user: &str) -> bool {
        let asked = self.management.check_session_status(app, user).await;
        asked.unwrap()
    }
}
