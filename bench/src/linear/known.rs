//! What the clients know of a user: cookies and tokens, good ones and spent ones.

use super::model::{App, Name};
use fastrand::Rng;
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many browsers and tokens of a user are kept. Old ones go: enough stay to try what has
/// ended, and what is new is not lost among them.
const KEPT: usize = 8;

/// The cookies of a browser, by name.
pub(super) type Cookies = Arc<BTreeMap<String, String>>;

/// A browser with a session's cookie.
#[derive(Clone, Debug)]
pub(super) struct Browser {
    pub(super) shown: Name,
    pub(super) cookies: Cookies,
    /// An ID token of this session.
    pub(super) hint: Option<String>,
}

/// A refresh token.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) grant: Name,
    pub(super) number: u32,
    pub(super) app: App,
    pub(super) text: String,
}

/// What is known of one user.
#[derive(Debug, Default)]
pub(super) struct Known {
    browsers: Vec<Browser>,
    tokens: Vec<Token>,
}

impl Known {
    /// Some browser, for calls that leave its cookie as it is. Several clients may do so at
    /// the same time, as tabs of a browser do.
    pub(super) fn browser(&self, rng: &mut Rng) -> Option<Browser> {
        newer(&self.browsers, rng).map(|place| self.browsers[place].clone())
    }

    /// Some browser that nobody else has from now on: its cookie is about to be replaced.
    pub(super) fn take_browser(&mut self, rng: &mut Rng) -> Option<Browser> {
        newer(&self.browsers, rng).map(|place| self.browsers.remove(place))
    }

    pub(super) fn add_browser(&mut self, browser: Browser) {
        push(&mut self.browsers, browser);
    }

    /// The hint of who still has that cookie.
    pub(super) fn set_hint(&mut self, shown: Name, hint: String) {
        if let Some(browser) = self.browsers.iter_mut().find(|b| b.shown == shown) {
            browser.hint = Some(hint);
        }
    }

    /// Some refresh token: the newest mostly, and now and then a spent one.
    pub(super) fn token(&self, rng: &mut Rng) -> Option<Token> {
        newer(&self.tokens, rng).map(|place| self.tokens[place].clone())
    }

    /// Adds a refresh token. The one that it was got with stays known one time in four:
    /// using a token again is an attack that ends the login, and not to be all that happens.
    pub(super) fn add_token(&mut self, token: Token, rng: &mut Rng) {
        if rng.u8(..4) > 0 {
            let (grant, number) = (token.grant, token.number);
            self.tokens
                .retain(|t| t.grant != grant || t.number + 1 != number);
        }
        push(&mut self.tokens, token);
    }
}

/// A place in a list, more likely near its end.
fn newer<T>(list: &[T], rng: &mut Rng) -> Option<usize> {
    if list.is_empty() {
        return None;
    }
    Some(rng.usize(..list.len()).max(rng.usize(..list.len())))
}

fn push<T>(list: &mut Vec<T>, one: T) {
    if list.len() == KEPT {
        list.remove(0);
    }
    list.push(one);
}
