//! Questions of a batch as the arrays that its statements take.

use super::Question;
use super::memory::Memory;
use rollcall_core::ids::{AccessKeyId, ApplicationId};
use rollcall_core::model::identifier::Identifier;
use tokio_postgres::types::{ToSql, Type};

/// A parameter and its type.
pub(super) type Typed<'a> = (&'a (dyn ToSql + Sync), Type);

/// Questions in the order of their groups: those with the same key and application stand
/// together, and so do their candidates.
pub(super) struct Batch<'q> {
    questions: Vec<&'q Question>,
    /// Of each question.
    groups: Vec<usize>,
    /// Of each group: key, application, from which candidate on to which they are its
    /// own, counted from 1 on, and after which revision it is told of ends.
    keys: Vec<&'q [u8]>,
    applications: Vec<&'q [u8]>,
    heads: Vec<i32>,
    tails: Vec<i32>,
    since: Vec<Option<i64>>,
    /// Of each candidate: its question's place, and what it is looked up by.
    places: Vec<usize>,
    kinds: Vec<i64>,
    bytes: Vec<Option<&'q [u8]>>,
    words: Vec<Option<&'q str>>,
    ids: Vec<(AccessKeyId, ApplicationId)>,
    /// Of each question, whether it is remembered.
    known: Vec<bool>,
}

impl<'q> Batch<'q> {
    /// Of questions that stand in the order of their groups. What this memory has is not
    /// looked up, only whether it still holds.
    pub(super) fn of(questions: Vec<&'q Question>, memory: Option<&Memory>) -> Self {
        let count = questions.len();
        let mut batch = Self {
            groups: Vec::with_capacity(count),
            keys: Vec::new(),
            applications: Vec::new(),
            heads: Vec::new(),
            tails: Vec::new(),
            since: Vec::new(),
            known: Vec::with_capacity(count),
            places: Vec::with_capacity(count),
            kinds: Vec::with_capacity(count),
            bytes: Vec::with_capacity(count),
            words: Vec::with_capacity(count),
            ids: Vec::new(),
            questions,
        };
        let mut before: Option<&Question> = None;
        for (place, question) in batch.questions.clone().into_iter().enumerate() {
            if before.is_none_or(|before| group(before) != group(question)) {
                let since = memory.and_then(|memory| memory.since(question.key));
                batch.open_group(question, since);
            }
            before = Some(question);
            batch.groups.push(batch.keys.len() - 1);
            let is_known = memory.is_some_and(|memory| memory.has(question));
            batch.known.push(is_known);
            let candidates = question.user.candidates().iter();
            for candidate in candidates.filter(|_| !is_known) {
                batch.push(place, row(candidate));
            }
            if let Some(tail) = batch.tails.last_mut() {
                *tail = count_of(&batch.places);
            }
        }
        batch
    }

    fn open_group(&mut self, question: &'q Question, since: Option<i64>) {
        self.ids.push((question.key, question.application));
        self.keys.push(question.key.as_bytes());
        self.applications.push(question.application.as_bytes());
        let before = count_of(&self.places);
        self.heads.push(before + 1);
        self.tails.push(before);
        self.since.push(since);
    }

    fn push(&mut self, place: usize, (kind, bytes, words): Candidate<'q>) {
        self.places.push(place);
        self.kinds.push(kind);
        self.bytes.push(bytes);
        self.words.push(words);
    }

