//! The nonce of a page's style sheet and script.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rollcall_core::entropy::Entropy;

/// CSP Level 3, section 7.1: at least 128 bits, another for each answer.
const NONCE_BYTES: usize = 16;

/// A value that the page's own tags carry and that nobody could put into the page.
/// Make one for each answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Nonce(String);

impl Nonce {
    /// A new nonce.
    pub(crate) fn generate(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; NONCE_BYTES];
        entropy.fill(&mut bytes);
        Self(STANDARD.encode(bytes))
    }

    /// As it stands in the header and in the tags.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}
