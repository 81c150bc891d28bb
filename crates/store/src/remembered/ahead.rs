//! Answers that are remembered before anybody asks for them.

use super::{Entry, Remembered, Verdict};
use crate::remembered::Seen;
use rollcall_core::ids::{ApplicationId, PoolId, UserId};
use rollcall_core::time::Timestamp;
use std::sync::atomic::Ordering;

/// What is noted of a user in an application before it is read how their login stands.
pub(crate) struct Foreseen {
    user: (UserId, Seen),
    application: (ApplicationId, Seen),
}

/// What became of answers ahead.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Ahead {
    /// How many were kept.
    pub(crate) kept: u64,
    /// Whether there was no room for one.
    pub(crate) is_full: bool,
}

impl Remembered {
    /// So many answers will be remembered.
    pub(crate) fn expect(&self, answers: u64) {
        let each = usize::try_from(answers).unwrap_or(usize::MAX) / self.shards.len();
        let each = each.min(self.shard_limit);
        self.shard_expected.store(each, Ordering::Relaxed);
    }

    /// What must be noted before the read whose result is kept; none while a commit that
    /// touches them is under way.
    pub(crate) fn foresee(&self, user: UserId, application: ApplicationId) -> Option<Foreseen> {
        let user_seen = self.users.before_read(self.user_place(user))?;
        let place = self.application_place(application);
        let application_seen = self.applications.before_read(place)?;
        Some(Foreseen {
            user: (user, user_seen),
            application: (application, application_seen),
        })
    }

    /// Remembers that one of their logins is live until its first limit, unless that is
    /// known better. Nothing that was asked for makes room for it.
    pub(crate) fn keep_ahead(
        &self,
        pool: PoolId,
        foreseen: &Foreseen,
        limit: Timestamp,
        now: Timestamp,
    ) -> Ahead {
        let Foreseen {
            user: (user, user_seen),
            application: (application, application_seen),
        } = *foreseen;
        let not_kept = |is_full| Ahead { kept: 0, is_full };
        // Nobody would believe it.
        if !self.users.is_still(self.user_place(user), user_seen)
            || !self.is_still(application, application_seen)
        {
            return not_kept(false);
        }
        let number = self.number(pool, application);
        let verdict = Verdict::LiveUntil(limit).to_millis();
        let entry = Entry {
            user,
            application: number,
            verdict,
            user_seen,
            application_seen,
        };
        let hash = self.hash(user, number);
        let mut shard = self.shard(hash).write();
        if let Some(former) = shard.find_mut(hash, |e| e.is_of(user, number)) {
            let is_good =
                self.holds(former, now) && self.is_still(application, former.application_seen);
            let is_no = !Verdict::of_millis(former.verdict).is_live();
            if is_good && (is_no || former.verdict >= verdict) {
                return not_kept(false);
            }
            *former = entry;
            return Ahead {
                kept: 1,
                is_full: false,
            };
        }
        self.make_room(&mut shard, now);
        if shard.len() >= self.shard_limit {
            return not_kept(true);
        }
        shard.insert_unique(hash, entry, |e| self.hash(e.user, e.application));
        Ahead {
            kept: 1,
            is_full: false,
        }
    }
}
