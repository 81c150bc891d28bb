//! What becomes of a question, and whom it is about.

use rollcall_core::ids::{PoolId, UserId};
use rollcall_core::model::identifier::{Identifier, IdentifierKind, UserSelector};
use rollcall_core::ports::logins::{SessionCheck, SessionStatus};

/// What became of a question.
pub(super) enum Answer {
    /// It is answered.
    Told(Option<SessionCheck>),
    /// The pool has mass ends that are not recorded on each login yet.
    NeedsEndsOf(PoolId),
    /// More logins are needed than the statement tells.
    NeedsMore,
    /// It was not looked up, and what was remembered does not hold any more.
    AskAgain,
}

/// Who was found, and as what: by far most often one person as one thing.
#[derive(Default)]
pub(super) struct Hits {
    first: Option<(i64, UserId)>,
    others: Vec<(i64, UserId)>,
}

impl Hits {
    /// Adds one. Whether it is the first, or that one again.
    pub(super) fn add(&mut self, kind: i64, person: UserId) -> bool {
        let hit = (kind, person);
        let is_first = *self.first.get_or_insert(hit) == hit;
        if !is_first && !self.others.contains(&hit) {
            self.others.push(hit);
        }
        is_first
    }

    /// The one person that was found, or what is answered otherwise.
    pub(super) fn resolve(&self, user: &UserSelector) -> Result<UserId, SessionStatus> {
        let Some((_, person)) = self.first else {
            return Err(SessionStatus::UserNotFound);
        };
        if self.others.iter().any(|(_, other)| *other != person) {
            return Err(SessionStatus::AmbiguousUser(self.kinds(user)));
        }
        Ok(person)
    }

    /// Which kinds found somebody, in their order.
    fn kinds(&self, user: &UserSelector) -> Vec<IdentifierKind> {
        let found: Vec<IdentifierKind> = self
            .first
            .iter()
            .chain(&self.others)
            .filter_map(|(number, _)| kind_of(*number))
            .collect();
        let candidates = user.candidates().iter().map(Identifier::kind);
        let mut kinds: Vec<IdentifierKind> =
            candidates.filter(|kind| found.contains(kind)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }
}

fn kind_of(number: i64) -> Option<IdentifierKind> {
    Some(match number {
        1 => IdentifierKind::UserId,
        2 => IdentifierKind::Email,
        3 | 4 => IdentifierKind::Phone,
        5 => IdentifierKind::Username,
        6 => IdentifierKind::ExternalId,
        7 => IdentifierKind::Identity,
        _ => return None,
    })
}
