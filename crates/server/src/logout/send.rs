//! What a delivery needs of the rest of the server: a token, and a way out.

use crate::egress::Egress;
use crate::state::AppState;
use crate::tokens::KeyFault;
use async_trait::async_trait;
use rollcall_core::model::logout_delivery::Delivery;
use rollcall_core::time::Timestamp;

/// Signs logout tokens (section 2.4).
#[async_trait]
pub trait LogoutTokens: Send + Sync {
    /// A token of this instant, signed as the application wants it.
    async fn mint(&self, delivery: &Delivery, now: Timestamp) -> Result<String, KeyFault>;
}

/// There was no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SendFailure {
    /// Why, in one word that stays the same.
    pub code: &'static str,
}

/// Sends logout tokens (section 2.5).
#[async_trait]
pub trait LogoutSender: Send + Sync {
    /// Posts the token, and answers the HTTP status; gives up in less time than
    /// `limits::DELIVERY_LEASE`.
    async fn send(&self, url: &str, token: &str) -> Result<u16, SendFailure>;
}

#[async_trait]
impl LogoutSender for Egress {
    async fn send(&self, url: &str, token: &str) -> Result<u16, SendFailure> {
        match self.post_form(url, &[("logout_token", token)]).await {
            Ok(sent) => Ok(sent.status),
            Err(error) => Err(SendFailure {
                code: error.as_str(),
            }),
        }
    }
}

#[async_trait]
impl LogoutTokens for AppState {
    async fn mint(&self, delivery: &Delivery, now: Timestamp) -> Result<String, KeyFault> {
        let minted = self
            .tokens
            .mint_logout_token(
                delivery.signing_algorithm,
                delivery.application,
                delivery.user,
                delivery.login,
                now,
            )
            .await?;
        Ok(minted.token)
    }
}
