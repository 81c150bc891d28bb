//! Events: what happened to logins, in commit order, and why.

use crate::ids::{AccessKeyId, ApplicationId, LoginId, SessionId, UserId};
use crate::model::login::LoginDevice;
use crate::time::Timestamp;
use std::net::IpAddr;

/// A place in a pool's history. Revisions grow in commit order; callers that
/// share a commit are ordered by index. Every "later" compares positions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Position {
    /// The commit, counted from 1 in each pool.
    pub revision: i64,
    /// The event within the commit, from 0.
    pub index: i64,
}

macro_rules! reasons {
    ($($variant:ident = $text:literal, $doc:literal;)+) => {
        /// Why a session or login ended.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Reason { $(#[doc = $doc] $variant,)+ }

        impl Reason {
            /// Every reason of an end.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The reason's name in events, history and storage.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// The reason with this name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|reason| reason.as_str() == name)
            }
        }
    };
}

reasons! {
    SignedOut = "signed_out", "The person signed out.";
    Kicked = "kicked", "kick-users named this application.";
    SessionRevoked = "session_revoked", "The session was revoked as a whole.";
    TokenRevoked = "token_revoked", "A refresh token or the newest access token was revoked.";
    CodeReused = "code_reused", "An authorization code was presented twice.";
    RefreshTokenReused = "refresh_token_reused", "A refresh token was presented twice.";
    NotRedeemed = "not_redeemed", "The authorization code was never redeemed.";
    IdleTimeout = "idle_timeout", "No activity for the idle timeout.";
    MaxLifetime = "max_lifetime", "The maximum lifetime was reached.";
    PolicyChanged = "policy_changed", "A shortened policy had been outlived already.";
    Replaced = "replaced", "A later sign-in took its place.";
    PasswordChanged = "password_changed", "The password was changed.";
    UserDisabled = "user_disabled", "The user is no longer `Activated`.";
    UserDeleted = "user_deleted", "The user was deleted.";
    AppDisabled = "app_disabled", "The application was switched off.";
    AppDeleted = "app_deleted", "The application was deleted.";
    DeviceRevoked = "device_revoked", "The person revoked the device.";
    UpstreamLogout = "upstream_logout", "The external identity source signed the person out.";
}

/// Who did it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Actor {
    /// The product itself: a limit was reached, a batch went on.
    System,
    /// Whoever runs the command line on the server's own store.
    Operator,
    /// The end user.
    Person(UserId),
    /// A caller of the management API.
    Key(AccessKeyId),
    /// An application with its own credentials.
    Client(ApplicationId),
    /// An administrator in the console: a user of the administrators' own pool.
    Administrator(UserId),
}

impl Actor {
    /// What kind of actor it is, in one word.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Operator => "operator",
            Self::Person(_) => "person",
            Self::Key(_) => "key",
            Self::Client(_) => "client",
            Self::Administrator(_) => "administrator",
        }
    }
}

/// Where a change comes from: kept with every event and audit row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    /// Who did it.
    pub actor: Actor,
    /// The `requestId` that the caller was answered.
    pub request_id: String,
    /// The caller's address, if it came over the network.
    pub address: Option<IpAddr>,
    /// The caller's user agent, cut at its limit.
    pub user_agent: Option<String>,
}

impl Origin {
    /// A change that the product makes by itself.
    pub fn system() -> Self {
        Self {
            actor: Actor::System,
            request_id: String::new(),
            address: None,
            user_agent: None,
        }
    }

    /// Where the caller is, as the history keeps it.
    pub fn device(&self) -> LoginDevice {
        LoginDevice {
            address: self.address,
            user_agent: self.user_agent.clone(),
        }
    }
}

/// An end: its instant, reason and actor. The instant of an expiry is the
/// limit's; when it was recorded is the event's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct End {
    /// From this instant on the answer is no.
    pub at: Timestamp,
    /// Why.
    pub reason: Reason,
    /// By whom.
    pub actor: Actor,
}

/// What happened to a login.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EventKind {
    /// It began; without further activity it lasts until the instant.
    Began {
        /// Its expiry as of now.
        expires_at: Timestamp,
    },
    /// Activity moved its expiry, or the redemption of its code did.
    Extended {
        /// Its new expiry.
        expires_at: Timestamp,
    },
    /// It ended.
    Ended(Reason),
}

/// One event of a pool's history.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Event {
    /// Its place in the pool's history.
    pub position: Position,
    /// When it happened.
    pub at: Timestamp,
    /// When it was recorded: later than `at` for expiries and mass ends.
    pub recorded_at: Timestamp,
    /// What happened.
    pub kind: EventKind,
    /// Whose login it is.
    pub user: UserId,
    /// The application of the login.
    pub application: ApplicationId,
    /// The session of the login.
    pub session: SessionId,
    /// The login.
    pub login: LoginId,
    /// Who did it.
    pub actor: Actor,
    /// The `requestId` of the call that caused it; empty for the product itself.
    pub request_id: String,
}
