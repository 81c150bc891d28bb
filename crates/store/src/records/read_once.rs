//! What the changes of a commit ask alike: a pool's rules and an application, read once for
//! all sign-ins that follow each other in it.
//!
//! Changes run one after the other in one transaction that no other writer's commit can come
//! between, so what one has read is what the next would read, unless the one changed it. Most
//! may; only a change that says at its end that it has not leaves these answers to the next.

use super::lifecycle::PoolRules;
use super::{Commit, applications};
use crate::sql::Result;
use rollcall_core::ids::{ApplicationId, PoolId};
use rollcall_core::model::application::Application;
use std::collections::HashMap;
use std::sync::Arc;

/// The answers that the commit has.
#[derive(Default)]
pub(super) struct ReadOnce {
    rules: HashMap<PoolId, Arc<PoolRules>>,
    applications: HashMap<(PoolId, ApplicationId), Arc<Application>>,
    /// Whether the change that runs has said that it changes none of them.
    stands: bool,
    /// Whether it has changed some of them all the same.
    changed: bool,
}

impl ReadOnce {
    /// A change has ended: what it read stays if it was made and left all as it was.
    pub(super) fn change_ended(&mut self, was_made: bool) {
        if was_made && self.stands && !self.changed {
            self.stands = false;
        } else {
            *self = Self::default();
        }
    }
}

impl Commit<'_> {
    /// The pool's rules as they are now.
    pub(super) fn rules(&mut self, pool: PoolId) -> Result<Arc<PoolRules>> {
        if let Some(known) = self.read_once.rules.get(&pool) {
            return Ok(known.clone());
        }
        let rules = Arc::new(PoolRules::of(self.conn, pool)?);
        self.read_once.rules.insert(pool, rules.clone());
        Ok(rules)
    }

    /// The application as it is now.
    pub(super) fn application(
        &mut self,
        pool: PoolId,
        application: ApplicationId,
    ) -> Result<Option<Arc<Application>>> {
        let key = (pool, application);
        if let Some(known) = self.read_once.applications.get(&key) {
            return Ok(Some(known.clone()));
        }
        let read = applications::stored(self.conn, pool, application)?.map(Arc::new);
        if let Some(application) = &read {
            self.read_once.applications.insert(key, application.clone());
        }
        Ok(read)
    }

    /// A pool's rules, a mass end or an application are about to be changed.
    pub(super) fn changes_rules(&mut self) {
        self.read_once = ReadOnce {
            changed: true,
            ..ReadOnce::default()
        };
    }

    /// Said at the end of a change that has changed no pool, no application and no mass end.
    pub(super) fn left_rules_alone(&mut self) {
        self.read_once.stands = true;
    }
}
