//! The management token: fetched once for all callers, kept until shortly
//! before it expires.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rollcall_wire::v3::SecretText;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::Error;

/// A token is renewed this long before it expires, or a tenth of its life
/// before if that is shorter: a request that leaves with it must arrive.
const RENEW_BEFORE: Duration = Duration::from_mins(1);

/// No token is kept longer, whatever the server says of its life.
const LONGEST_KEPT: Duration = Duration::from_hours(24);

/// A management token and when to renew it.
pub(crate) struct Token {
    pub(crate) text: SecretText,
    renew_at: Instant,
}

impl Token {
    /// `asked_at` is when the request for it was sent, since the server counts
    /// its life from some later instant. The own monotonic clock decides, so
    /// that clocks which differ do no harm.
    pub(crate) fn new(text: SecretText, asked_at: Instant, life: Duration) -> Self {
        let life = life.min(LONGEST_KEPT);
        let renew_at = asked_at + life.saturating_sub(RENEW_BEFORE.min(life / 10));
        Self { text, renew_at }
    }
}

type Outcome = Result<Arc<Token>, Error>;

/// What a caller has to do for a token.
enum Part {
    Use(Arc<Token>),
    Wait(watch::Receiver<Option<Outcome>>),
    Fetch(watch::Sender<Option<Outcome>>),
}

/// The current token, and the request for the next one while there is one.
#[derive(Default)]
pub(crate) struct TokenCache(Mutex<State>);

#[derive(Default)]
struct State {
    token: Option<Arc<Token>>,
    fetching: Option<watch::Receiver<Option<Outcome>>>,
}

/// A token for a call.
pub(crate) struct Given {
    pub(crate) token: Arc<Token>,
    /// Whether it was there before the call, so that a refusal may only mean
    /// that it is out of date.
    pub(crate) was_cached: bool,
}

impl TokenCache {
    /// The current token, or the one that `fetch` brings. However many callers
    /// come, one of them fetches and the others wait for its outcome, failure
    /// included; a failure is not kept for callers that come later. If the
    /// fetching caller gives up, a waiting one takes over.
    pub(crate) async fn get<F>(&self, fetch: impl Fn() -> F) -> Result<Given, Error>
    where
        F: Future<Output = Result<Token, Error>>,
    {
        loop {
            match self.part() {
                Part::Use(token) => {
                    return Ok(Given {
                        token,
                        was_cached: true,
                    });
                }
                Part::Wait(mut outcome) => {
                    // An error means that the fetching caller is gone.
                    let Ok(outcome) = outcome.wait_for(Option::is_some).await else {
                        continue;
                    };
                    if let Some(outcome) = outcome.clone() {
                        return outcome.map(|token| Given {
                            token,
                            was_cached: false,
                        });
                    }
                }
                Part::Fetch(waiting) => {
                    let outcome = fetch().await.map(Arc::new);
                    let mut state = self.lock();
                    state.fetching = None;
                    if let Ok(token) = &outcome {
                        state.token = Some(Arc::clone(token));
                    }
                    drop(state);
                    waiting.send_replace(Some(outcome.clone()));
                    return outcome.map(|token| Given {
                        token,
                        was_cached: false,
                    });
                }
            }
        }
    }

    /// Forgets this token, unless another has already taken its place.
    pub(crate) fn forget(&self, token: &Arc<Token>) {
        let mut state = self.lock();
        if state
            .token
            .as_ref()
            .is_some_and(|current| Arc::ptr_eq(current, token))
        {
            state.token = None;
        }
    }

    fn part(&self) -> Part {
        let mut state = self.lock();
        if let Some(token) = state.token.as_ref().filter(|token| now() < token.renew_at) {
            return Part::Use(Arc::clone(token));
        }
        // `has_changed` fails once the sender is gone: its caller gave up.
        if let Some(fetching) = state.fetching.as_ref().filter(|f| f.has_changed().is_ok()) {
            return Part::Wait(fetching.clone());
        }
        let (sender, receiver) = watch::channel(None);
        state.fetching = Some(receiver);
        Part::Fetch(sender)
    }

    /// The state is whole after every statement, so a panic elsewhere while it
    /// was locked does not spoil it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tokio's clock, which tests can move.
#[expect(
    clippy::disallowed_methods,
    reason = "an SDK has no injected clock; this only decides when to renew a token"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For how many seconds a token of this life in seconds is used.
    fn kept(life: u64) -> u64 {
        let asked_at = now();
        let token = Token::new("t".into(), asked_at, Duration::from_secs(life));
        (token.renew_at - asked_at).as_secs()
    }

    #[test]
    fn a_token_is_renewed_before_it_expires() {
        assert_eq!(kept(7200), 7140);
        assert_eq!(kept(600), 540);
        assert_eq!(kept(100), 90);
        assert_eq!(kept(0), 0);
        assert_eq!(kept(1 << 53), 24 * 60 * 60 - 60);
    }

    #[tokio::test]
    async fn a_waiting_caller_takes_over_from_one_that_gave_up() {
        let cache = Arc::new(TokenCache::default());
        let never = || std::future::pending::<Result<Token, Error>>();
        let first = tokio::spawn({
            let cache = Arc::clone(&cache);
            async move { cache.get(never).await.map(|_| ()) }
        });
        tokio::task::yield_now().await;
        let second = tokio::spawn({
            let cache = Arc::clone(&cache);
            let fetch = || async { Ok(Token::new("second".into(), now(), RENEW_BEFORE)) };
            async move { cache.get(fetch).await }
        });
        tokio::task::yield_now().await;
        assert!(!second.is_finished());
        first.abort();
        let given = second.await.unwrap().unwrap();
        assert_eq!(given.token.text.as_str(), "second");
    }
}
