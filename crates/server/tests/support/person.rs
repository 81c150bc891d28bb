//! People and applications, and people who are signed in.

use super::TestServer;
use rollcall_core::model::event::{Actor, Origin};
use rollcall_core::model::login::LoginDevice;
use rollcall_core::operations::sign_in::{Account, SignIn, SignedIn, sign_in};
use serde_json::json;

/// Everybody's password.
pub const PASSWORD: &str = "correct horse";

/// A user with a username and [`PASSWORD`].
#[derive(Clone, Debug)]
pub struct Person {
    pub id: String,
    pub username: String,
}

impl TestServer {
    /// Makes a user of this name.
    pub async fn add_user(&self, username: &str) -> Person {
        let body = json!({ "username": username, "password": PASSWORD });
        let answer = self.post("create-user", body).await;
        Person {
            id: answer.data()["userId"].as_str().unwrap().to_owned(),
            username: username.to_owned(),
        }
    }

    /// Makes an application of this name, and answers its id.
    pub async fn add_application(&self, name: &str) -> String {
        let answer = self
            .post("create-application", json!({ "appName": name }))
            .await;
        answer.data()["appId"].as_str().unwrap().to_owned()
    }

    /// Makes an identity source, and answers its id.
    pub async fn add_ext_idp(&self, kind: &str) -> String {
        let body = json!({ "name": "source", "type": kind });
        let answer = self.post("create-ext-idp", body).await;
        answer.data()["id"].as_str().unwrap().to_owned()
    }

    /// Signs a person in to an application, from 192.0.2.9.
    pub async fn sign_in(&self, person: &Person, app_id: &str) -> SignedIn {
        let store = &self.authority.store;
        let client = store.client(app_id.parse().unwrap()).await.unwrap();
        let address = Some("192.0.2.9".parse().unwrap());
        let request = SignIn {
            application: client.unwrap().application,
            account: Account::Username(person.username.clone()),
            password: PASSWORD.to_owned(),
            scope: None,
            device: LoginDevice {
                address,
                user_agent: Some("Test/1.0".to_owned()),
            },
        };
        let origin = Origin {
            actor: Actor::System,
            request_id: "a sign-in".to_owned(),
            address,
            user_agent: None,
        };
        sign_in(&self.authority, request, origin).await.unwrap()
    }

    /// Whether the person is signed in to the application.
    pub async fn is_active(&self, person: &Person, app_id: &str) -> bool {
        let body = json!({ "userId": person.id, "appId": app_id });
        let answer = self.post("check-session-status", body).await;
        answer.data()["active"].as_bool().unwrap()
    }
}
