//! What pages say, in the four languages. A text that a language lacks does not
//! compile.

mod en_us;
mod ja_jp;
mod zh_cn;
mod zh_tw;

use rollcall_wire::v3::Language;

/// A text around a place for a name or a number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phrase {
    /// What stands before it.
    pub(super) before: &'static str,
    /// What stands after it.
    pub(super) after: &'static str,
}

impl Phrase {
    const fn new(before: &'static str, after: &'static str) -> Self {
        Self { before, after }
    }

    /// The text with its place filled.
    pub(super) fn with(&self, filling: &str) -> String {
        [self.before, filling, self.after].concat()
    }
}

/// What a scope tells: in a few words, and what that is.
#[derive(Clone, Copy, Debug)]
pub(super) struct ScopeText {
    pub(super) title: &'static str,
    pub(super) detail: &'static str,
}

impl ScopeText {
    const fn new(title: &'static str, detail: &'static str) -> Self {
        Self { title, detail }
    }
}

/// Of each scope that can be granted.
#[derive(Debug)]
pub(super) struct ScopeTexts {
    pub(super) openid: ScopeText,
    pub(super) offline_access: ScopeText,
    pub(super) profile: ScopeText,
    pub(super) email: ScopeText,
    pub(super) phone: ScopeText,
    pub(super) address: ScopeText,
    pub(super) username: ScopeText,
    pub(super) external_id: ScopeText,
}

/// What went wrong, and what to do.
#[derive(Clone, Copy, Debug)]
pub(super) struct ErrorText {
    pub(super) title: &'static str,
    pub(super) advice: &'static str,
}

impl ErrorText {
    const fn new(title: &'static str, advice: &'static str) -> Self {
        Self { title, advice }
    }
}

/// Of each kind of error.
#[derive(Debug)]
pub(super) struct ErrorTexts {
    pub(super) bad_request: ErrorText,
    pub(super) unknown_application: ErrorText,
    pub(super) unknown_redirect_uri: ErrorText,
    pub(super) form_expired: ErrorText,
    pub(super) session_limit: ErrorText,
    pub(super) not_allowed: ErrorText,
    pub(super) unavailable: ErrorText,
    pub(super) fault: ErrorText,
}

/// All texts of one language.
#[derive(Debug)]
pub(super) struct Texts {
    /// The title of a page that tells of a problem, around its title.
    pub(super) problem_title: Phrase,
    /// Under a heading, around the application's name.
    pub(super) to_continue: Phrase,

    pub(super) sign_in: &'static str,
    pub(super) identifier: &'static str,
    pub(super) password: &'static str,
    pub(super) sign_in_button: &'static str,
    pub(super) reauthenticate: &'static str,
    pub(super) reauthenticate_hint: &'static str,
    pub(super) reauthenticate_button: &'static str,

    pub(super) missing_identifier: &'static str,
    pub(super) missing_password: &'static str,
    pub(super) wrong_credentials: &'static str,
    pub(super) wait_seconds: Phrase,
    pub(super) wait_minutes: Phrase,
    pub(super) account_locked: &'static str,
    pub(super) password_must_be_reset: &'static str,
    pub(super) sign_in_form_expired: &'static str,
    pub(super) sign_in_unavailable: &'static str,

    pub(super) choose_account: &'static str,
    pub(super) continue_as: Phrase,
    pub(super) other_account: &'static str,

    /// The title; the heading names the application.
    pub(super) consent: &'static str,
    pub(super) consent_question: Phrase,
    pub(super) signed_in_as: &'static str,
    pub(super) consent_list: &'static str,
    pub(super) consent_duration: &'static str,
    pub(super) allow: &'static str,
    pub(super) deny: &'static str,
    pub(super) scopes: ScopeTexts,

    pub(super) errors: ErrorTexts,
    pub(super) error_code: &'static str,
    pub(super) request_id: &'static str,

    pub(super) sign_out_question: &'static str,
    pub(super) sign_out_asked_by: Phrase,
    pub(super) sign_out_effect: &'static str,
    pub(super) sign_out_yes: &'static str,
    pub(super) sign_out_no: &'static str,
    pub(super) signed_out: &'static str,
    pub(super) not_signed_out: &'static str,
    pub(super) signed_out_hint: &'static str,

    pub(super) returning: &'static str,
    pub(super) returning_to: Phrase,
    pub(super) returning_hint: &'static str,
    pub(super) go_on: &'static str,

    /// Where an application has no name that is known.
    pub(super) the_application: &'static str,
}

impl Texts {
    /// The texts of a language.
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::EnUs => &en_us::TEXTS,
            Language::ZhCn => &zh_cn::TEXTS,
            Language::ZhTw => &zh_tw::TEXTS,
            Language::JaJp => &ja_jp::TEXTS,
        }
    }
}
