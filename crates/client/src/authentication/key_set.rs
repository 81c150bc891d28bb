//! The server's public keys, fetched once for many tokens.

use std::sync::Arc;
use std::time::Duration;

use rollcall_wire::oidc::jwks::{Jwk, JwkSet};
use rollcall_wire::v3::paths::OIDC_JWKS;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::Error;
use crate::http::Http;
use crate::token::now;

/// A copy is used this long. A retired key stays published for a day, and a new one
/// is published ten minutes before it signs.
const KEPT: Duration = Duration::from_mins(10);

/// A token that names a key which the copy lacks has the keys fetched anew, but not
/// more often: anybody can make up tokens that name keys.
const LEAST_AGE: Duration = Duration::from_secs(30);

/// The keys as they were last seen.
#[derive(Default)]
pub(super) struct KeySet(Mutex<Option<Copy>>);

#[derive(Clone)]
struct Copy {
    keys: Arc<Vec<Jwk>>,
    fetched_at: Instant,
}

impl KeySet {
    /// The key that signatures of this algorithm and key id are verified with.
    /// Callers that come meanwhile wait for one fetch.
    pub(super) async fn find(&self, http: &Http, alg: &str, kid: &str) -> Result<Jwk, Error> {
        let found = |keys: &[Jwk]| {
            let mut fitting = keys
                .iter()
                .filter(|key| key.kid == kid && key.alg == alg && key.use_ == "sig");
            fitting.next().cloned()
        };
        let mut copy = self.0.lock().await;
        if let Some(copy) = &*copy {
            let age = now().saturating_duration_since(copy.fetched_at);
            let key = found(&copy.keys);
            if let (Some(key), true) = (&key, age < KEPT) {
                return Ok(key.clone());
            }
            if key.is_none() && age < LEAST_AGE {
                return Err(UNKNOWN_KEY);
            }
        }
        let fetch = || http.standard(http.client.get(format!("{}{OIDC_JWKS}", http.base_url)));
        let set: Published = http.reading(fetch).await?;
        let keys = set.readable();
        let key = found(&keys);
        *copy = Some(Copy {
            keys: Arc::new(keys),
            fetched_at: now(),
        });
        key.ok_or(UNKNOWN_KEY)
    }
}

const UNKNOWN_KEY: Error = Error::InvalidIdToken("it names a key that the server does not publish");

/// A key set may hold keys of kinds that are not known here, which must not spoil the
/// others (RFC 7517 section 5).
#[derive(serde::Deserialize)]
struct Published {
    keys: Vec<serde_json::Value>,
}

impl Published {
    fn readable(self) -> Vec<Jwk> {
        let keys = self.keys.into_iter();
        let set = JwkSet {
            keys: keys
                .filter_map(|key| serde_json::from_value(key).ok())
                .collect(),
        };
        set.keys
    }
}
