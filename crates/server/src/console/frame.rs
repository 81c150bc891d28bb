//! What surrounds each page of the console, and how it becomes an answer.

use super::HOME;
use super::show::fill;
use super::texts::Texts;
use crate::pages::choose;
use crate::routes::Incoming;
use crate::state::AppState;
use crate::v3::failure::retry_after;
use askama::Template;
use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    LOCATION, REFERRER_POLICY, RETRY_AFTER, X_FRAME_OPTIONS,
};
use http::{HeaderValue, StatusCode};
use rollcall_core::Refusal;
use rollcall_core::model::console::Role;
use rollcall_core::refusal::Rule;
use rollcall_wire::v3::Language;

/// Nothing inline, nothing from elsewhere, nobody's frame. Forms lead to us alone:
/// the console's own sign-in comes back here too.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
     base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'",
);

/// What all pages are told.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) language: Language,
    pub(super) t: &'static Texts,
    /// Id and name of the pool; none: outside of any.
    pub(super) pool: Option<(String, String)>,
    /// Who is signed in; empty: nobody.
    pub(super) me: String,
    pub(super) role: Role,
    pub(super) csrf: String,
    pub(super) request_id: String,
}

/// What `layout.html` is filled with.
pub(super) struct Shell<'a> {
    pub(super) f: &'a Frame,
    /// `data-page`, by which tests know the page, and the place in the navigation.
    pub(super) hook: &'static str,
    pub(super) title: &'a str,
}

impl Frame {
    /// The surroundings of a page outside of any pool.
    pub(super) fn outside(_: &AppState, incoming: &Incoming) -> Self {
        let accepted = incoming.parts.headers.get(ACCEPT_LANGUAGE);
        let language = choose(None, accepted.and_then(|value| value.to_str().ok()));
        Self {
            language,
            t: Texts::of(language),
            pool: None,
            me: String::new(),
            role: Role::Viewer,
            csrf: String::new(),
            request_id: incoming.context.request_id.to_string(),
        }
    }

    pub(super) fn shell<'a>(&'a self, hook: &'static str, title: &'a str) -> Shell<'a> {
        Shell {
            f: self,
            hook,
            title,
        }
    }

    /// A page, or a part of one.
    pub(super) fn answer(&self, status: StatusCode, page: &impl Template) -> Response {
        let html = page.render().inspect_err(|error| {
            tracing::error!(%error, "a page of the console could not be made");
        });
        let Ok(html) = html else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let mut response = (status, html).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, POLICY);
        for (name, value) in [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            // Nothing of it is there any more once the person is signed out.
            (CACHE_CONTROL, "no-store"),
            (X_FRAME_OPTIONS, "DENY"),
            (REFERRER_POLICY, "same-origin"),
            (CONTENT_LANGUAGE, self.language.as_str()),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }

    /// The same with 200.
    pub(super) fn page(&self, page: &impl Template) -> Response {
        self.answer(StatusCode::OK, page)
    }
}

impl Shell<'_> {
    pub(super) fn language(&self) -> &'static str {
        self.f.language.as_str()
    }

    /// A path in the pool.
    pub(super) fn here(&self, rest: &str) -> String {
        match &self.f.pool {
            Some((id, _)) => format!("{HOME}/{id}/{rest}"),
            None => HOME.to_owned(),
        }
    }

    pub(super) fn role_name(&self) -> &'static str {
        self.f.t.role(self.f.role)
    }

    pub(super) fn is_operator(&self) -> bool {
        self.f.role >= Role::Operator
    }

    pub(super) fn is_owner(&self) -> bool {
        self.f.role >= Role::Owner
    }

    /// The places of the navigation: path, name, and the pages that belong there.
    pub(super) fn places(&self) -> Vec<Place> {
        let c = &self.f.t.common;
        let place =
            |rest: &'static str, name: &'static str, hooks: &'static [&'static str]| Place {
                path: self.here(rest),
                name,
                is_here: hooks.contains(&self.hook),
            };
        let mut places = vec![
            place("overview", c.overview, &["overview"]),
            place("online", c.online, &["online", "kick", "kicked"]),
            place("check", c.check, &["check"]),
            place("users", c.users, &["users", "user", "new-user"]),
            place(
                "applications",
                c.applications,
                &["applications", "application", "new-application"],
            ),
            place("audit", c.audit, &["audit"]),
            place("deliveries", c.deliveries, &["deliveries"]),
        ];
        if self.is_owner() {
            places.push(place("keys", c.keys, &["keys"]));
            places.push(place("settings", c.settings, &["settings"]));
        }
        places
    }
}

/// A place of the navigation.
pub(super) struct Place {
    pub(super) path: String,
    pub(super) name: &'static str,
    pub(super) is_here: bool,
}

/// Why a page is not shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Trouble {
    /// The console is not served here.
    Off,
    /// Nobody is signed in.
    SignedOut,
    /// There is no such page, pool or record, for this person.
    NotFound,
    /// One must be this.
    NotAllowed(Role),
    /// The form is not ours, is of another sign-in, or too old.
    FormExpired,
    /// The request cannot be read.
    BadRequest,
    /// Too many watch already.
    Busy,
    /// An operation refused.
    Refused(Refusal),
}

impl<E: Into<Refusal>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

#[derive(Template)]
#[template(path = "console/trouble.html")]
struct TroublePage<'a> {
    shell: Shell<'a>,
    code: &'static str,
    text: String,
}

