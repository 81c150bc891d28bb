//! Options of a management client.

use std::fmt;
use std::sync::Arc;

use reqwest::header::HeaderValue;
use rollcall_wire::v3::SecretText;
use rollcall_wire::v3::headers::Header;

use crate::Error;
use crate::management_client::{Inner, ManagementClient};
use crate::options::{Options, common_options};
use crate::token::TokenCache;

/// Makes a [`ManagementClient`]; see [`ManagementClient::builder`].
#[derive(Clone)]
pub struct ManagementClientBuilder {
    options: Options,
    access_key_id: String,
    access_key_secret: SecretText,
    authorization_scheme: String,
    user_pool_id: Option<String>,
}

impl fmt::Debug for ManagementClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagementClientBuilder")
            .field("access_key_id", &self.access_key_id)
            .finish_non_exhaustive()
    }
}

impl ManagementClientBuilder {
    pub(crate) fn new(host: String, access_key_id: String, access_key_secret: SecretText) -> Self {
        Self {
            options: Options::new(host),
            access_key_id,
            access_key_secret,
            authorization_scheme: "Bearer".to_owned(),
            user_pool_id: None,
        }
    }

    common_options!();

    /// The word before the token in `Authorization`; `Bearer` if not set, and
    /// no word at all if empty.
    #[must_use]
    pub fn authorization_scheme(mut self, scheme: impl Into<String>) -> Self {
        self.authorization_scheme = scheme.into();
        self
    }

    /// The user pool to name in every call. Without it none is named, and the
    /// pool follows from the access key; another pool than the key's is 403.
    #[must_use]
    pub fn user_pool_id(mut self, id: impl Into<String>) -> Self {
        self.user_pool_id = Some(id.into());
        self
    }

    /// Checks the options. It makes no request: a wrong key shows on the first
    /// call.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidHost`] and [`Error::InvalidOption`].
    pub fn build(self) -> Result<ManagementClient, Error> {
        let pool = self.user_pool_id.as_deref();
        let further: Vec<_> = pool
            .map(|id| (Header::UserPoolId, id, "user_pool_id"))
            .into_iter()
            .collect();
        let http = self.options.http(&further)?;
        if HeaderValue::from_str(&self.authorization_scheme).is_err() {
            return Err(Error::InvalidOption("authorization_scheme"));
        }
        Ok(ManagementClient {
            inner: Arc::new(Inner {
                http,
                access_key_id: self.access_key_id,
                access_key_secret: self.access_key_secret,
                authorization_scheme: self.authorization_scheme,
                tokens: TokenCache::default(),
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_that_no_header_can_carry_are_refused() {
        let builder = || ManagementClient::builder("https://id.example.com", "id", "hush");
        assert!(matches!(
            builder().user_pool_id("a\nb").build(),
            Err(Error::InvalidOption("user_pool_id"))
        ));
        assert!(matches!(
            builder().authorization_scheme("a\nb").build(),
            Err(Error::InvalidOption("authorization_scheme"))
        ));
        assert!(!format!("{:?}", builder()).contains("hush"));
        assert!(!format!("{:?}", builder().build().unwrap()).contains("hush"));
    }
}
