//! Questions of a batch as the arrays that its statement takes.

use super::Question;
use rollcall_core::model::identifier::Identifier;
use tokio_postgres::types::{ToSql, Type};

/// The arrays of a statement.
#[derive(Default)]
pub(super) struct Arrays<'q> {
    keys: Vec<&'q [u8]>,
    applications: Vec<&'q [u8]>,
    questions: Vec<i64>,
    kinds: Vec<i64>,
    bytes: Vec<Option<&'q [u8]>>,
    words: Vec<Option<&'q str>>,
}

/// A parameter and its type.
type Typed<'a> = (&'a (dyn ToSql + Sync), Type);

impl<'q> Arrays<'q> {
    /// A row for each candidate of each question. One that has none asks for nobody,
    /// and still tells of its key and application.
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

    fn push(
        &mut self,
        question: &'q Question,
        number: i64,
        (kind, bytes, words): (i64, Option<&'q [u8]>, Option<&'q str>),
    ) {
        self.keys.push(question.key.as_bytes());
        self.applications.push(question.application.as_bytes());
        self.questions.push(number);
        self.kinds.push(kind);
        self.bytes.push(bytes);
        self.words.push(words);
    }

    /// What `sql::by_id` takes.
    pub(super) fn by_id(&self) -> [Typed<'_>; 3] {
        [
            (&self.keys, Type::BYTEA_ARRAY),
            (&self.applications, Type::BYTEA_ARRAY),
            (&self.bytes, Type::BYTEA_ARRAY),
        ]
    }

    /// What `sql::by_any` takes.
    pub(super) fn by_any(&self) -> [Typed<'_>; 6] {
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

/// A candidate as the statement numbers its kind.
fn row(candidate: &Identifier) -> (i64, Option<&[u8]>, Option<&str>) {
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
