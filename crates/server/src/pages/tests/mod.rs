//! All pages, in all languages, filled with friendly and with hostile texts.

mod html;
mod look;
mod safety;
mod shape;

use super::*;
use axum::response::Response;
use http::StatusCode;
use http_body_util::BodyExt as _;
use std::sync::LazyLock;

struct Ones;

impl rollcall_core::entropy::Entropy for Ones {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0xff);
    }
}

pub(super) static NONCE: LazyLock<Nonce> = LazyLock::new(|| Nonce::generate(&Ones));

/// What a page is filled with.
#[derive(Clone, Copy)]
struct Filling {
    name: &'static str,
    logo: Option<&'static str>,
    request: &'static str,
    csrf: &'static str,
    evidence: &'static str,
    sign_out: &'static str,
    identifier: &'static str,
    account: &'static str,
    detail: Option<&'static str>,
    scope: &'static str,
    code: &'static str,
    request_id: &'static str,
}

const FRIENDLY: Filling = Filling {
    name: "Atlas Notes",
    logo: None,
    request: "client_id=66aa00000000000000000001&redirect_uri=https%3A%2F%2Fatlas.example%2Fcb",
    csrf: "7c4f3d0b",
    evidence: "k1.aWQ",
    sign_out: "/oidc/session/end?client_id=66aa00000000000000000001&ui_locales=ja-JP",
    identifier: "",
    account: "Ann Archer",
    detail: Some("ann.archer@example.com"),
    scope: "calendar.read",
    code: "invalid_request",
    request_id: "0198f2c4-7b1e-7c33-9d3a-5f0e8a1b2c3d",
};

const HOSTILE_TEXT: &str = r#"'"></title></style></script><script>alert(1)</script>{{ 7 }}&amp;"#;

const HOSTILE: Filling = Filling {
    name: HOSTILE_TEXT,
    logo: Some("/oidc/logo/\" onerror=\"alert(1)"),
    request: "a=\"><script>alert(2)</script>&b='&amp;c=%0A+ \u{202e}",
    csrf: "\" autofocus onfocus=\"alert(3)",
    evidence: "'><img src=x onerror=alert(4)>",
    sign_out: "/oidc/session/end?\" onclick=\"alert(9)",
    identifier: "\"><script>alert(5)</script>",
    account: HOSTILE_TEXT,
    detail: Some("<b>bold</b>"),
    scope: "x\" onclick=\"alert(6)",
    code: "\"><script>alert(7)</script>",
    request_id: "<script>alert(8)</script>",
};

pub(super) fn frame(language: Language) -> Frame<'static> {
    filled_frame(language, FRIENDLY)
}

fn filled_frame(language: Language, with: Filling) -> Frame<'static> {
    Frame {
        language,
        application: Some(Face {
            name: with.name,
            logo: with.logo,
        }),
        request_id: with.request_id,
        continues_to: Some("https://atlas.example/cb"),
    }
}

const SIGN_IN_PROBLEMS: &[SignInProblem] = &[
    SignInProblem::MissingIdentifier,
    SignInProblem::MissingPassword,
    SignInProblem::WrongCredentials,
    SignInProblem::TooManyAttempts { seconds: 45 },
    SignInProblem::AccountLocked,
    SignInProblem::PasswordMustBeReset,
    SignInProblem::FormExpired,
    SignInProblem::Unavailable,
];

const ERROR_KINDS: &[ErrorKind] = &[
    ErrorKind::BadRequest,
    ErrorKind::UnknownApplication,
    ErrorKind::UnknownRedirectUri,
    ErrorKind::FormExpired,
    ErrorKind::SessionLimit,
    ErrorKind::NotAllowed,
    ErrorKind::Unavailable,
    ErrorKind::Fault,
];

fn sign_in(frame: Frame<'static>, with: Filling) -> SignInPage<'static> {
    SignInPage {
        frame,
        request: with.request,
        csrf: with.csrf,
        identifier: with.identifier,
        problem: None,
        reauthenticate: false,
    }
}

fn account(with: Filling) -> Account<'static> {
    Account {
        name: with.account,
        detail: with.detail,
    }
}

