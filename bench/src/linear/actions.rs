//! What a client does: one call of the model, over HTTP.

use super::client::{Reply, Said, Sent, send, with_cookies};
use super::known::{Browser, Token};
use super::load::{Actor, Subject};
use super::model::{Answer, App, Call, Name};
use crate::html;
use anyhow::{Context as _, Result, bail};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// Where the applications have people sent back.
pub(super) const CALLBACK: &str = "https://app.example/cb";
/// And after signing out.
pub(super) const GOODBYE: &str = "https://app.example/bye";

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

impl Actor<'_> {
    /// Does something to somebody. Whether all answers came.
    pub(super) async fn act(&mut self, user: &Subject) -> Result<bool> {
        let app = self.rng.u8(..super::model::APPLICATIONS);
        match self.rng.u8(..100) {
            0..40 => self.check(user, app).await,
            40..49 => self.api_sign_in(user, app).await,
            49..55 => self.form_sign_in(user, app, None).await,
            55..60 => {
                let browser = user.known().take_browser(&mut self.rng);
                self.form_sign_in(user, app, browser).await
            }
            60..74 => self.silent_sign_on(user, app).await,
            74..87 => self.refresh(user).await,
            87..90 => self.revoke(user).await,
            90..95 => self.kick(user).await,
            _ => self.sign_out(user).await,
        }
    }

    async fn check(&mut self, user: &Subject, app: App) -> Result<bool> {
        let body = json!({ "appId": self.app(app).id, "userId": user.id });
        let request = self.management("check-session-status", &body);
        self.call(user, Call::Check { app }, request, |reply| {
            let Said::Data(data) = reply.v3()? else {
                return Ok(Answer::Unknown);
            };
            let active = data["active"].as_bool().context("no `active`")?;
            Ok(if active { Answer::Yes } else { Answer::No })
        })
        .await
        .map(|(answer, _)| answer != Answer::Unknown)
    }

    async fn kick(&mut self, user: &Subject) -> Result<bool> {
        // One application mostly, now and then both.
        let apps = [1, 2, 1, 2, 3][self.rng.usize(..5)];
        let named = (0..super::model::APPLICATIONS).filter(|app| apps & (1 << app) != 0);
        let ids: Vec<_> = named.map(|app| self.app(app).id.as_str()).collect();
        let body = json!({ "appIds": ids, "userId": user.id });
        let request = self.management("kick-users", &body);
        self.call(user, Call::Kick { apps }, request, v3_done)
            .await
            .map(|(answer, _)| answer != Answer::Unknown)
    }

    async fn api_sign_in(&mut self, user: &Subject, app: App) -> Result<bool> {
        let grant = self.fresh();
        let client = self.app(app);
        let body = json!({
            "connection": "PASSWORD",
            "passwordPayload": { "username": user.username, "password": user.password },
            "client_id": client.id,
            "client_secret": client.secret,
            "options": { "scope": "openid offline_access" },
        });
        let request = self.post("/api/v3/signin").json(&body);
        let call = Call::ApiSignIn { app, grant };
        let (answer, reply) = self.call(user, call, request, v3_done).await?;
        if let (Answer::Yes, Some(reply)) = (answer, reply)
            && let Said::Data(data) = reply.v3()?
        {
            let text = text_of(&data, "refresh_token")?;
            user.known().add_token(
                Token {
                    grant,
                    number: 1,
                    app,
                    text,
                },
                &mut self.rng,
            );
        }
        Ok(answer != Answer::Unknown)
    }

    /// The page, which changes nothing, and then its form; a former browser is not
    /// known any more when its cookie may have been replaced unseen.
    async fn form_sign_in(
        &mut self,
        user: &Subject,
        app: App,
        former: Option<Browser>,
    ) -> Result<bool> {
        let shown = former.as_ref().map(|browser| browser.shown);
        let cookies = former.map(|browser| browser.cookies).unwrap_or_default();
        let path = self.authorization(app, "login");
        let page = with_cookies(self.get(&path), &cookies);
        let Sent::Answered(page) = send(page).await? else {
            return Ok(false);
        };
        let cookies = page.cookies(&cookies)?;
        let action = html::attribute(&page.body, "action").context("no form")?;
        let mut form = html::fields(&page.body);
        form.retain(|(name, _)| name != "identifier" && name != "password");
        form.push(("identifier".to_owned(), user.username.clone()));
        form.push(("password".to_owned(), user.password.clone()));
        let request = with_cookies(self.post(&action).form(&form), &cookies);
        let (given, grant) = (self.fresh(), self.fresh());
        let call = Call::FormSignIn {
            app,
            shown,
            given,
            grant,
        };
        let (answer, reply) = self.call(user, call, request, signed_on).await?;
        let (Answer::Yes, Some(reply)) = (answer, reply) else {
            return Ok(false);
        };
        let cookies = reply.cookies(&cookies)?;
        let browser = Browser {
            shown: given,
            cookies,
            hint: None,
        };
        user.known().add_browser(browser);
        self.redeem(user, app, given, grant, &reply).await
    }

    async fn silent_sign_on(&mut self, user: &Subject, app: App) -> Result<bool> {
        let Some(browser) = user.known().browser(&mut self.rng) else {
            return self.form_sign_in(user, app, None).await;
        };
        let grant = self.fresh();
        let shown = browser.shown;
        let path = self.authorization(app, "none");
        let request = with_cookies(self.get(&path), &browser.cookies);
        let call = Call::SilentSignOn { app, shown, grant };
        let (answer, reply) = self.call(user, call, request, signed_on).await?;
        match (answer, reply) {
            (Answer::Yes, Some(reply)) => self.redeem(user, app, shown, grant, &reply).await,
            (answer, _) => Ok(answer != Answer::Unknown),
        }
    }

    /// Redeems the code that a browser was sent back with, now and then twice.
    async fn redeem(
        &mut self,
        user: &Subject,
        app: App,
        shown: Name,
        grant: Name,
        sent: &Reply,
    ) -> Result<bool> {
        let code = sent.sent_with("code").context("no code")?;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let request = self.as_client(app, "/oidc/token", &form);
        let call = Call::Redeem { grant };
        let (answer, reply) = self.call(user, call, request, token_answer).await?;
        if let (Answer::Yes, Some(reply)) = (answer, &reply) {
            let tokens: Value = serde_json::from_str(&reply.body)?;
            let text = text_of(&tokens, "refresh_token")?;
            let hint = text_of(&tokens, "id_token")?;
            let mut known = user.known();
            known.set_hint(shown, hint);
            known.add_token(
                Token {
                    grant,
                    number: 1,
                    app,
                    text,
                },
                &mut self.rng,
            );
        }
        if answer == Answer::Unknown || self.rng.u8(..20) > 0 {
            return Ok(answer != Answer::Unknown);
        }
        let request = self.as_client(app, "/oidc/token", &form);
        let (answer, _) = self.call(user, call, request, token_answer).await?;
        Ok(answer != Answer::Unknown)
    }

    async fn refresh(&mut self, user: &Subject) -> Result<bool> {
        let Some(token) = user.known().token(&mut self.rng) else {
            return self.check(user, 0).await;
        };
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &token.text),
        ];
        let request = self.as_client(token.app, "/oidc/token", &form);
        let (grant, number) = (token.grant, token.number);
        let call = Call::Refresh { grant, number };
        let (answer, reply) = self.call(user, call, request, token_answer).await?;
        if let (Answer::Yes, Some(reply)) = (answer, reply) {
            let tokens: Value = serde_json::from_str(&reply.body)?;
            let text = text_of(&tokens, "refresh_token")?;
            let next = Token {
                number: number + 1,
                text,
                ..token
            };
            user.known().add_token(next, &mut self.rng);
        }
        Ok(answer != Answer::Unknown)
    }

    async fn revoke(&mut self, user: &Subject) -> Result<bool> {
        let Some(token) = user.known().token(&mut self.rng) else {
            return self.check(user, 1).await;
        };
        let form = [("token", token.text.as_str())];
        let request = self.as_client(token.app, "/oidc/token/revocation", &form);
        let call = Call::Revoke { grant: token.grant };
        let done = |reply: &Reply| match reply.status {
            200 => Ok(Answer::Yes),
            _ => bail!("a revocation: HTTP {}: {}", reply.status, reply.body),
        };
        let (answer, _) = self.call(user, call, request, done).await?;
        Ok(answer != Answer::Unknown)
    }

    async fn sign_out(&mut self, user: &Subject) -> Result<bool> {
        let browser = user.known().browser(&mut self.rng);
        let Some((browser, hint)) = browser.and_then(|mut b| b.hint.take().map(|hint| (b, hint)))
        else {
            return self.check(user, 0).await;
        };
        let path = format!(
            "/oidc/session/end?id_token_hint={hint}\
             &post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fbye"
        );
        let request = with_cookies(self.get(&path), &browser.cookies);
        let call = Call::SignOut {
            shown: browser.shown,
        };
        let done = |reply: &Reply| match (reply.status, reply.location.as_deref()) {
            (303, Some(GOODBYE)) => Ok(Answer::Yes),
            // The page with the question.
            (200, None) => Ok(Answer::No),
            _ => bail!("a sign-out: HTTP {}: {}", reply.status, reply.body),
        };
        let (answer, _) = self.call(user, call, request, done).await?;
        Ok(answer != Answer::Unknown)
    }

    fn authorization(&self, app: App, prompt: &str) -> String {
        format!(
            "/oidc/auth?client_id={}&response_type=code&scope=openid%20offline_access\
             &redirect_uri=https%3A%2F%2Fapp.example%2Fcb&code_challenge={CHALLENGE}\
             &code_challenge_method=S256&prompt={prompt}",
            self.app(app).id
        )
    }

    fn as_client(&mut self, app: App, path: &str, form: &[(&str, &str)]) -> RequestBuilder {
        let client = self.app(app).clone();
        let mut form = form.to_vec();
        form.push(("client_id", &client.id));
        form.push(("client_secret", &client.secret));
        self.post(path).form(&form)
    }

    fn management(&mut self, verb: &str, body: &Value) -> RequestBuilder {
        let token = self.world.token();
        self.post(&format!("/api/v3/{verb}"))
            .bearer_auth(token)
            .json(body)
    }

    fn get(&mut self, path: &str) -> RequestBuilder {
        self.world.http.request(Method::GET, path, &mut self.rng)
    }

    fn post(&mut self, path: &str) -> RequestBuilder {
        self.world.http.request(Method::POST, path, &mut self.rng)
    }
}

fn v3_done(reply: &Reply) -> Result<Answer> {
    Ok(match reply.v3()? {
        Said::Data(_) => Answer::Yes,
        Said::Lost => Answer::Unknown,
    })
}

/// What `/oidc/auth` sent the browser back with.
fn signed_on(reply: &Reply) -> Result<Answer> {
    if reply.sent_with("code").is_some() {
        return Ok(Answer::Yes);
    }
    match reply.sent_with("error").as_deref() {
        Some("login_required") => Ok(Answer::No),
        Some("temporarily_unavailable" | "server_error") => Ok(Answer::Unknown),
        _ => bail!(
            "a sign-on: HTTP {} to {:?}: {}",
            reply.status,
            reply.location,
            reply.body
        ),
    }
}

fn token_answer(reply: &Reply) -> Result<Answer> {
    match reply.status {
        200 => Ok(Answer::Yes),
        400 if reply.body.contains("\"invalid_grant\"") => Ok(Answer::No),
        _ => bail!("a token request: HTTP {}: {}", reply.status, reply.body),
    }
}

fn text_of(answer: &Value, member: &str) -> Result<String> {
    let text = answer[member].as_str();
    Ok(text.with_context(|| format!("no {member}"))?.to_owned())
}
