//! Webhooks: what can be told, to whom, and what came of telling it.

use crate::ids::{
    ApplicationId, ExtIdpId, LoginId, PoolId, SessionId, UserId, WebhookEventId, WebhookId,
};
use crate::model::audit::{AuditAction, AuditResource};
use crate::model::delivery::{Places, Verdict};
use crate::model::event::{Actor, Reason};
use crate::model::user::{UserStatus, named};
use crate::secret::Secret;
use crate::time::Timestamp;

named! {
    /// What webhooks are told of (V3 `CreateWebhookDto.events`): of the contract's
    /// names those that happen here, and `login:ended`, which is ours.
    WebhookEvent {
        Test = "test",
        Register = "register",
        Login = "login",
        LoginEnded = "login:ended",
        Kick = "kick",
        UserCreated = "user:created",
        UserPasswordChanged = "user:password-changed",
        UserUpdated = "user:updated",
        UserArchived = "user:archived",
        UserUnarchived = "user:unarchived",
        UserBlocked = "user:blocked",
        UserUnblocked = "user:unblocked",
        UserDeleted = "user:deleted",
        UserLinkAccount = "user:link-account",
        UserPoolUpdated = "user-pool:updated",
        UserPoolSecretRefreshed = "user-pool:secret-refreshed",
        ApplicationCreated = "application:created",
        ApplicationUpdated = "application:updated",
        ApplicationDeleted = "application:deleted",
        ApplicationSecretRefreshed = "application:secret-refreshed",
    }
}

named! {
    /// How a webhook's body is written (V3 `CreateWebhookDto.contentType`).
    WebhookContentType {
        Json = "application/json",
        Form = "application/x-www-form-urlencoded",
    }
}

/// Somebody who wants to be told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Its pool.
    pub pool: PoolId,
    /// Its name.
    pub name: String,
    /// Where it is told.
    pub url: String,
    /// How.
    pub content_type: WebhookContentType,
    /// Whether it is told of anything.
    pub enabled: bool,
    /// Of what.
    pub events: Vec<WebhookEvent>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// A webhook with the secret that its calls are signed with. Without one they are
/// not signed.
#[derive(Clone, Debug)]
pub struct WebhookWithSecret {
    /// The webhook.
    pub webhook: Webhook,
    /// The secret.
    pub secret: Option<Secret>,
}

/// What is to change; absent members stay as they are.
#[derive(Clone, Debug, Default)]
pub struct WebhookChange {
    /// Its name.
    pub name: Option<String>,
    /// Where it is told.
    pub url: Option<String>,
    /// How.
    pub content_type: Option<WebhookContentType>,
    /// Whether it is told of anything.
    pub enabled: Option<bool>,
    /// Of what.
    pub events: Option<Vec<WebhookEvent>>,
    /// The secret; an empty one takes it away.
    pub secret: Option<Secret>,
}

impl Webhook {
    /// The webhook after a change.
    #[must_use]
    pub fn changed_by(self, change: WebhookChange, now: Timestamp) -> Self {
        Self {
            name: change.name.unwrap_or(self.name),
            url: change.url.unwrap_or(self.url),
            content_type: change.content_type.unwrap_or(self.content_type),
            enabled: change.enabled.unwrap_or(self.enabled),
            events: change.events.unwrap_or(self.events),
            updated_at: now,
            ..self
        }
    }
}

/// What something happened to: ids, never what people call it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Subjects {
    /// The user.
    pub user: Option<UserId>,
    /// The applications: one, or those of a kick.
    pub applications: Vec<ApplicationId>,
    /// The session.
    pub session: Option<SessionId>,
    /// The login.
    pub login: Option<LoginId>,
    /// The external identity source.
    pub ext_idp: Option<ExtIdpId>,
}

/// Something that happened and is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Happening {
    /// What.
    pub event: WebhookEvent,
    /// When; a login that ran out ended at its limit.
    pub at: Timestamp,
    /// To whom and to what.
    pub subjects: Subjects,
    /// Why, if it was an end of a login.
    pub reason: Option<Reason>,
    /// The names of the fields that changed, never their values.
    pub fields: Vec<String>,
    /// Who did it.
    pub actor: Actor,
    /// The `requestId` of the call that did it; empty for the product itself.
    pub request_id: String,
}

