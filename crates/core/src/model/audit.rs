//! Audit rows: one for every management change, in the commit of the change.

use crate::ids::AuditId;
use crate::model::event::Actor;
use crate::time::Timestamp;
use std::net::IpAddr;

/// What kind of record a change was made to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuditResource {
    /// A user pool.
    Pool,
    /// A user.
    User,
    /// A user's external identity.
    Identity,
    /// An application.
    Application,
    /// An application's secret.
    ApplicationSecret,
    /// An external identity source.
    ExtIdp,
    /// An access key.
    AccessKey,
    /// Logins.
    Session,
    /// A key that signs tokens.
    SigningKey,
    /// A webhook.
    Webhook,
    /// What a user of the administrators' pool may do in the console.
    Administrator,
}

impl AuditResource {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Pool,
        Self::User,
        Self::Identity,
        Self::Application,
        Self::ApplicationSecret,
        Self::ExtIdp,
        Self::AccessKey,
        Self::Session,
        Self::SigningKey,
        Self::Webhook,
        Self::Administrator,
    ];

    /// The name in the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pool => "pool",
            Self::User => "user",
            Self::Identity => "identity",
            Self::Application => "application",
            Self::ApplicationSecret => "application_secret",
            Self::ExtIdp => "ext_idp",
            Self::AccessKey => "access_key",
            Self::Session => "session",
            Self::SigningKey => "signing_key",
            Self::Webhook => "webhook",
            Self::Administrator => "administrator",
        }
    }
}

/// What was done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuditAction {
    /// Made.
    Create,
    /// Changed.
    Update,
    /// Deleted.
    Delete,
    /// A secret was read.
    ReadSecret,
    /// A secret was replaced.
    RotateSecret,
    /// A user was kicked.
    Kick,
    /// A password was set.
    SetPassword,
    /// All sessions of a user, an application or the pool were ended.
    EndSessions,
}

impl AuditAction {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Create,
        Self::Update,
        Self::Delete,
        Self::ReadSecret,
        Self::RotateSecret,
        Self::Kick,
        Self::SetPassword,
        Self::EndSessions,
    ];

    /// The name in the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::ReadSecret => "read_secret",
            Self::RotateSecret => "rotate_secret",
            Self::Kick => "kick",
            Self::SetPassword => "set_password",
            Self::EndSessions => "end_sessions",
        }
    }
}

/// One row of the audit log. It names fields, never their values: a deleted
/// user's data must not live on here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditRow {
    /// Its id; grows with time.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: Actor,
    /// From which address.
    pub address: Option<IpAddr>,
    /// With which user agent.
    pub user_agent: Option<String>,
    /// The `requestId` of the call.
    pub request_id: String,
    /// What was done.
    pub action: AuditAction,
    /// To what kind of record.
    pub resource: AuditResource,
    /// To which record.
    pub resource_id: String,
    /// The changed fields or named applications, comma-separated.
    pub detail: String,
}
