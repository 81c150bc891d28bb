//! What is told, as the outbox keeps it until it is sent.

use crate::records::actors;
use rollcall_core::model::event::Reason;
use rollcall_core::model::webhook::{Happening, Subjects, WebhookEvent};
use rollcall_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The columns `event` and `at` have the rest.
#[derive(Serialize, Deserialize)]
pub(super) struct Facts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    applications: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    login: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ext_idp: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    fields: Vec<String>,
    actor: String,
    request_id: String,
}

impl Facts {
    pub(super) fn of(happening: &Happening) -> Self {
        let subjects = &happening.subjects;
        Self {
            user: subjects.user.map(|id| id.to_string()),
            applications: subjects
                .applications
                .iter()
                .map(ToString::to_string)
                .collect(),
            session: subjects.session.map(|id| id.to_string()),
            login: subjects.login.map(|id| id.to_string()),
            ext_idp: subjects.ext_idp.map(|id| id.to_string()),
            reason: happening.reason.map(|reason| reason.as_str().to_owned()),
            fields: happening.fields.clone(),
            actor: actors::to_text(happening.actor),
            request_id: happening.request_id.clone(),
        }
    }

    /// None if nothing of ours wrote it.
    pub(super) fn happening(self, event: WebhookEvent, at: Timestamp) -> Option<Happening> {
        let applications = self.applications.iter().map(|id| id.parse().ok());
        Some(Happening {
            event,
            at,
            subjects: Subjects {
                user: id(self.user).ok()?,
                applications: applications.collect::<Option<_>>()?,
                session: id(self.session).ok()?,
                login: id(self.login).ok()?,
                ext_idp: id(self.ext_idp).ok()?,
            },
            reason: match self.reason {
                Some(name) => Some(Reason::from_name(&name)?),
                None => None,
            },
            fields: self.fields,
            actor: actors::from_text(&self.actor)?,
            request_id: self.request_id,
        })
    }
}

/// The id of a text, if there is one.
fn id<T: FromStr>(text: Option<String>) -> Result<Option<T>, T::Err> {
    text.map(|text| text.parse()).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollcall_core::ids::{ApplicationId, ExtIdpId, LoginId, SessionId, UserId};
    use rollcall_core::model::event::Actor;

    #[test]
    fn what_is_told_reads_back() {
        let happening = Happening {
            event: WebhookEvent::LoginEnded,
            at: Timestamp::from_millis(7),
            subjects: Subjects {
                user: Some(UserId::from_bytes([1; 12])),
                applications: vec![ApplicationId::from_bytes([2; 12])],
                session: Some(SessionId::from_bytes([3; 16])),
                login: Some(LoginId::from_bytes([4; 16])),
                ext_idp: Some(ExtIdpId::from_bytes([5; 12])),
            },
            reason: Some(Reason::Kicked),
            fields: vec!["name".to_owned()],
            actor: Actor::System,
            request_id: "r".to_owned(),
        };
        let text = serde_json::to_string(&Facts::of(&happening)).unwrap();
        let facts: Facts = serde_json::from_str(&text).unwrap();
        let read = facts.happening(happening.event, happening.at);
        assert_eq!(read, Some(happening));
    }
}
