//! Rows of the quick statement as the answers to its questions.
//!
//! It tells of keys and applications once, and of a login the instants alone that its
//! limits are counted from: nothing else decides while the pool has no mass end that is
//! not recorded everywhere.

use super::answers::{Answer, Hits};
use super::questions::Batch;
use super::statements::{ABOUT_GROUP, MOST_LOGINS};
use crate::records::{ApplicationState, Columns, PoolRules, read_calling};
use crate::sql::{Result, Row};
use rollcall_core::ids::{AccessKeyId, UserId};
use rollcall_core::model::access_key::CallingKey;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::model::standing::Moments;
use rollcall_core::ports::logins::{SessionCheck, SessionStatus};
use rollcall_core::time::Timestamp;

/// Answers the questions, in their order. `instant`: what the clock of whoever asks
/// said before, where the database's does not decide.
pub(super) fn answers(
    batch: &Batch<'_>,
    rows: &[tokio_postgres::Row],
    instant: Option<Timestamp>,
) -> Result<Vec<Answer>> {
    let mut groups: Vec<Option<Group>> = batch.groups().map(|_| None).collect();
    let mut found: Vec<Found> = batch.questions().map(|_| Found::default()).collect();
    // The groups first, in whatever order the server tells them.
    for row in rows {
        let row = Row::Postgres(row);
        let mut about = Columns::from(&row, ABOUT_GROUP);
        if !about.next_is_there()? {
            continue;
        }
        let number: i64 = Columns::of(&row).get()?;
        let place = place(number);
        if let (Some(slot), Some(key)) = (groups.get_mut(place), batch.groups().nth(place)) {
            *slot = Some(Group::read(key, &mut about, instant)?);
        }
    }
    for row in rows {
        let row = Row::Postgres(row);
        if Columns::from(&row, ABOUT_GROUP).next_is_there()? {
            continue;
        }
        let mut columns = Columns::of(&row);
        let number: i64 = columns.get()?;
        let Some((question, kind)) = batch.candidate(place(number)) else {
            continue;
        };
        let group = groups.get(batch.group_of(question));
        if let (Some(Some(group)), Some(found)) = (group, found.get_mut(question)) {
            found.add(kind, group, &mut columns)?;
        }
    }
    let each = found.into_iter().zip(batch.questions()).enumerate();
    Ok(each
        .map(
            |(number, (found, question))| match groups.get(batch.group_of(number)) {
                Some(Some(group)) => found.answer(group, &question.user),
                _ => Answer::Told(None),
            },
        )
        .collect())
}

/// The server counts from 1 on.
fn place(number: i64) -> usize {
    usize::try_from(number - 1).unwrap_or(usize::MAX)
}

/// What all questions say the same about that have the same key and application.
struct Group {
    key: CallingKey,
    now: Timestamp,
    application: Option<ApplicationState>,
    rules: PoolRules,
    has_mass_ends: bool,
}

impl Group {
    fn read(
        key: AccessKeyId,
        columns: &mut Columns<'_>,
        instant: Option<Timestamp>,
    ) -> Result<Self> {
        let now: i64 = columns.get()?;
        let mark: Option<[u8; 8]> = columns.get()?;
        let mark = mark.map_or(now, i64::from_be_bytes);
        Ok(Self {
            now: instant.unwrap_or(Timestamp::from_millis(now.max(mark))),
            key: read_calling(key, columns)?,
            application: ApplicationState::read_columns(columns)?,
            rules: PoolRules::read_limits(columns)?,
            has_mass_ends: columns.get()?,
        })
    }
}

/// What was found of a question.
#[derive(Default)]
struct Found {
    hits: Hits,
    /// Logins of whoever was found first.
    logins: usize,
    any_live: bool,
}

impl Found {
    fn add(&mut self, kind: i64, group: &Group, columns: &mut Columns<'_>) -> Result<()> {
        let person: Option<[u8; 12]> = columns.get()?;
        let Some(person) = person.map(UserId::from_bytes) else {
            return Ok(());
        };
        // Others lead to the same logins, or the answer does not depend on them.
        if !self.hits.add(kind, person) || !columns.next_is_there()? {
            return Ok(());
        }
        let moments = Moments {
            begun_at: columns.instant()?,
            last_seen: columns.instant()?,
            redeem_by: columns.optional_instant()?,
            session_begun_at: columns.instant()?,
            session_last_seen: columns.instant()?,
        };
        self.logins += 1;
        self.any_live |= group
            .application
            .as_ref()
            .is_some_and(|application| group.rules.is_live(application, &moments, group.now));
        Ok(())
    }

    fn answer(self, group: &Group, user: &UserSelector) -> Answer {
        let told = |status| {
            let key = group.key;
            Answer::Told(Some(SessionCheck { key, status }))
        };
        if group.application.is_none() {
            return told(SessionStatus::ApplicationNotFound);
        }
        match self.hits.resolve(user) {
            Ok(_) => {}
            Err(status) => return told(status),
        }
        let active = self.any_live;
        if self.logins > 0 && group.has_mass_ends {
            return Answer::NeedsEndsOf(group.key.pool);
        }
        if !active && self.logins >= MOST_LOGINS {
            return Answer::NeedsMore;
        }
        told(SessionStatus::Known { active })
    }
}