/// A change as its audit row has it.
#[derive(Clone, Copy, Debug)]
pub struct AuditedChange<'a> {
    /// In which pool.
    pub pool: PoolId,
    /// What was done.
    pub action: AuditAction,
    /// To what kind of record.
    pub resource: AuditResource,
    /// To which.
    pub resource_id: &'a str,
    /// The fields or names, comma-separated.
    pub detail: &'a str,
    /// By whom.
    pub actor: Actor,
}

/// What is told of a change, besides that.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// The events, most often one.
    pub events: Vec<WebhookEvent>,
    /// To whom and to what.
    pub subjects: Subjects,
    /// The names of the fields that changed.
    pub fields: Vec<String>,
}

impl AuditedChange<'_> {
    /// What webhooks are told of the change; nothing of many a one.
    pub fn told(&self) -> Option<Told> {
        use AuditResource as Of;
        match self.resource {
            Of::User => self.told_of_user(),
            Of::Identity => self.told_of_identity(),
            Of::Application => self.told_of_application(),
            Of::ApplicationSecret => match self.action {
                AuditAction::RotateSecret => {
                    Some(self.of_application(WebhookEvent::ApplicationSecretRefreshed))
                }
                _ => None,
            },
            Of::Pool => match self.action {
                AuditAction::Update => Some(self.of_pool(WebhookEvent::UserPoolUpdated)),
                _ => None,
            },
            Of::AccessKey => match self.action {
                // In the published service the pool's secret is the root key's.
                AuditAction::RotateSecret
                    if self.resource_id.parse() == Ok(self.pool.root_key()) =>
                {
                    Some(self.of_pool(WebhookEvent::UserPoolSecretRefreshed))
                }
                _ => None,
            },
            Of::ExtIdp | Of::Session | Of::SigningKey | Of::Webhook | Of::Administrator => None,
        }
    }

    fn told_of_user(&self) -> Option<Told> {
        let events = match self.action {
            // A person who makes the account registers; an administrator creates.
            AuditAction::Create => match self.actor {
                Actor::Person(_) | Actor::Client(_) => {
                    vec![WebhookEvent::UserCreated, WebhookEvent::Register]
                }
                Actor::System | Actor::Operator | Actor::Key(_) | Actor::Administrator(_) => {
                    vec![WebhookEvent::UserCreated]
                }
            },
            AuditAction::Update => vec![WebhookEvent::UserUpdated],
            AuditAction::Delete => vec![WebhookEvent::UserDeleted],
            AuditAction::SetPassword => vec![WebhookEvent::UserPasswordChanged],
            AuditAction::Kick => vec![WebhookEvent::Kick],
            // Each login that it ended is told by itself.
            AuditAction::EndSessions | AuditAction::ReadSecret | AuditAction::RotateSecret => {
                return None;
            }
        };
        let mut subjects = self.user()?;
        let mut fields = self.fields();
        if self.action == AuditAction::Kick {
            // The detail of a kick names applications.
            let ids = fields.drain(..).filter_map(|id| id.parse().ok());
            subjects.applications = ids.collect();
        }
        Some(Told {
            events,
            subjects,
            fields,
        })
    }

    fn told_of_identity(&self) -> Option<Told> {
        let (event, fields) = match self.action {
            AuditAction::Create => (WebhookEvent::UserLinkAccount, Vec::new()),
            // The contract has no event for the reverse.
            AuditAction::Delete => (WebhookEvent::UserUpdated, vec!["identities".to_owned()]),
            _ => return None,
        };
        let subjects = Subjects {
            ext_idp: self.detail.parse().ok(),
            ..self.user()?
        };
        Some(Told {
            events: vec![event],
            subjects,
            fields,
        })
    }

    fn told_of_application(&self) -> Option<Told> {
        let event = match self.action {
            AuditAction::Create => WebhookEvent::ApplicationCreated,
            AuditAction::Update => WebhookEvent::ApplicationUpdated,
            AuditAction::Delete => WebhookEvent::ApplicationDeleted,
            _ => return None,
        };
        Some(self.of_application(event))
    }

    fn of_application(&self, event: WebhookEvent) -> Told {
        let subjects = Subjects {
            applications: self.resource_id.parse().into_iter().collect(),
            ..Subjects::default()
        };
        Told {
            events: vec![event],
            subjects,
            fields: self.fields(),
        }
    }

    fn of_pool(&self, event: WebhookEvent) -> Told {
        Told {
            events: vec![event],
            subjects: Subjects::default(),
            fields: self.fields(),
        }
    }

    fn user(&self) -> Option<Subjects> {
        Some(Subjects {
            user: Some(self.resource_id.parse().ok()?),
            ..Subjects::default()
        })
    }

    fn fields(&self) -> Vec<String> {
        let names = self.detail.split(',').filter(|name| !name.is_empty());
        names.map(str::to_owned).collect()
    }
}

