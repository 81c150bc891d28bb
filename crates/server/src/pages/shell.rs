//! What surrounds each page, and how it becomes an answer.

use super::nonce::Nonce;
use super::policy::policy;
use super::texts::Texts;
use super::{Face, Frame};
use askama::Template;
use axum::response::{IntoResponse as _, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
    X_FRAME_OPTIONS,
};
use http::{HeaderValue, StatusCode};

/// What `layout.html` is filled with.
pub(super) struct Shell<'a> {
    frame: &'a Frame<'a>,
    nonce: &'a Nonce,
    /// `data-page`, by which tests know the page.
    pub(super) hook: &'static str,
    pub(super) title: String,
    has_script: bool,
}

impl<'a> Shell<'a> {
    /// The surroundings of a page without script. The application's name goes
    /// last in the title: what the page is tells tabs apart.
    pub(super) fn new(
        frame: &'a Frame<'a>,
        nonce: &'a Nonce,
        hook: &'static str,
        title: &str,
    ) -> Self {
        let title = match &frame.application {
            Some(application) => format!("{title} · {}", application.name),
            None => title.to_owned(),
        };
        Self {
            frame,
            nonce,
            hook,
            title,
            has_script: false,
        }
    }

    /// With the page's one script.
    pub(super) fn with_script(self) -> Self {
        Self {
            has_script: true,
            ..self
        }
    }

    /// With the title of a page that tells of a problem: the title is what
    /// screen readers say first.
    pub(super) fn with_problem(self) -> Self {
        let title = self.texts().problem_title.with(&self.title);
        Self { title, ..self }
    }

    pub(super) fn texts(&self) -> &'static Texts {
        Texts::of(self.frame.language)
    }

    pub(super) fn language(&self) -> &'static str {
        self.frame.language.as_str()
    }

    pub(super) fn nonce(&self) -> &str {
        self.nonce.as_str()
    }

    pub(super) fn application(&self) -> Option<&Face<'a>> {
        self.frame.application.as_ref()
    }

    /// The answer. Headers that every answer has are added later; those here
    /// are what a page depends on.
    pub(super) fn answer(&self, status: StatusCode, page: &impl Template) -> Response {
        let html = page.render().inspect_err(|error| {
            tracing::error!(%error, page = self.hook, "a page could not be made");
        });
        let policy = policy(self.nonce, self.has_script, self.frame.continues_to);
        let (Ok(html), Some(policy)) = (html, policy) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let mut response = (status, html).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_SECURITY_POLICY, policy);
        for (name, value) in [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CACHE_CONTROL, "no-store"),
            (X_FRAME_OPTIONS, "DENY"),
            (REFERRER_POLICY, "no-referrer"),
            (CONTENT_LANGUAGE, self.language()),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}
