//! Rows of the whole statement as the answers to its questions: what is asked where mass
//! ends decide as well, so that each login is read as a whole.

use super::Question;
use super::answers::{Answer, Hits};
use super::statements::{MOST_LOGINS, REST};
use crate::records::{Columns, LoginState, Pending, PoolRules, any_live, read_calling};
use crate::sql::{Result, Row};
use rollcall_core::ids::{PoolId, UserId};
use rollcall_core::model::access_key::CallingKey;
use rollcall_core::model::mass_end::MassEnd;
use rollcall_core::ports::logins::{SessionCheck, SessionStatus};
use rollcall_core::time::Timestamp;
use std::collections::HashMap;

/// The mass ends of pools that are not recorded everywhere, of the same snapshot.
pub(super) type EndsOf = HashMap<PoolId, Vec<(MassEnd, Pending)>>;

/// Answers the questions, in their order. `instant`: what the clock of whoever asks
/// said before, where the database's does not decide.
pub(super) fn answers(
    questions: &[&Question],
    rows: &[tokio_postgres::Row],
    ends: &EndsOf,
    instant: Option<Timestamp>,
) -> Result<Vec<Answer>> {
    let mut gathered: Vec<Option<Gathered>> = questions.iter().map(|_| None).collect();
    for row in rows {
        let row = Row::Postgres(row);
        let mut rest = Columns::from(&row, REST);
        let number: i64 = rest.get()?;
        let place = usize::try_from(number - 1).unwrap_or(usize::MAX);
        let Some((question, slot)) = questions.get(place).zip(gathered.get_mut(place)) else {
            continue;
        };
        let kind: i64 = rest.get()?;
        let facts = Facts::read(question, &mut rest)?;
        let gathered = slot.get_or_insert_with(|| Gathered::new(facts.common));
        gathered.add(kind, facts.person, &row)?;
    }
    let answered = gathered.into_iter().zip(questions);
    Ok(answered
        .map(|(gathered, question)| match gathered {
            Some(gathered) => gathered.answer(question, ends, instant),
            None => Answer::Told(None),
        })
        .collect())
}

/// What each row of a question says the same about.
struct Common {
    key: CallingKey,
    now: Timestamp,
    has_application: bool,
    rules: PoolRules,
    has_mass_ends: bool,
}

struct Facts {
    common: Common,
    person: Option<UserId>,
}

impl Facts {
    fn read(question: &Question, columns: &mut Columns<'_>) -> Result<Self> {
        let now: i64 = columns.get()?;
        let mark: Option<[u8; 8]> = columns.get()?;
        let mark = mark.map_or(now, i64::from_be_bytes);
        let key = read_calling(question.key, columns)?;
        let has_application = columns.get()?;
        let person: Option<_> = columns.get()?;
        Ok(Self {
            common: Common {
                key,
                now: Timestamp::from_millis(now.max(mark)),
                has_application,
                rules: PoolRules::read_limits(columns)?,
                has_mass_ends: columns.get()?,
            },
            person: person.map(UserId::from_bytes),
        })
    }
}

/// A question's rows.
struct Gathered {
    common: Common,
    hits: Hits,
    /// Of the first candidate that found somebody.
    states: Vec<LoginState>,
}

impl Gathered {
    fn new(common: Common) -> Self {
        Self {
            common,
            hits: Hits::default(),
            states: Vec::new(),
        }
    }

    fn add(&mut self, kind: i64, person: Option<UserId>, row: &Row<'_>) -> Result<()> {
        let Some(person) = person else {
            return Ok(());
        };
        let mut columns = Columns::of(row);
        // Others lead to the same logins, or the answer does not depend on them.
        if self.hits.add(kind, person) && columns.next_is_there()? {
            self.states.push(LoginState::read_columns(&mut columns)?);
        }
        Ok(())
    }

    fn answer(self, question: &Question, ends: &EndsOf, instant: Option<Timestamp>) -> Answer {
        let Self {
            common,
            hits,
            states,
        } = self;
        let told = |status| {
            let key = common.key;
            Answer::Told(Some(SessionCheck { key, status }))
        };
        if !common.has_application {
            return told(SessionStatus::ApplicationNotFound);
        }
        let person = match hits.resolve(&question.user) {
            Ok(person) => person,
            Err(status) => return told(status),
        };
        if states.is_empty() {
            return told(SessionStatus::Known { active: false });
        }
        let pool = common.key.pool;
        let rules = match (common.has_mass_ends, ends.get(&pool)) {
            (false, _) => common.rules,
            // They came since the pools were looked at.
            (true, None) => return Answer::NeedsEndsOf(pool),
            (true, Some(ends)) => common.rules.with(ends.clone()),
        };
        let now = instant.unwrap_or(common.now);
        let scope = (person, question.application);
        match any_live(&rules, scope, &states, now) {
            Some(active) => told(SessionStatus::Known { active }),
            None if states.len() < MOST_LOGINS => told(SessionStatus::Known { active: false }),
            None => Answer::NeedsMore,
        }
    }
}
