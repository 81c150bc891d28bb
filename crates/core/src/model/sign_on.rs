//! Signing on to an application with a browser's session: what stands in the way.

use crate::ids::UserId;
use crate::limits;
use crate::model::event::Position;
use crate::model::grant::has_scope;
use crate::model::session::Session;
use crate::model::standing::Standing;
use crate::time::{Span, Timestamp, expired};

/// What an authorization request demands of the session (OIDC Core, section
/// 3.1.2.1), and what the person has already done for it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SignOnDemands {
    /// `prompt=login`
    pub login: bool,
    /// `prompt=select_account`
    pub select_account: bool,
    /// `prompt=consent`
    pub consent: bool,
    /// `max_age`: the authentication may be no older.
    pub max_age: Option<Span>,
    /// The subject of `id_token_hint`: nobody else will do.
    pub subject: Option<UserId>,
    /// The scope that is asked for, which consent must cover.
    pub scope: String,
    /// What was done for this very request.
    pub done: Done,
}

/// What a person has done for this very request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Done {
    /// They authenticated at this instant: it must be the session's.
    pub authenticated_at: Option<Timestamp>,
    /// They chose the account.
    pub chose_account: bool,
    /// They consented.
    pub consented: bool,
}

/// A browser's session, as an application's sign-on looks at it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BrowserSession {
    /// The session.
    pub session: Session,
    /// How it stands; `Ended` also when the user is not `Activated`.
    pub standing: Standing,
    /// Whether it has a live login in the application.
    pub is_logged_in: bool,
    /// The user's last kick from the application.
    pub kicked: Option<Position>,
    /// The scope that the user consented to for the application.
    pub consented_scope: Option<String>,
    /// The instant of the look.
    pub now: Timestamp,
}

/// What the application's settings say about sign-ons.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SignOnSettings {
    /// Whether it takes part in single sign-on.
    pub single_sign_on: bool,
    /// Whether nobody is asked for consent.
    pub skip_consent: bool,
}

/// What a person must do first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Need {
    /// Sign in (`login_required`).
    SignIn,
    /// Choose the account (`account_selection_required`).
    ChooseAccount,
    /// Consent (`consent_required`).
    Consent,
}

/// What must happen before the session may sign on; nothing: it may.
pub fn need(
    demands: &SignOnDemands,
    settings: SignOnSettings,
    browser: &BrowserSession,
) -> Option<Need> {
    if needs_sign_in(demands, settings, browser) {
        return Some(Need::SignIn);
    }
    let authenticated = has_authenticated(demands, browser);
    if demands.select_account && !demands.done.chose_account && !authenticated {
        return Some(Need::ChooseAccount);
    }
    needs_consent(demands, settings, browser.consented_scope.as_deref()).then_some(Need::Consent)
}

/// Whether the person proved to be there for this request, in this session and
/// not so long ago that the page was left open by somebody else.
pub fn has_authenticated(demands: &SignOnDemands, browser: &BrowserSession) -> bool {
    let session = &browser.session;
    demands.done.authenticated_at == Some(session.authenticated_at)
        && !expired(
            session.authenticated_at + limits::RECENT_SIGN_IN,
            browser.now,
        )
}

fn needs_sign_in(
    demands: &SignOnDemands,
    settings: SignOnSettings,
    browser: &BrowserSession,
) -> bool {
    let session = &browser.session;
    let is_another = demands
        .subject
        .is_some_and(|subject| subject != session.user);
    // A kick is final: only an authentication after it counts.
    let is_kicked = browser
        .kicked
        .is_some_and(|mark| session.authenticated <= mark);
    if !browser.standing.is_live() || is_another || is_kicked {
        return true;
    }
    if has_authenticated(demands, browser) {
        return false;
    }
    let age = browser.now.since(session.authenticated_at);
    let too_old = demands
        .max_age
        .is_some_and(|max_age| max_age == Span::ZERO || age > max_age);
    demands.login || too_old || !(settings.single_sign_on || browser.is_logged_in)
}

