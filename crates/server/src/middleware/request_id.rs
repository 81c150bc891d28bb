//! What names a request.

use parking_lot::Mutex;
use rollcall_core::entropy::Entropy;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// Random bytes of an id.
const ID_BYTES: usize = 16;

/// Ids that are drawn at once: to ask the generator costs more than all else that is done
/// for an id.
const DRAWN: usize = 64;

/// Makes ids from the injected source. They name requests and keep no secret.
pub(crate) struct RequestIds {
    entropy: Arc<dyn Entropy>,
    drawn: Mutex<Drawn>,
}

struct Drawn {
    bytes: [u8; DRAWN * ID_BYTES],
    left: usize,
}

impl RequestIds {
    /// From this source.
    pub(crate) fn new(entropy: Arc<dyn Entropy>) -> Self {
        let drawn = Drawn {
            bytes: [0; DRAWN * ID_BYTES],
            left: 0,
        };
        Self {
            entropy,
            drawn: Mutex::new(drawn),
        }
    }

    /// The next one.
    pub(crate) fn next(&self) -> RequestId {
        let mut drawn = self.drawn.lock();
        if drawn.left == 0 {
            self.entropy.fill(&mut drawn.bytes);
            drawn.left = DRAWN;
        }
        drawn.left -= 1;
        let mut bytes = [0; ID_BYTES];
        let chosen = drawn.bytes.iter().skip(drawn.left * ID_BYTES);
        for (byte, drawn) in bytes.iter_mut().zip(chosen) {
            *byte = *drawn;
        }
        drop(drawn);
        RequestId::of(bytes)
    }
}

/// A random UUID (RFC 9562 section 5.4) as text. It is copied with every context, so it
/// has its characters in itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestId([u8; 36]);

impl RequestId {
    fn of(mut bytes: [u8; ID_BYTES]) -> Self {
        let [_, _, _, _, _, _, version, _, variant, ..] = &mut bytes;
        *version = (*version & 0x0f) | 0x40;
        *variant = (*variant & 0x3f) | 0x80;
        let mut text = [b'-'; 36];
        // The groups of 8, 4, 4, 4 and 12 digits, by their places in text and bytes.
        for (places, of) in [
            (0..8, 0..4),
            (9..13, 4..6),
            (14..18, 6..8),
            (19..23, 8..10),
            (24..36, 10..16),
        ] {
            // Two digits for a byte: the lengths fit.
            let _ = hex::encode_to_slice(&bytes[of], &mut text[places]);
        }
        Self(text)
    }
}

impl RequestId {
    /// Its characters, which are ASCII.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Deref for RequestId {
    type Target = str;

    fn deref(&self) -> &str {
        // It is ASCII throughout.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;
    use std::collections::HashSet;

    struct Ones;

    impl Entropy for Ones {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }

    #[test]
    fn a_request_id_is_a_random_uuid() {
        let ids = RequestIds::new(Arc::new(Ones));
        assert_eq!(&*ids.next(), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }

    #[test]
    fn no_two_are_the_same() {
        let ids = RequestIds::new(Arc::new(SystemEntropy::new()));
        let all: HashSet<String> = (0..3 * DRAWN).map(|_| ids.next().to_string()).collect();
        assert_eq!(all.len(), 3 * DRAWN);
    }
}
