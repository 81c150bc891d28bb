//! The signature of a call.

use aws_lc_rs::hmac;
use rollcall_core::secret::Secret;

/// `v1=` and the HMAC-SHA256 (RFC 2104) of the timestamp, a dot and the body, in
/// hexadecimal. The timestamp is in it so that a recorded call cannot be sent again
/// later.
pub(super) fn signature(secret: &Secret, timestamp: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes());
    let mut context = hmac::Context::with_key(&key);
    context.update(timestamp.as_bytes());
    context.update(b".");
    context.update(body);
    format!("v1={}", hex::encode(context.sign()))
}
