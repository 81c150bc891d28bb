//! Devices: a person's live sessions, as they see them.

use crate::ids::SessionId;
use crate::model::login::LoginDevice;
use crate::time::Timestamp;

/// A live session of a user, as a device of theirs (V3 `TerminalSessionDto`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device {
    /// The session: `deviceId` in V3.
    pub session: SessionId,
    /// Whether it is a browser's, with a cookie.
    pub is_browser: bool,
    /// The last interactive sign-in.
    pub signed_in_at: Timestamp,
    /// Where its newest login was made.
    pub device: LoginDevice,
    /// Whether one of its logins is live: a browser's session lives on without.
    pub has_live_login: bool,
}
