//! What clients were told, and in which order.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers that grow with each event, over all clients.
#[derive(Clone, Debug, Default)]
pub(super) struct Clock(Arc<AtomicU64>);

impl Clock {
    /// The next one.
    pub(super) fn tick(&self) -> u64 {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}

/// When the power was cut: at some instant between these two.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Before it began.
    pub from: u64,
    /// After it was over.
    pub to: u64,
}

/// From asking to the answer; none came if that is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Call {
    pub(super) asked: u64,
    pub(super) answered: Option<u64>,
}

impl Call {
    /// Its answer was there before.
    pub(super) fn is_done(self, at: Moment) -> bool {
        self.answered.is_some_and(|answered| answered < at.from)
    }

    /// It may have been done: it was asked before.
    pub(super) fn may_be_done(self, at: Moment) -> bool {
        self.asked < at.to
    }
}

/// A login that was answered.
#[derive(Clone)]
pub(super) struct Login {
    /// Its user and application, as places in their client's lists.
    pub(super) user: usize,
    pub(super) application: usize,
    pub(super) signed_in: Call,
    pub(super) access_token: String,
    /// The first one was answered with the sign-in.
    pub(super) refresh_tokens: Vec<(Call, String)>,
    /// A refresh that nobody answered: which token is good is not known.
    pub(super) lost_refresh: Option<Call>,
    /// The first call that ends it, and every one since that may have.
    pub(super) ends: Vec<Call>,
}

/// Without its tokens, which say nothing to a reader.
impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refreshes = self.refresh_tokens.iter().map(|(call, _)| call);
        f.debug_struct("Login")
            .field("user", &self.user)
            .field("application", &self.application)
            .field("signed_in", &self.signed_in)
            .field("refreshes", &refreshes.skip(1).collect::<Vec<_>>())
            .field("lost_refresh", &self.lost_refresh)
            .field("ends", &self.ends)
            .finish_non_exhaustive()
    }
}

/// How a login must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Must {
    /// Its sign-in was not answered in time, or a call that ends it was under way.
    Either,
    Live,
    Ended,
}

impl Login {
    pub(super) fn must(&self, at: Moment) -> Must {
        if self.ends.iter().any(|end| end.is_done(at)) {
            Must::Ended
        } else if !self.signed_in.is_done(at) || self.ends.iter().any(|end| end.may_be_done(at)) {
            Must::Either
        } else {
            Must::Live
        }
    }

    /// Whether nothing that was asked later could still end it.
    pub(super) fn is_open(&self) -> bool {
        self.ends.iter().all(|end| end.answered.is_none())
    }

    /// The token that must be good; none if that is not known.
    pub(super) fn newest_token(&self, at: Moment) -> Option<&str> {
        let under_way = |call: &Call| call.may_be_done(at) && !call.is_done(at);
        let mut calls = self.refresh_tokens.iter().map(|(call, _)| call);
        if calls.any(under_way) || self.lost_refresh.as_ref().is_some_and(under_way) {
            return None;
        }
        let mut done = self.refresh_tokens.iter().rev();
        let newest = done.find(|(call, _)| call.is_done(at));
        newest.map(|(_, token)| token.as_str())
    }

    /// The token that was used last, of which the answer to that use was there.
    pub(super) fn used_token(&self, at: Moment) -> Option<&str> {
        let done = |(call, _): &&(Call, String)| call.is_done(at);
        let count = self.refresh_tokens.iter().filter(done).count();
        let used = count.checked_sub(2)?;
        self.refresh_tokens
            .get(used)
            .map(|(_, token)| token.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn call(asked: u64, answered: Option<u64>) -> Call {
        Call { asked, answered }
    }

    fn login(ends: Vec<Call>) -> Login {
        let token = |number: u64| {
            let call = call(number * 10, Some(number * 10 + 5));
            (call, number.to_string())
        };
        Login {
            user: 0,
            application: 0,
            signed_in: call(0, Some(5)),
            access_token: String::new(),
            refresh_tokens: vec![token(0), token(1), token(2)],
            lost_refresh: None,
            ends,
        }
    }

    fn at(from: u64, to: u64) -> Moment {
        Moment { from, to }
    }

    #[test]
    fn what_was_answered_before_must_hold_and_what_was_under_way_may() {
        let ended = login(vec![call(50, Some(60))]);
        assert_eq!(ended.must(at(3, 4)), Must::Either, "not signed in yet");
        assert_eq!(ended.must(at(40, 50)), Must::Live);
        assert_eq!(ended.must(at(40, 51)), Must::Either);
        assert_eq!(ended.must(at(60, 99)), Must::Either);
        assert_eq!(ended.must(at(61, 99)), Must::Ended);
        let lost = login(vec![call(50, None), call(70, Some(80))]);
        assert_eq!(lost.must(at(75, 75)), Must::Either);
        assert_eq!(lost.must(at(81, 81)), Must::Ended);
    }

    #[test]
    fn the_newest_token_is_known_unless_a_refresh_was_under_way() {
        let mut login = login(Vec::new());
        assert_eq!(login.newest_token(at(16, 20)), Some("1"));
        assert_eq!(login.used_token(at(16, 20)), Some("0"));
        assert_eq!(login.newest_token(at(16, 21)), None);
        assert_eq!(login.newest_token(at(26, 30)), Some("2"));
        assert_eq!(login.used_token(at(6, 7)), None);
        login.lost_refresh = Some(call(28, None));
        assert_eq!(login.newest_token(at(26, 30)), None);
    }
}
