//! What may happen in a random history.

use super::model::Millis;
use super::{APPLICATIONS, BROWSERS, USERS};
use proptest::prelude::*;

/// One step. Logins and tokens are named by any number, taken modulo how many
/// there are.
#[derive(Clone, Debug)]
pub(super) enum Step {
    SignIn {
        user: usize,
        application: usize,
    },
    Activity {
        login: usize,
    },
    /// `back` 0 presents the newest token, 1 the one before it, and so on.
    Refresh {
        login: usize,
        back: usize,
        window: Millis,
    },
    RevokeRefreshToken {
        login: usize,
        back: usize,
    },
    RevokeAccessToken {
        login: usize,
        grant: usize,
        back: i64,
    },
    /// With a page, in a browser that has a session or not.
    BrowserSignIn {
        user: usize,
        application: usize,
        browser: usize,
        consents: bool,
    },
    /// In silence; or after the page of consent, which follows an authentication.
    SignOn {
        browser: usize,
        application: usize,
        max_age: Option<Millis>,
        consents: bool,
        authenticated: bool,
    },
    /// `back` 0 presents the newest code, 1 the one before it, and so on.
    Redeem {
        back: usize,
        wrongly: Option<usize>,
    },
    SignOut {
        browser: usize,
    },
    SignOutByLogin {
        login: usize,
    },
    SetLimit {
        application: usize,
        max: u32,
        refuses: bool,
    },
    SetSingleSignOn {
        application: usize,
        enabled: bool,
    },
    Kick {
        user: usize,
        applications: Vec<usize>,
    },
    EndAll(Of),
    SetUser {
        user: usize,
        active: bool,
    },
    DeleteUser {
        user: usize,
    },
    SetApplication {
        application: usize,
        enabled: bool,
    },
    DeleteApplication {
        application: usize,
    },
    PasswordByAdministrator {
        user: usize,
    },
    PasswordByPerson {
        login: usize,
    },
    SetPolicy {
        application: usize,
        idle: Option<Millis>,
        lifetime: Option<Millis>,
    },
    Advance {
        by: Millis,
    },
    /// To just before, at, or just after the next limit of a login.
    AdvanceToLimit {
        login: usize,
        offset: Millis,
    },
    /// The same for the limit of a browser's session.
    AdvanceToSessionLimit {
        browser: usize,
        offset: Millis,
    },
    /// The same for the expiry of a code.
    AdvanceToCode {
        back: usize,
        offset: Millis,
    },
    RecordExpired {
        batch: u32,
    },
    RecordMassEnds {
        batch: u32,
    },
    /// With the answers of whoever is live remembered before anybody asks, or not.
    Restart {
        warm: bool,
    },
    /// Remembers them anew, over those that were asked for.
    Warm {
        batch: u32,
    },
}

/// Of whom all sessions end.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of {
    User(usize),
    Application(usize),
    Pool,
}

pub(super) fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![3 => any_api_step(), 2 => any_browser_step()]
}

fn any_browser_step() -> impl Strategy<Value = Step> {
    // Mostly the same person, who signs in again more often than others come along.
    let user = || prop_oneof![3 => Just(0), 1 => 0..USERS];
    let application = || 0..APPLICATIONS;
    let browser = || 0..BROWSERS;
    let offset = || -1_i64..=1;
    let consents = || prop::bool::weighted(0.6);
    let max_age = prop::option::weighted(0.3, prop::sample::select(vec![0, 10_000, 40_000]));
    let wrongly = prop::option::weighted(0.2, 0_usize..4);
    prop_oneof![
        8 => (user(), application(), browser(), consents()).prop_map(
            |(user, application, browser, consents)| Step::BrowserSignIn {
                user,
                application,
                browser,
                consents,
            }
        ),
        8 => (browser(), application(), max_age, consents(), any::<bool>()).prop_map(
            |(browser, application, max_age, consents, authenticated)| Step::SignOn {
                browser,
                application,
                max_age,
                consents,
                authenticated,
            }
        ),
        8 => (0_usize..4, wrongly).prop_map(|(back, wrongly)| Step::Redeem { back, wrongly }),
        1 => browser().prop_map(|browser| Step::SignOut { browser }),
        1 => any_login().prop_map(|login| Step::SignOutByLogin { login }),
        2 => (application(), 0_u32..4, any::<bool>()).prop_map(|(application, max, refuses)| {
            Step::SetLimit { application, max, refuses }
        }),
        1 => (application(), any::<bool>())
            .prop_map(|(application, enabled)| Step::SetSingleSignOn { application, enabled }),
        2 => (browser(), offset())
            .prop_map(|(browser, offset)| Step::AdvanceToSessionLimit { browser, offset }),
        2 => (0_usize..4, offset()).prop_map(|(back, offset)| Step::AdvanceToCode { back, offset }),
    ]
}

fn any_api_step() -> impl Strategy<Value = Step> {
    let user = || 0..USERS;
    let application = || 0..APPLICATIONS;
    let login = any_login;
    let window = prop_oneof![Just(0), Just(10_000)];
    let spans = |choices: &[Millis]| prop::option::of(prop::sample::select(choices.to_vec()));
    prop_oneof![
        8 => (user(), application())
            .prop_map(|(user, application)| Step::SignIn { user, application }),
        4 => login().prop_map(|login| Step::Activity { login }),
        5 => (login(), 0_usize..4, window)
            .prop_map(|(login, back, window)| Step::Refresh { login, back, window }),
        1 => (login(), 0_usize..3)
            .prop_map(|(login, back)| Step::RevokeRefreshToken { login, back }),
        1 => (login(), 0_usize..3, 0_i64..3)
            .prop_map(|(login, grant, back)| Step::RevokeAccessToken { login, grant, back }),
        2 => (user(), prop::collection::vec(application(), 1..3))
            .prop_map(|(user, applications)| Step::Kick { user, applications }),
        2 => prop_oneof![
            2 => user().prop_map(Of::User),
            2 => application().prop_map(Of::Application),
            1 => Just(Of::Pool),
        ]
        .prop_map(Step::EndAll),
        2 => (user(), any::<bool>()).prop_map(|(user, active)| Step::SetUser { user, active }),
        1 => user().prop_map(|user| Step::DeleteUser { user }),
        3 => (application(), any::<bool>())
            .prop_map(|(application, enabled)| Step::SetApplication { application, enabled }),
        2 => application().prop_map(|application| Step::DeleteApplication { application }),
        1 => user().prop_map(|user| Step::PasswordByAdministrator { user }),
        1 => login().prop_map(|login| Step::PasswordByPerson { login }),
        4 => (application(), spans(&[20_000, 50_000, 100_000]), spans(&[60_000, 120_000, 300_000]))
            .prop_map(|(application, idle, lifetime)| {
                Step::SetPolicy { application, idle, lifetime }
            }),
        4 => (0_i64..40_000).prop_map(|by| Step::Advance { by }),
        4 => (login(), -1_i64..=1)
            .prop_map(|(login, offset)| Step::AdvanceToLimit { login, offset }),
        2 => (1_u32..4).prop_map(|batch| Step::RecordExpired { batch }),
        3 => (1_u32..4).prop_map(|batch| Step::RecordMassEnds { batch }),
        2 => any::<bool>().prop_map(|warm| Step::Restart { warm }),
        2 => (1_u32..4).prop_map(|batch| Step::Warm { batch }),
    ]
}

fn any_login() -> impl Strategy<Value = usize> {
    any::<prop::sample::Index>().prop_map(|index| index.index(1 << 16))
}
