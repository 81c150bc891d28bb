//! New keys for the server's tokens.

use reqwest::Method;
use rollcall_wire::v3::paths::ROTATE_SIGNING_KEYS;
use rollcall_wire::v3::signing_keys::{RotateSigningKeysDto, SigningKeyDto};

use crate::{Error, ManagementClient};

impl ManagementClient {
    /// Makes the keys that sign next, and tells of all keys whose tokens are
    /// believed. They sign ten minutes later, when every client's copy of the key
    /// set has them. While next keys wait no others are made, so the call may be
    /// repeated. It is an addition of Rollcall to the V3 API.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with status code 403 unless the access key is the root key
    /// of the server's first user pool, the one that `init` printed: the keys are
    /// the whole server's. Otherwise see [`Error`].
    pub async fn rotate_signing_keys(&self) -> Result<Vec<SigningKeyDto>, Error> {
        let nothing = RotateSigningKeysDto {};
        self.call(Method::POST, ROTATE_SIGNING_KEYS, &nothing).await
    }
}
