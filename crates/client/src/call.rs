//! A management call: token, request, envelope, errors.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use rollcall_wire::v3::management_token::{AccessTokenResDto, GetManagementAccessTokenDto};
use rollcall_wire::v3::paths::GET_MANAGEMENT_TOKEN;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::batch::{Batch, batch};
use crate::http::{Excerpt, ReadData, authorization, data};
use crate::management_client::Inner;
use crate::token::{Token, now};
use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Makes a V3 call that may change something, and gives its `data`.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        let inner = &*self.inner;
        let attempt = inner.attempt(&method, path, body, data);
        inner.http.in_time(attempt).await
    }

    /// The same for a bulk change, with what became of each row.
    pub(crate) async fn call_batch<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Batch<T>, Error> {
        let inner = &*self.inner;
        let attempt = inner.attempt(&method, path, body, batch);
        inner.http.in_time(attempt).await
    }

    /// Makes a V3 call that changes nothing, so that it may be tried again.
    pub(crate) async fn read<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Error> {
        let inner = &*self.inner;
        let attempt = || inner.attempt(&method, path, body, data);
        inner.http.reading(attempt).await
    }
}

impl Inner {
    /// One call. A token that was cached and is refused is renewed, once. That is
    /// safe for every call: one with a refused token did nothing.
    async fn attempt<T>(
        &self,
        method: &Method,
        path: &str,
        body: &impl Serialize,
        read_data: ReadData<T>,
    ) -> Result<T, Error> {
        let given = self.tokens.get(|| self.fetch_token()).await?;
        let outcome = self.send(method, path, body, &given.token, read_data).await;
        if !matches!(&outcome, Err(error) if error.is_not_authenticated()) {
            return outcome;
        }
        self.tokens.forget(&given.token);
        if !given.was_cached {
            return outcome;
        }
        let renewed = self.tokens.get(|| self.fetch_token()).await?;
        let outcome = self
            .send(method, path, body, &renewed.token, read_data)
            .await;
        if matches!(&outcome, Err(error) if error.is_not_authenticated()) {
            self.tokens.forget(&renewed.token);
        }
        outcome
    }

    async fn fetch_token(&self) -> Result<Token, Error> {
        let asked_at = now();
        let key = GetManagementAccessTokenDto {
            access_key_id: self.access_key_id.clone(),
            access_key_secret: self.access_key_secret.clone(),
        };
        let request = self.http.v3(&Method::POST, GET_MANAGEMENT_TOKEN, &key)?;
        // The answer may hold the very token.
        let excerpt = Excerpt::Hidden("not a management token's envelope");
        let answer: AccessTokenResDto = self.http.open(request, &excerpt, data).await?;
        let life = Duration::from_secs(answer.expires_in.get());
        Ok(Token::new(answer.access_token, asked_at, life))
    }

    async fn send<T>(
        &self,
        method: &Method,
        path: &str,
        body: &impl Serialize,
        token: &Arc<Token>,
        read_data: ReadData<T>,
    ) -> Result<T, Error> {
        let request = self.http.v3(method, path, body)?;
        let text = format!("{} {}", self.authorization_scheme, token.text.as_str());
        let request = authorization(request, text.trim_start())?;
        let secrets = [token.text.as_str(), self.access_key_secret.as_str()];
        let excerpt = Excerpt::Without(&secrets);
        self.http.open(request, &excerpt, read_data).await
    }
}
