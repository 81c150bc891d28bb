//! American English.

use super::{ErrorText, ErrorTexts, Phrase, ScopeText, ScopeTexts, Texts};

pub(super) static TEXTS: Texts = Texts {
    problem_title: Phrase::new("Error: ", ""),
    to_continue: Phrase::new("to continue to ", ""),

    sign_in: "Sign in",
    identifier: "Username, email, or phone",
    password: "Password",
    sign_in_button: "Sign in",
    reauthenticate: "Confirm it’s you",
    reauthenticate_hint: "Enter your password again to continue.",
    reauthenticate_button: "Confirm",

    missing_identifier: "Enter your username, email, or phone.",
    missing_password: "Enter your password.",
    wrong_credentials: "That account or password isn’t right. Check both and try again.",
    wait_seconds: Phrase::new("Too many attempts. Try again in ", " seconds."),
    wait_minutes: Phrase::new("Too many attempts. Try again in ", " minutes."),
    account_locked: "This account is locked or disabled. Contact your administrator.",
    password_must_be_reset: "Your password must be reset before you can sign in. Contact your administrator.",
    sign_in_form_expired: "This page had expired. Enter your password again.",
    sign_in_unavailable: "Sign-in isn’t available right now. Try again in a moment.",

    choose_account: "Choose an account",
    continue_as: Phrase::new("Continue as ", ""),
    other_account: "Use another account",

    consent: "Allow access",
    consent_question: Phrase::new("Allow ", " to access your account?"),
    signed_in_as: "Signed in as",
    consent_list: "It will be able to:",
    consent_duration: "Access lasts until you sign out or your session ends.",
    allow: "Allow",
    deny: "Don’t allow",
    scopes: ScopeTexts {
        openid: ScopeText::new("Recognize you", "By an identifier of your account"),
        offline_access: ScopeText::new(
            "Keep its access while you’re away",
            "Only for as long as you stay signed in",
        ),
        profile: ScopeText::new(
            "See your profile",
            "Such as your name, picture, gender, birthday, language, and time zone",
        ),
        email: ScopeText::new("See your email address", "And whether it’s verified"),
        phone: ScopeText::new("See your phone number", "And whether it’s verified"),
        address: ScopeText::new("See your postal address", "As it’s stored in your account"),
        username: ScopeText::new("See your username", "The name you can sign in with"),
        external_id: ScopeText::new(
            "See your external ID",
            "The ID that your organization knows you by",
        ),
    },

    errors: ErrorTexts {
        bad_request: ErrorText::new(
            "This request can’t be completed",
            "The application sent a request that we can’t process. Go back to it and try again. If this keeps happening, contact whoever runs the application.",
        ),
        unknown_application: ErrorText::new(
            "Unknown application",
            "The application that sent you here isn’t registered or is switched off. Contact whoever runs it.",
        ),
        unknown_redirect_uri: ErrorText::new(
            "We can’t send you back",
            "The return address isn’t registered for this application, so we stopped here to keep you safe. Contact whoever runs the application.",
        ),
        form_expired: ErrorText::new(
            "This page has expired",
            "Go back to the application and start again.",
        ),
        session_limit: ErrorText::new(
            "Too many devices",
            "You’re already signed in on the maximum number of devices. Sign out on one of them, then try again.",
        ),
        not_allowed: ErrorText::new(
            "This isn’t allowed",
            "If you think it should be, contact your administrator.",
        ),
        unavailable: ErrorText::new(
            "Temporarily unavailable",
            "We can’t answer right now. Try again in a moment.",
        ),
        fault: ErrorText::new(
            "Something went wrong",
            "The error is on our side. Try again in a moment. If this keeps happening, pass the request ID on to your administrator.",
        ),
    },
    error_code: "Error code",
    request_id: "Request ID",

    sign_out_question: "Sign out?",
    sign_out_asked_by: Phrase::new("", " asks to sign you out."),
    sign_out_effect: "You’ll be signed out in this browser, and of every application you opened with this sign-in.",
    sign_out_yes: "Sign out",
    sign_out_no: "Stay signed in",
    signed_out: "You’re signed out",
    not_signed_out: "You weren’t signed out",
    signed_out_hint: "You can close this window.",

    returning: "Just a moment…",
    returning_to: Phrase::new("Returning to ", ""),
    returning_hint: "If nothing happens, choose Continue.",
    go_on: "Continue",

    the_application: "this application",
};