/// What is told when a user's status changes, besides `user:updated`.
pub fn told_of_status(former: UserStatus, new: UserStatus) -> Option<WebhookEvent> {
    use UserStatus::{Activated, Archived, Deactivated, Resigned, Suspended};
    match (former, new) {
        (former, new) if former == new => None,
        (_, Archived) => Some(WebhookEvent::UserArchived),
        (Archived, _) => Some(WebhookEvent::UserUnarchived),
        (_, Activated) => Some(WebhookEvent::UserUnblocked),
        (Activated, Suspended | Resigned | Deactivated) => Some(WebhookEvent::UserBlocked),
        // From one way of being refused to another.
        (_, Suspended | Resigned | Deactivated) => None,
    }
}

/// Who has how many attempts under way.
pub type WebhookPlaces = Places<WebhookId>;

/// A delivery that is to be attempted now, by whoever claimed it.
#[derive(Clone, Debug)]
pub struct WebhookDelivery {
    /// Who is told, and the secret.
    pub target: WebhookWithSecret,
    /// The id of what happened.
    pub event_id: WebhookEventId,
    /// What happened.
    pub happening: Happening,
    /// When it was claimed, and so when the attempt begins.
    pub claimed_at: Timestamp,
}

/// What a webhook is sent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WebhookMessage {
    /// The id of what happened.
    pub event_id: WebhookEventId,
    /// Its name.
    pub event: WebhookEvent,
    /// What is in it.
    pub content: WebhookContent,
}

/// What is in a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WebhookContent {
    /// Something happened.
    Happening(Box<Happening>),
    /// What an administrator wants to see arrive.
    Given {
        /// Headers besides ours.
        headers: Vec<(String, String)>,
        /// A JSON object; absent: one that says that this is a test.
        body: Option<String>,
    },
}

/// A call of a webhook that was made, as the log keeps it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WebhookCall {
    /// Of what it told.
    pub event: WebhookEvent,
    /// When it began.
    pub at: Timestamp,
    /// What was sent beside the body, the secret and the signature masked.
    pub request_headers: Vec<(String, String)>,
    /// What was sent: a JSON object, also where it was written as a form.
    pub request_body: String,
    /// What came of it.
    pub result: CallResult,
}

/// What came of a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CallResult {
    /// An answer.
    Answered(CallAnswer),
    /// None; the code says why.
    Failed(&'static str),
}

/// A webhook's answer, as far as it was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers, as far as they are kept.
    pub headers: Vec<(String, String)>,
    /// The body, as far as it is kept; what is no UTF-8 in it is replaced.
    pub body: String,
}

impl CallResult {
    /// Any success confirms (RFC 9110, section 15.3). Whatever says "not now" is
    /// recoverable (sections 15.5.9 and 15.6; RFC 6585, section 4), and so is no
    /// answer at all. A redirect is not followed: whoever moved says so here.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Answered(answer) => match answer.status {
                200..=299 => Verdict::Confirmed,
                408 | 429 | 500..=599 => Verdict::Recoverable,
                _ => Verdict::Final,
            },
            Self::Failed(_) => Verdict::Recoverable,
        }
    }

    /// The HTTP status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Answered(answer) => Some(answer.status),
            Self::Failed(_) => None,
        }
    }
}

/// A call in the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WebhookLog {
    /// Of what it told.
    pub event: WebhookEvent,
    /// When it began.
    pub at: Timestamp,
    /// What was sent beside the body.
    pub request_headers: Vec<(String, String)>,
    /// What was sent.
    pub request_body: String,
    /// The answer, if there was one.
    pub answer: Option<CallAnswer>,
    /// Whether the webhook knows.
    pub success: bool,
    /// Why not, in one word.
    pub error: Option<String>,
}

#[cfg(test)]
#[path = "webhook_tests.rs"]
mod tests;