/// Whether the person must consent, having consented to this scope before.
pub fn needs_consent(
    demands: &SignOnDemands,
    settings: SignOnSettings,
    consented: Option<&str>,
) -> bool {
    if demands.done.consented {
        return false;
    }
    let covered = || {
        let asked = demands.scope.split_ascii_whitespace();
        consented.is_some_and(|consented| asked.into_iter().all(|one| has_scope(consented, one)))
    };
    demands.consent || !(settings.skip_consent || covered())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SessionId;
    use crate::model::event::{Actor, End, Reason};

    const FIRST_PARTY: SignOnSettings = SignOnSettings {
        single_sign_on: true,
        skip_consent: true,
    };
    const THIRD_PARTY: SignOnSettings = SignOnSettings {
        single_sign_on: true,
        skip_consent: false,
    };

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn position(revision: i64) -> Position {
        Position { revision, index: 0 }
    }

    /// Authenticated at 100 s in revision 5, looked at 60 seconds later.
    fn browser() -> BrowserSession {
        BrowserSession {
            session: Session {
                id: SessionId::from_bytes([2; 16]),
                user: UserId::from_bytes([3; 12]),
                begun: position(1),
                begun_at: at(100),
                authenticated: position(5),
                authenticated_at: at(100),
                last_seen: at(100),
                end: None,
            },
            standing: Standing::Live {
                expires_at: at(9_999),
            },
            is_logged_in: false,
            kicked: None,
            consented_scope: None,
            now: at(160),
        }
    }

    fn demands() -> SignOnDemands {
        SignOnDemands {
            scope: "openid email".to_owned(),
            ..SignOnDemands::default()
        }
    }

    fn needed(change: impl Fn(&mut SignOnDemands, &mut BrowserSession)) -> Option<Need> {
        let (mut demands, mut browser) = (demands(), browser());
        change(&mut demands, &mut browser);
        need(&demands, FIRST_PARTY, &browser)
    }

    #[test]
    fn a_live_session_signs_on_and_an_ended_one_does_not() {
        assert_eq!(needed(|_, _| ()), None);
        let ended = needed(|_, browser| {
            browser.standing = Standing::Ended(End {
                at: at(150),
                reason: Reason::SignedOut,
                actor: Actor::System,
            });
        });
        assert_eq!(ended, Some(Need::SignIn));
    }

    #[test]
    fn an_authentication_may_be_as_old_as_max_age_and_no_older() {
        let aged =
            |seconds| needed(|demands, _| demands.max_age = Some(Span::from_seconds(seconds)));
        assert_eq!(aged(60), None);
        assert_eq!(aged(59), Some(Need::SignIn));
        assert_eq!(aged(0), Some(Need::SignIn));
    }

    #[test]
    fn prompt_login_is_satisfied_by_this_requests_own_authentication_alone() {
        let done_at = |instant: Option<Timestamp>| {
            needed(|demands, _| {
                demands.login = true;
                demands.max_age = Some(Span::ZERO);
                demands.done.authenticated_at = instant;
            })
        };
        assert_eq!(done_at(None), Some(Need::SignIn));
        assert_eq!(done_at(Some(at(99))), Some(Need::SignIn));
        assert_eq!(done_at(Some(at(100))), None);
        let left_open = needed(|demands, browser| {
            demands.login = true;
            demands.done.authenticated_at = Some(at(100));
            browser.now = at(100) + limits::RECENT_SIGN_IN;
        });
        assert_eq!(left_open, Some(Need::SignIn));
    }

    #[test]
    fn a_kick_is_final_until_a_later_authentication() {
        let kicked = |revision| needed(|_, browser| browser.kicked = Some(position(revision)));
        assert_eq!(kicked(4), None);
        assert_eq!(kicked(5), Some(Need::SignIn));
        assert_eq!(kicked(6), Some(Need::SignIn));
        let done = needed(|demands, browser| {
            browser.kicked = Some(position(6));
            demands.done.authenticated_at = Some(at(100));
        });
        assert_eq!(done, Some(Need::SignIn));
    }

    #[test]
    fn a_hint_of_another_person_needs_a_sign_in() {
        let hint =
            |byte| needed(|demands, _| demands.subject = Some(UserId::from_bytes([byte; 12])));
        assert_eq!(hint(3), None);
        assert_eq!(hint(4), Some(Need::SignIn));
    }

    #[test]
    fn outside_of_single_sign_on_a_session_only_continues_its_own_login() {
        let apart = SignOnSettings {
            single_sign_on: false,
            ..FIRST_PARTY
        };
        let mut browser = browser();
        assert_eq!(need(&demands(), apart, &browser), Some(Need::SignIn));
        browser.is_logged_in = true;
        assert_eq!(need(&demands(), apart, &browser), None);
    }

    #[test]
    fn an_account_is_chosen_once_asked_for() {
        let select = |chose_account| {
            needed(|demands, _| {
                demands.select_account = true;
                demands.done.chose_account = chose_account;
            })
        };
        assert_eq!(select(false), Some(Need::ChooseAccount));
        assert_eq!(select(true), None);
    }

    #[test]
    fn consent_covers_what_was_asked_for_and_is_asked_anew_by_prompt() {
        let asked = |consented: Option<&str>, consent, done| {
            let mut browser = browser();
            browser.consented_scope = consented.map(ToOwned::to_owned);
            let mut demands = demands();
            demands.consent = consent;
            demands.done.consented = done;
            need(&demands, THIRD_PARTY, &browser)
        };
        assert_eq!(asked(None, false, false), Some(Need::Consent));
        assert_eq!(asked(Some("openid"), false, false), Some(Need::Consent));
        assert_eq!(asked(Some("email profile openid"), false, false), None);
        assert_eq!(
            asked(Some("openid email"), true, false),
            Some(Need::Consent)
        );
        assert_eq!(asked(None, true, true), None);
    }
}
