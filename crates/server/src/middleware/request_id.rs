//! What names a request.

use rollcall_core::entropy::Entropy;
use std::fmt;
use std::ops::Deref;

/// A random UUID (RFC 9562 section 5.4) as text. It is copied with every context, so it
/// has its characters in itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RequestId([u8; 36]);

impl RequestId {
    /// A new one, from the injected source.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
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