impl Trouble {
    fn status(&self) -> StatusCode {
        match self {
            Self::Off | Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::NotAllowed(_) | Self::FormExpired => StatusCode::FORBIDDEN,
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Refused(refusal) => status_of(refusal),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Off => "console_off",
            Self::SignedOut => "signed_out",
            Self::NotFound => "not_found",
            Self::NotAllowed(_) => "not_allowed",
            Self::FormExpired => "form_expired",
            Self::BadRequest => "bad_request",
            Self::Busy => "busy",
            Self::Refused(_) => "refused",
        }
    }

    fn text(&self, t: &Texts) -> String {
        let p = &t.problems;
        match self {
            Self::Off => p.off.to_owned(),
            Self::SignedOut => p.signed_out.to_owned(),
            Self::NotFound => p.not_found.to_owned(),
            Self::NotAllowed(role) => fill(p.not_allowed, &[t.role(*role)]),
            Self::FormExpired => p.form_expired.to_owned(),
            Self::BadRequest => p.bad_request.to_owned(),
            Self::Busy => p.busy.to_owned(),
            Self::Refused(refusal) => refusal_text(t, refusal),
        }
    }

    /// The page that says so.
    pub(super) fn page(&self, frame: &Frame) -> Response {
        let page = TroublePage {
            shell: frame.shell("trouble", frame.t.problems.title),
            code: self.code(),
            text: self.text(frame.t),
        };
        let mut response = frame.answer(self.status(), &page);
        if let Some(seconds) = self.retry_after() {
            let headers = response.headers_mut();
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    fn retry_after(&self) -> Option<i64> {
        match self {
            Self::Busy => Some(1),
            Self::Refused(refusal) => retry_after(refusal),
            _ => None,
        }
    }
}

fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::NotFound(_) => StatusCode::NOT_FOUND,
        Refusal::PermissionMissing(_)
        | Refusal::ServerRootNeeded
        | Refusal::RootKeyNeeded
        | Refusal::OutsideOfCaller(_) => StatusCode::FORBIDDEN,
        Refusal::NotAuthenticated | Refusal::NotSignedIn => StatusCode::UNAUTHORIZED,
        Refusal::AmbiguousUser(_) | Refusal::Taken(_) => StatusCode::CONFLICT,
        Refusal::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Refusal::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// What an operation refuses, said to an administrator. Whoever adds a refusal is asked
/// for its words here.
pub(super) fn refusal_text(t: &Texts, refusal: &Refusal) -> String {
    let (p, r) = (&t.problems, &t.rules);
    match refusal {
        Refusal::Invalid(fields) => fill(p.invalid, &[&named(t, fields)]),
        Refusal::Taken(fields) => fill(p.taken, &[&named(t, fields)]),
        Refusal::AmbiguousUser(kinds) => {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
            fill(p.ambiguous, &[&kinds.join(", ")])
        }
        Refusal::PermissionMissing(permission) => fill(p.permission, &[permission.as_str()]),
        Refusal::OutsideOfCaller(field) => fill(r.elsewhere, &[field]),
        Refusal::Throttled(span) => fill(r.throttled, &[&super::show::span(*span)]),
        Refusal::NotSupported(name) => fill(r.not_built, &[name]),
        Refusal::ThirdPartyUnreachable(why) => fill(r.third_party, &[why]),
        Refusal::ThirdPartyError(status) => fill(r.third_party, &[&status.to_string()]),
        Refusal::Rule(rule) => rule_text(t, *rule),
        Refusal::NoName => p.no_name.to_owned(),
        Refusal::NotFound(_) => p.not_found.to_owned(),
        Refusal::ServerRootNeeded | Refusal::RootKeyNeeded => p.server_owner.to_owned(),
        Refusal::Unavailable => p.busy.to_owned(),
        Refusal::NotAuthenticated | Refusal::NotSignedIn => p.signed_out.to_owned(),
        Refusal::Fault => p.fault.to_owned(),
        Refusal::LimitTooLarge => r.page_limit.to_owned(),
        Refusal::WrongCredentials => r.credentials.to_owned(),
        Refusal::WrongPassword => r.old_password.to_owned(),
        Refusal::SignInNotAllowed => r.sign_in_off.to_owned(),
        Refusal::RegistrationDisabled => r.registration_off.to_owned(),
        Refusal::SessionLimit => r.session_limit.to_owned(),
        Refusal::RecentSignInNeeded => r.recent_sign_in.to_owned(),
        Refusal::UserLocked => r.user_locked.to_owned(),
        Refusal::PasswordMustBeReset => r.must_reset.to_owned(),
    }
}

fn named(t: &Texts, fields: &[&str]) -> String {
    let names: Vec<&str> = fields.iter().map(|field| t.field(field)).collect();
    names.join(", ")
}

fn rule_text(t: &Texts, rule: Rule) -> String {
    let r = &t.rules;
    match rule {
        Rule::TooMany(of) => return fill(r.too_many, &[of]),
        Rule::UsernameForm => r.username_form,
        Rule::PasswordTooWeak => r.password_short,
        Rule::AdministratorPasswordTooShort => r.administrator_password,
        Rule::ClientCredentialsNeedSecret => r.client_credentials,
        Rule::PublicNeedsPkce => r.public_pkce,
        Rule::EndpointNeedsSecret => r.endpoint_secret,
        Rule::PolicyMayOnlyShorten => r.only_shorten,
        Rule::RootKeyStays => r.root_key,
    }
    .to_owned()
}

/// Elsewhere, with a GET (RFC 9110 section 15.4.4).
pub(super) fn see_other(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// An answer without a body.
pub(super) fn empty() -> Response {
    Response::new(Body::empty())
}
