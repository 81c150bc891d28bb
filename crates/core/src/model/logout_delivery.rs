//! Telling applications of ends (OIDC Back-Channel Logout 1.0): what is owed, and
//! what an answer means.

use crate::ids::{ApplicationId, LoginId, PoolId, SessionId, UserId};
use crate::model::application::SigningAlgorithm;
use crate::model::delivery::Places;
use crate::model::event::Reason;
use crate::time::Timestamp;

pub use crate::model::delivery::{DeliveryState, DeliveryStatus, Verdict};

/// Who has how many attempts under way.
pub type DeliveryPlaces = Places<ApplicationId>;

/// A delivery that is to be attempted now, by whoever claimed it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivery {
    /// The pool of the login.
    pub pool: PoolId,
    /// The login that ended: `sid` of the logout token.
    pub login: LoginId,
    /// Whose it was: `sub`.
    pub user: UserId,
    /// Who is to be told: `aud`.
    pub application: ApplicationId,
    /// Where.
    pub uri: String,
    /// How the application wants its tokens to be signed.
    pub signing_algorithm: SigningAlgorithm,
    /// When it was claimed, and so when the attempt begins.
    pub claimed_at: Timestamp,
}

/// What came of an attempt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AttemptResult {
    /// An answer with this HTTP status.
    Answered(u16),
    /// No answer; the code says why.
    Failed(String),
}

impl AttemptResult {
    /// Section 2.8: 200 confirms; some frameworks substitute 204. 400 says that the
    /// request was wrong, which it stays. Whatever says "not now" is recoverable
    /// (RFC 9110, sections 15.5.9 and 15.6; RFC 6585, section 4), and so is no
    /// answer at all: a name, a network or a certificate can be repaired.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Answered(200 | 204) => Verdict::Confirmed,
            Self::Answered(408 | 429 | 500..=599) | Self::Failed(_) => Verdict::Recoverable,
            Self::Answered(_) => Verdict::Final,
        }
    }

    /// The outcome in one word, as the ledger keeps it.
    pub fn outcome(&self) -> &str {
        match self {
            Self::Answered(_) => self.verdict().as_str(),
            Self::Failed(code) => code,
        }
    }

    /// The HTTP status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Answered(status) => Some(*status),
            Self::Failed(_) => None,
        }
    }
}

/// An attempt that has been made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attempt {
    /// When it began.
    pub at: Timestamp,
    /// What came of it.
    pub result: AttemptResult,
}

/// One end in the ledger: who had to be told, and what came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogoutDelivery {
    /// The login that ended.
    pub login: LoginId,
    /// Its session.
    pub session: SessionId,
    /// Whose it was.
    pub user: UserId,
    /// Who had to be told.
    pub application: ApplicationId,
    /// Why it ended.
    pub reason: Reason,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Where the last attempt went, or the first one will go.
    pub uri: String,
    /// How it stands.
    pub state: DeliveryState,
    /// The attempts, the first one first.
    pub attempts: Vec<LedgerAttempt>,
}

/// An attempt in the ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LedgerAttempt {
    /// Its number, from 1.
    pub number: u32,
    /// When it began.
    pub at: Timestamp,
    /// What came of it, in one word.
    pub outcome: String,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_means_what_its_status_says() {
        for status in 100..=599 {
            let verdict = AttemptResult::Answered(status).verdict();
            let expected = match status {
                200 | 204 => Verdict::Confirmed,
                408 | 429 => Verdict::Recoverable,
                status if status >= 500 => Verdict::Recoverable,
                _ => Verdict::Final,
            };
            assert_eq!(verdict, expected, "{status}");
        }
        let failed = AttemptResult::Failed("timed_out".to_owned());
        assert_eq!(failed.verdict(), Verdict::Recoverable);
        assert_eq!((failed.outcome(), failed.status()), ("timed_out", None));
        let rejected = AttemptResult::Answered(400);
        assert_eq!(
            (rejected.outcome(), rejected.status()),
            ("rejected", Some(400))
        );
    }
}
