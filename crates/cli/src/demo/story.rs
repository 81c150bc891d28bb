//! What happens in the demo, step by step.

use super::api::Api;
use crate::failure::Failure;
use crate::output::say;
use rollcall_server::entropy::SystemEntropy;
use serde_json::json;

/// Who and what the story was about, for trying on.
pub(super) struct Story {
    pub(super) token: String,
    pub(super) username: String,
    pub(super) password: String,
    pub(super) user: String,
    pub(super) shop: Application,
    pub(super) forum: Application,
}

/// An application that people sign in to.
pub(super) struct Application {
    pub(super) name: &'static str,
    pub(super) id: String,
    pub(super) secret: String,
}

/// Tells the story; fails at the first answer that is not as expected.
pub(super) async fn tell(api: Api, key_id: &str, key_secret: &str) -> Result<Story, Failure> {
    let mut telling = Telling { api, step: 0 };
    let story = telling.set_up(key_id, key_secret).await?;
    let (shop, forum) = (&story.shop, &story.forum);
    telling
        .sign_in(&story, shop, "Alice signs in to the shop.")
        .await?;
    telling
        .sign_in(&story, forum, "She signs in to the forum as well.")
        .await?;
    telling
        .check(
            &story,
            shop,
            true,
            "Is she signed in to the shop, right now? Yes.",
        )
        .await?;
    telling
        .check(&story, forum, true, "And to the forum? Yes.")
        .await?;
    telling.kick(&story, shop).await?;
    telling
        .check(
            &story,
            shop,
            false,
            "Is she still signed in to the shop? No, at once.",
        )
        .await?;
    telling
        .check(&story, forum, true, "The forum did not notice: yes.")
        .await?;
    telling
        .sign_in(
            &story,
            shop,
            "A kick ends a login, it does not lock out: Alice signs in to the shop again.",
        )
        .await?;
    telling
        .check(&story, shop, true, "And is signed in: yes.")
        .await?;
    Ok(story)
}

struct Telling {
    api: Api,
    step: u32,
}

impl Telling {
    fn narrate(&mut self, sentence: &str) -> Result<(), Failure> {
        self.step += 1;
        say(&format!("\n{}. {sentence}", self.step))
    }

    /// A token, a person, two applications.
    async fn set_up(&mut self, key_id: &str, key_secret: &str) -> Result<Story, Failure> {
        self.narrate(
            "A program proves itself with its access key and gets a token, good for two hours.",
        )?;
        let body = json!({ "accessKeyId": key_id, "accessKeySecret": key_secret });
        let answer = self
            .api
            .post_anonymous("/api/v3/get-management-token", &body)
            .await?;
        let token = answer.text("access_token")?;
        self.api.authenticate(&token);

        self.narrate("It makes a user, Alice.")?;
        // In a folder that is kept there may be an Alice already.
        let entropy = SystemEntropy::new();
        let username = format!("alice-{}", entropy.hex(4));
        let password = entropy.hex(12);
        let body = json!({
            "username": username,
            "email": format!("{username}@example.com"),
            "name": "Alice",
            "password": password,
        });
        let answer = self.api.post("/api/v3/create-user", &body).await?;
        let user = answer.text("userId")?;
        let shop = self.application("Shop").await?;
        let forum = self.application("Forum").await?;
        Ok(Story {
            token,
            username,
            password,
            user,
            shop,
            forum,
        })
    }

    async fn application(&mut self, name: &'static str) -> Result<Application, Failure> {
        self.narrate(&format!(
            "It makes an application, the {}, and reads its secret.",
            name.to_lowercase()
        ))?;
        let body = json!({
            "appName": name,
            "redirectUris": ["http://127.0.0.1:9/callback"],
        });
        let answer = self.api.post("/api/v3/create-application", &body).await?;
        let id = answer.text("appId")?;
        let path = format!("/api/v3/get-application-secret?appId={id}");
        let secret = self.api.get(&path).await?.text("secret")?;
        Ok(Application { name, id, secret })
    }

    async fn sign_in(
        &mut self,
        story: &Story,
        to: &Application,
        sentence: &str,
    ) -> Result<(), Failure> {
        self.narrate(sentence)?;
        let body = json!({
            "connection": "PASSWORD",
            "passwordPayload": { "username": story.username, "password": story.password },
            "client_id": to.id,
            "client_secret": to.secret,
        });
        let answer = self.api.post_anonymous("/api/v3/signin", &body).await?;
        answer.text("access_token").map(drop)
    }

    async fn check(
        &mut self,
        story: &Story,
        at: &Application,
        active: bool,
        sentence: &str,
    ) -> Result<(), Failure> {
        self.narrate(sentence)?;
        let body = json!({ "appId": at.id, "userId": story.user });
        let answer = self.api.post("/api/v3/check-session-status", &body).await?;
        answer.expect(&json!({ "active": active }))
    }

    async fn kick(&mut self, story: &Story, from: &Application) -> Result<(), Failure> {
        self.narrate("An administrator kicks her from the shop, on every device.")?;
        let body = json!({ "userId": story.user, "appIds": [from.id] });
        let answer = self.api.post("/api/v3/kick-users", &body).await?;
        answer.expect(&json!({ "success": true }))
    }
}