fn consent(frame: Frame<'static>, with: Filling) -> ConsentPage<'static> {
    let mut scopes = rollcall_core::model::grant::SUPPORTED_SCOPES.to_vec();
    scopes.push(with.scope);
    ConsentPage {
        frame,
        request: with.request,
        csrf: with.csrf,
        evidence: with.evidence,
        account: account(with),
        sign_out: with.sign_out,
        scopes,
    }
}

/// A page as it was answered.
struct Answered {
    /// Which page, and in which language.
    label: String,
    language: Language,
    response: Response,
}

impl Answered {
    fn header(&self, name: &str) -> &str {
        let value = self.response.headers().get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    async fn html(self) -> String {
        let bytes = self.response.into_body().collect().await.unwrap();
        String::from_utf8(bytes.to_bytes().to_vec()).unwrap()
    }
}

/// Every page in every language; with an application and without.
fn every_page(with: Filling) -> Vec<Answered> {
    let mut pages = Vec::new();
    for language in Language::ALL.iter().copied() {
        let frame = filled_frame(language, with);
        pages.extend(pages_of(&frame, with));
        let frame = Frame {
            application: None,
            ..frame
        };
        pages.extend(pages_of(&frame, with));
    }
    pages
}

fn pages_of(frame: &Frame<'static>, with: Filling) -> Vec<Answered> {
    let ok = StatusCode::OK;
    let mut pages = Vec::new();
    let mut add = |label: String, response: Response| {
        pages.push(Answered {
            label: format!("{label}-{}", frame.language.as_str()),
            language: frame.language,
            response,
        });
    };
    let page = sign_in(frame.clone(), with);
    add("sign-in".to_owned(), page.respond(ok, &NONCE));
    let again = SignInPage {
        identifier: "ann.archer@example.com",
        reauthenticate: true,
        ..page.clone()
    };
    add("sign-in-again".to_owned(), again.respond(ok, &NONCE));
    for problem in SIGN_IN_PROBLEMS.iter().copied() {
        let page = SignInPage {
            problem: Some(problem),
            ..page.clone()
        };
        add(
            format!("sign-in-{}", problem.code()),
            page.respond(ok, &NONCE),
        );
    }
    let choice = AccountPage {
        frame: frame.clone(),
        request: with.request,
        csrf: with.csrf,
        account: account(with),
        sign_out: with.sign_out,
    };
    add("account".to_owned(), choice.respond(ok, &NONCE));
    let consent = consent(frame.clone(), with);
    add("consent".to_owned(), consent.respond(ok, &NONCE));
    for kind in ERROR_KINDS.iter().copied() {
        let page = ErrorPage {
            frame: frame.clone(),
            problem: ErrorProblem {
                code: with.code,
                kind,
            },
        };
        add(format!("error-{kind:?}"), page.respond(ok, &NONCE));
    }
    for (label, response) in sign_out_pages(frame, with) {
        add(label.to_owned(), response);
    }
    let fields = [("code", with.code), ("state", with.request), ("iss", "i")];
    let post = FormPostPage {
        frame: frame.clone(),
        action: "https://atlas.example/cb?a=1&b=\"2\"",
        fields: &fields,
    };
    add("form-post".to_owned(), post.respond(ok, &NONCE));
    pages
}

fn sign_out_pages(frame: &Frame<'static>, with: Filling) -> [(&'static str, Response); 3] {
    let question = SignOutPage {
        frame: frame.clone(),
        request: with.request,
        csrf: with.csrf,
        is_asked_by_application: true,
    };
    let done = SignedOutPage {
        frame: frame.clone(),
    };
    let kept = NotSignedOutPage {
        frame: frame.clone(),
    };
    [
        ("sign-out", question.respond(StatusCode::OK, &NONCE)),
        ("signed-out", done.respond(StatusCode::OK, &NONCE)),
        ("not-signed-out", kept.respond(StatusCode::OK, &NONCE)),
    ]
}
