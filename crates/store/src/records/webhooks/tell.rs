//! Telling webhooks, in the commit of what they are told of.

use super::facts::Facts;
use super::{rows, sql};
use crate::records::columns::{Columns, to_json};
use crate::records::{Commit, WriteError};
use crate::sql::{Connection, Result as SqlResult, params};
use rollcall_core::ids::{PoolId, WebhookEventId, WebhookId};
use rollcall_core::model::event::{Actor, EventKind, Origin};
use rollcall_core::model::login::Login;
use rollcall_core::model::user::{User, UserStatus};
use rollcall_core::model::webhook::{
    AuditedChange, Happening, Subjects, WebhookEvent, told_of_status,
};
use rollcall_core::time::Timestamp;
use std::collections::HashMap;
use std::rc::Rc;

/// Somebody who wants to be told of these.
struct Subscription {
    webhook: WebhookId,
    events: Vec<WebhookEvent>,
}

/// Who wants to be told in the pools of a commit, as far as it asked: many changes
/// may share a commit, and a batch of ends is hundreds of events.
#[derive(Default)]
pub(in crate::records) struct Subscriptions(HashMap<PoolId, Rc<[Subscription]>>);

impl Subscriptions {
    /// Webhooks of the pool have changed.
    pub(in crate::records) fn forget(&mut self, pool: PoolId) {
        self.0.remove(&pool);
    }

    /// A change was undone, and with it, maybe, what was asked after it.
    pub(in crate::records) fn forget_all(&mut self) {
        self.0.clear();
    }

    fn of(&mut self, conn: &Connection, pool: PoolId) -> SqlResult<Rc<[Subscription]>> {
        if let Some(known) = self.0.get(&pool) {
            return Ok(Rc::clone(known));
        }
        let found: Rc<[Subscription]> = conn
            .prepare_cached(sql::SUBSCRIPTIONS)?
            .query_map([pool.as_bytes()], |row| {
                let mut columns = Columns::of(row);
                Ok(Subscription {
                    webhook: WebhookId::from_bytes(columns.get()?),
                    events: columns.meaning(rows::events)?,
                })
            })?
            .collect::<SqlResult<_>>()?;
        self.0.insert(pool, Rc::clone(&found));
        Ok(found)
    }
}

/// Tells of a change that gets an audit row.
pub(in crate::records) fn tell_of_audited(
    commit: &mut Commit<'_>,
    pool: PoolId,
    origin: &Origin,
    change: AuditedChange<'_>,
) -> Result<(), WriteError> {
    let subscriptions = commit.subscriptions.of(commit.conn, pool)?;
    if subscriptions.is_empty() {
        return Ok(());
    }
    let Some(told) = change.told() else {
        return Ok(());
    };
    for event in told.events {
        let happening = Happening {
            event,
            at: commit.now(),
            subjects: told.subjects.clone(),
            reason: None,
            fields: told.fields.clone(),
            actor: origin.actor,
            request_id: origin.request_id.clone(),
        };
        tell(commit, pool, &subscriptions, &happening)?;
    }
    Ok(())
}

/// Tells that a user's status has changed, if it has.
pub(in crate::records) fn tell_of_status(
    commit: &mut Commit<'_>,
    former: UserStatus,
    user: &User,
    origin: &Origin,
) -> Result<(), WriteError> {
    let Some(event) = told_of_status(former, user.status) else {
        return Ok(());
    };
    let subscriptions = commit.subscriptions.of(commit.conn, user.pool)?;
    let happening = Happening {
        event,
        at: commit.now(),
        subjects: Subjects {
            user: Some(user.id),
            ..Subjects::default()
        },
        reason: None,
        fields: vec!["status".to_owned()],
        actor: origin.actor,
        request_id: origin.request_id.clone(),
    };
    tell(commit, user.pool, &subscriptions, &happening)
}

/// Tells of an event of a login. That it was extended is nothing to tell.
pub(in crate::records) fn tell_of_event(
    commit: &mut Commit<'_>,
    pool: PoolId,
    login: &Login,
    at: Timestamp,
    kind: EventKind,
    (actor, request_id): (Actor, &str),
) -> Result<(), WriteError> {
    let (event, reason) = match kind {
        EventKind::Began { .. } => (WebhookEvent::Login, None),
        EventKind::Extended { .. } => return Ok(()),
        EventKind::Ended(reason) => (WebhookEvent::LoginEnded, Some(reason)),
    };
    let subscriptions = commit.subscriptions.of(commit.conn, pool)?;
    if subscriptions.is_empty() {
        return Ok(());
    }
    let happening = Happening {
        event,
        at,
        subjects: Subjects {
            user: Some(login.user),
            applications: vec![login.application],
            session: Some(login.session),
            login: Some(login.id),
            ext_idp: None,
        },
        reason,
        fields: Vec::new(),
        actor,
        request_id: request_id.to_owned(),
    };
    tell(commit, pool, &subscriptions, &happening)
}

/// Writes a delivery for each webhook that wants to be told of this.
fn tell(
    commit: &mut Commit<'_>,
    pool: PoolId,
    subscriptions: &[Subscription],
    happening: &Happening,
) -> Result<(), WriteError> {
    let mut interested = subscriptions
        .iter()
        .filter(|subscription| subscription.events.contains(&happening.event))
        .peekable();
    if interested.peek().is_none() {
        return Ok(());
    }
    let now = commit.now();
    let event_id = WebhookEventId::generate(now, commit.entropy);
    let facts = to_json(&Facts::of(happening))?;
    let mut add = commit.conn.prepare_cached(sql::ADD_WEBHOOK_DELIVERY)?;
    for subscription in interested {
        add.perform(params![
            pool.as_bytes(),
            subscription.webhook.as_bytes(),
            event_id.as_bytes(),
            happening.event.as_str(),
            happening.at.as_millis(),
            now.as_millis(),
            facts,
        ])?;
    }
    commit.webhook_deliveries_added = true;
    Ok(())
}
