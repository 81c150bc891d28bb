//! Rows of the quick statement as the answers to its questions.
//!
//! It tells of keys and applications once, and of a login the instants alone that its
//! limits are counted from: nothing else decides while the pool has no mass end that is
//! not recorded everywhere.

use super::Question;
use super::answers::{Answer, Hits};
use super::memory::{Memory, Told};
use super::questions::Batch;
use super::statements::{ABOUT_GROUP, ENDED_IN, MOST_LOGINS};
use crate::records::{ApplicationState, Columns, PoolRules, read_calling};
use crate::sql::{Result, Row};
use rollcall_core::ids::{AccessKeyId, ApplicationId, UserId};
use rollcall_core::model::access_key::CallingKey;
use rollcall_core::model::identifier::UserSelector;
use rollcall_core::ports::logins::{SessionCheck, SessionStatus};
use rollcall_core::time::Timestamp;

/// Answers the questions, in their order. `instant`: what the clock of whoever asks
/// said before, where the database's does not decide. The memory takes in what is told
/// before it answers anything.
pub(super) fn answers(
    batch: &Batch<'_>,
    rows: &[tokio_postgres::Row],
    instant: Option<Timestamp>,
    mut memory: Option<&mut Memory>,
) -> Result<Vec<Answer>> {
    let groups = read_groups(batch, rows, instant)?;
    if let Some(memory) = memory.as_deref_mut() {
        follow(memory, batch, &groups);
    }
    let mut found: Vec<Found> = batch.questions().map(|_| Found::default()).collect();
    for row in rows {
        let row = Row::Postgres(row);
        let Kind::Candidate(place) = kind_of(&row)? else {
            continue;
        };
        let Some((question, kind)) = batch.candidate(place) else {
            continue;
        };
        let group = groups.get(batch.group_of(question));
        if let (Some(Some(group)), Some(found)) = (group, found.get_mut(question)) {
            found.add(kind, group, &mut Columns::from(&row, 1))?;
        }
    }
    let each = found.into_iter().zip(batch.questions()).enumerate();
    Ok(each
        .map(|(number, (found, question))| {
            let Some(Some(group)) = groups.get(batch.group_of(number)) else {
                return Answer::Told(None);
            };
            if batch.is_known(number) {
                return group.remembered(question, memory.as_deref());
            }
            if let Some(memory) = memory.as_deref_mut() {
                found.keep(group, question, memory);
            }
            found.answer(group, &question.user)
        })
        .collect())
}

/// What a row is about: see `statements`.
enum Kind {
    Group(usize),
    EndedFor(usize),
    Candidate(usize),
}

fn kind_of(row: &Row<'_>) -> Result<Kind> {
    let number: i64 = Columns::of(row).get()?;
    if number < 0 {
        return Ok(Kind::EndedFor(place(-number)));
    }
    let is_group = Columns::from(row, ABOUT_GROUP).next_is_there()?;
    Ok(match is_group {
        true => Kind::Group(place(number)),
        false => Kind::Candidate(place(number)),
    })
}

/// The groups, in whatever order the server tells them.
fn read_groups(
    batch: &Batch<'_>,
    rows: &[tokio_postgres::Row],
    instant: Option<Timestamp>,
) -> Result<Vec<Option<Group>>> {
    let mut groups: Vec<Option<Group>> = batch.groups().map(|_| None).collect();
    let mut ended = Vec::new();
    for row in rows {
        let row = Row::Postgres(row);
        match kind_of(&row)? {
            Kind::Group(place) => {
                let mut about = Columns::from(&row, ABOUT_GROUP);
                if let (Some(slot), Some(key)) = (groups.get_mut(place), batch.groups().nth(place))
                {
                    *slot = Some(Group::read(key, &mut about, instant)?);
                }
            }
            Kind::EndedFor(place) => {
                let user = UserId::from_bytes(Columns::from(&row, 1).get()?);
                let application = Columns::from(&row, ENDED_IN).get()?;
                ended.push((place, (user, ApplicationId::from_bytes(application))));
            }
            Kind::Candidate(_) => {}
        }
    }
    for (place, login) in ended {
        if let Some(Some(group)) = groups.get_mut(place) {
            group.ended.push(login);
        }
    }
    Ok(groups)
}

fn follow(memory: &mut Memory, batch: &Batch<'_>, groups: &[Option<Group>]) {
    for (place, group) in groups.iter().enumerate() {
        let (Some(group), Some(application)) = (group, batch.application_of(place)) else {
            continue;
        };
        let told = Told {
            server: group.server,
            key: group.key.id,
            pool: group.key.pool,
            revision: group.revision,
            since: batch.since(place),
            ended: &group.ended,
            application,
            state: group.application,
            limits: group.rules.limits(),
        };
        memory.follow(&told, group.now);
    }
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
    /// The pool's newest.
    revision: i64,
    /// When the server was started.
    server: i64,
    /// Logins of the pool that ended since the revision that the memory knew.
    ended: Vec<(UserId, ApplicationId)>,
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
            revision: columns.get()?,
            server: columns.get()?,
            ended: Vec::new(),
        })
    }

    /// The answer of a question that was not looked up.
    fn remembered(&self, question: &Question, memory: Option<&Memory>) -> Answer {
        if self.application.is_none() {
            return self.told(SessionStatus::ApplicationNotFound);
        }
        if self.has_mass_ends {
            return Answer::NeedsEndsOf(self.key.pool);
        }
        let is_live = |memory: &Memory| memory.is_live(self.key.pool, question, self.now);
        match memory.is_some_and(is_live) {
            true => self.told(SessionStatus::Known { active: true }),
            false => Answer::AskAgain,
        }
    }

    fn told(&self, status: SessionStatus) -> Answer {
        let key = self.key;
        Answer::Told(Some(SessionCheck { key, status }))
    }
}

/// What was found of a question.
#[derive(Default)]
struct Found {
    hits: Hits,
    /// Logins of whoever was found first.
    logins: usize,
    /// Until when one of them is live.
    live_until: Option<Timestamp>,
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
        let moments = columns.moments()?;
        self.logins += 1;
        let application = group.application.as_ref();
        let until = application
            .and_then(|application| group.rules.live_until(application, &moments, group.now));
        self.live_until = self.live_until.max(until);
        Ok(())
    }

    /// Remembers a login that is live.
    fn keep(&self, group: &Group, question: &Question, memory: &mut Memory) {
        if let (Some(limit), Ok(person)) = (self.live_until, self.hits.resolve(&question.user))
            && !group.has_mass_ends
        {
            memory.keep(group.key.pool, question.application, person, limit);
        }
    }

    fn answer(self, group: &Group, user: &UserSelector) -> Answer {
        let told = |status| group.told(status);
        if group.application.is_none() {
            return told(SessionStatus::ApplicationNotFound);
        }
        match self.hits.resolve(user) {
            Ok(_) => {}
            Err(status) => return told(status),
        }
        let active = self.live_until.is_some();
        if self.logins > 0 && group.has_mass_ends {
            return Answer::NeedsEndsOf(group.key.pool);
        }
        if !active && self.logins >= MOST_LOGINS {
            return Answer::NeedsMore;
        }
        told(SessionStatus::Known { active })
    }
}
