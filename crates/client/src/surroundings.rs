//! What a client takes from the machine: randomness and the time of day. Both can
//! be given, so that a test says what they are.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// 256 bits: no value that is made of them can be guessed or made twice.
type Bytes = [u8; 32];

type Fill = dyn Fn(&mut [u8]) + Send + Sync;

/// A source of randomness.
#[derive(Clone)]
pub(crate) struct Randomness(Option<Arc<Fill>>);

impl Randomness {
    /// The operating system's.
    pub(crate) const fn of_the_system() -> Self {
        Self(None)
    }

    pub(crate) fn given(fill: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(fill)))
    }

    /// 256 fresh bits; nothing if the system has none to give.
    #[expect(
        clippy::disallowed_methods,
        reason = "an SDK's default; whoever tests injects another source"
    )]
    pub(crate) fn bytes(&self) -> Option<Bytes> {
        let mut bytes = Bytes::default();
        match &self.0 {
            Some(fill) => fill(&mut bytes),
            None => aws_lc_rs::rand::fill(&mut bytes).ok()?,
        }
        Some(bytes)
    }

    /// 43 characters of unpadded base64url.
    pub(crate) fn text(&self) -> Option<String> {
        self.bytes().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
    }

    /// A number from 0 to 255, evenly.
    pub(crate) fn byte(&self) -> u8 {
        self.bytes().map_or(0, |bytes| bytes[0])
    }
}

impl fmt::Debug for Randomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Randomness")
    }
}

/// A clock that knows the date.
#[derive(Clone)]
pub(crate) struct Clock(Option<Arc<dyn Fn() -> SystemTime + Send + Sync>>);

impl Clock {
    /// The machine's.
    pub(crate) const fn of_the_system() -> Self {
        Self(None)
    }

    pub(crate) fn given(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(now)))
    }

    /// Seconds since the Unix epoch (`NumericDate`, RFC 7519 section 2).
    #[expect(
        clippy::disallowed_methods,
        reason = "an SDK's default; whoever tests injects another clock"
    )]
    pub(crate) fn now_s(&self) -> i64 {
        let now = match &self.0 {
            Some(now) => now(),
            None => SystemTime::now(),
        };
        now.duration_since(UNIX_EPOCH)
            .ok()
            .and_then(|since| i64::try_from(since.as_secs()).ok())
            .unwrap_or(0)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