    /// The questions in their order.
    pub(super) fn questions(&self) -> impl Iterator<Item = &'q Question> {
        self.questions.iter().copied()
    }

    /// The key of each group.
    pub(super) fn groups(&self) -> impl Iterator<Item = AccessKeyId> {
        self.ids.iter().map(|(key, _)| *key)
    }

    /// After which revision a group is told of ends.
    pub(super) fn since(&self, group: usize) -> Option<i64> {
        self.since.get(group).copied().flatten()
    }

    /// The application of a group.
    pub(super) fn application_of(&self, group: usize) -> Option<ApplicationId> {
        self.ids.get(group).map(|(_, application)| *application)
    }

    /// Whether a question is not looked up.
    pub(super) fn is_known(&self, question: usize) -> bool {
        self.known.get(question).copied().unwrap_or_default()
    }

    /// A question's group.
    pub(super) fn group_of(&self, question: usize) -> usize {
        self.groups.get(question).copied().unwrap_or(usize::MAX)
    }

    /// A candidate's question, and its kind as the statements number it.
    pub(super) fn candidate(&self, place: usize) -> Option<(usize, i64)> {
        Some((*self.places.get(place)?, *self.kinds.get(place)?))
    }

    /// What `statements::by_id` takes.
    pub(super) fn by_id(&self) -> [Typed<'_>; 6] {
        let [keys, applications, heads, tails, since] = self.of_groups();
        let bytes = (&self.bytes as _, Type::BYTEA_ARRAY);
        [keys, applications, heads, tails, since, bytes]
    }

    /// What `statements::by_any` takes.
    pub(super) fn by_any(&self) -> [Typed<'_>; 8] {
        let [keys, applications, heads, tails, since] = self.of_groups();
        let kinds = (&self.kinds as _, Type::INT8_ARRAY);
        let bytes = (&self.bytes as _, Type::BYTEA_ARRAY);
        let words = (&self.words as _, Type::TEXT_ARRAY);
        [keys, applications, heads, tails, since, kinds, bytes, words]
    }

    fn of_groups(&self) -> [Typed<'_>; 5] {
        [
            (&self.keys, Type::BYTEA_ARRAY),
            (&self.applications, Type::BYTEA_ARRAY),
            (&self.heads, Type::INT4_ARRAY),
            (&self.tails, Type::INT4_ARRAY),
            (&self.since, Type::INT8_ARRAY),
        ]
    }
}

/// Candidates of a batch are few.
fn count_of(places: &[usize]) -> i32 {
    i32::try_from(places.len()).unwrap_or(i32::MAX)
}

/// What those of a group have the same of.
pub(super) fn group(question: &Question) -> (&[u8], &[u8]) {
    (question.key.as_bytes(), question.application.as_bytes())
}

/// What the whole statements take: a row for each candidate of each question, with its
/// key and application.
#[derive(Default)]
pub(super) struct Arrays<'q> {
    keys: Vec<&'q [u8]>,
    applications: Vec<&'q [u8]>,
    questions: Vec<i64>,
    kinds: Vec<i64>,
    bytes: Vec<Option<&'q [u8]>>,
    words: Vec<Option<&'q str>>,
}

impl<'q> Arrays<'q> {
    /// One that has no candidate asks for nobody, and still tells of its key and
    /// application.
    pub(super) fn of(questions: &[&'q Question]) -> Self {
        let mut arrays = Self::default();
        // From 1 on, as a server counts.
        for (number, question) in (1..).zip(questions) {
            let candidates = question.user.candidates();
            if candidates.is_empty() {
                arrays.push(question, number, (0, None, None));
            }
            for candidate in candidates {
                arrays.push(question, number, row(candidate));
            }
        }
        arrays
    }

    fn push(&mut self, question: &'q Question, number: i64, (kind, bytes, words): Candidate<'q>) {
        self.keys.push(question.key.as_bytes());
        self.applications.push(question.application.as_bytes());
        self.questions.push(number);
        self.kinds.push(kind);
        self.bytes.push(bytes);
        self.words.push(words);
    }

    /// What `statements::whole` takes.
    pub(super) fn all(&self) -> [Typed<'_>; 6] {
        [
            (&self.keys, Type::BYTEA_ARRAY),
            (&self.applications, Type::BYTEA_ARRAY),
            (&self.questions, Type::INT8_ARRAY),
            (&self.kinds, Type::INT8_ARRAY),
            (&self.bytes, Type::BYTEA_ARRAY),
            (&self.words, Type::TEXT_ARRAY),
        ]
    }
}

/// Whether a question is by nothing but a user's id.
pub(super) fn is_by_id(question: &Question) -> bool {
    matches!(question.user.candidates(), [Identifier::Id(_)])
}

/// A candidate's kind as the statements number it, and its bytes or its text.
type Candidate<'q> = (i64, Option<&'q [u8]>, Option<&'q str>);

fn row(candidate: &Identifier) -> Candidate<'_> {
    match candidate {
        Identifier::Id(id) => (1, Some(id.as_bytes()), None),
        Identifier::Email(email) => (2, None, Some(email)),
        Identifier::Phone(phone) => (3, None, Some(phone)),
        Identifier::NationalPhone(digits) => (4, None, Some(digits)),
        Identifier::Username(username) => (5, None, Some(username)),
        Identifier::ExternalId(id) => (6, None, Some(id)),
        Identifier::Identity {
            ext_idp,
            user_id_in_idp,
        } => (7, Some(ext_idp.as_bytes()), Some(user_id_in_idp)),
    }
}
