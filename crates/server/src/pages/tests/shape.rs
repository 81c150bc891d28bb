//! What each page has.

use super::html::{Tag, decoded, tags};
use super::*;
use std::collections::BTreeSet;

fn named<'t>(tags: &'t [Tag], name: &str) -> &'t Tag {
    let mut found = tags.iter().filter(|tag| tag.get("name") == Some(name));
    let tag = found.next().unwrap();
    assert!(found.next().is_none(), "two are called {name}");
    tag
}

async fn tags_of(response: Response) -> Vec<Tag> {
    let page = Answered {
        label: String::new(),
        language: Language::EnUs,
        response,
    };
    tags(&page.html().await)
}

#[tokio::test]
async fn every_page_says_what_it_is() {
    for page in every_page(FRIENDLY) {
        let (label, language) = (page.label.clone(), page.language.as_str());
        assert_eq!(page.header("content-language"), language, "{label}");
        let html = page.html().await;
        assert!(html.starts_with("<!doctype html>"), "{label}");
        let tags = tags(&html);
        let one = |name: &str| {
            let mut found = tags.iter().filter(|tag| tag.name == name);
            let tag = found.next().unwrap_or_else(|| panic!("{label}: no {name}"));
            assert!(found.next().is_none(), "{label}: two {name}");
            tag
        };
        assert_eq!(one("html").get("lang"), Some(language), "{label}");
        let hook = one("body").get("data-page").unwrap();
        assert!(label.starts_with(hook), "{label}");
        assert!(one("title").text.len() > 3, "{label}");
        one("main");
        one("h1");
        for (name, content) in [
            ("viewport", "width=device-width, initial-scale=1"),
            ("color-scheme", "light dark"),
            ("robots", "noindex, nofollow"),
        ] {
            assert_eq!(named(&tags, name).get("content"), Some(content), "{label}");
        }
    }
}

#[tokio::test]
async fn ids_are_there_once_and_references_lead_somewhere() {
    for page in every_page(FRIENDLY) {
        let label = page.label.clone();
        let tags = tags(&page.html().await);
        let mut ids = BTreeSet::new();
        for id in tags.iter().filter_map(|tag| tag.get("id")) {
            assert!(ids.insert(id), "{label}: {id} twice");
        }
        for tag in &tags {
            for reference in ["for", "aria-describedby", "aria-labelledby"] {
                if let Some(id) = tag.get(reference) {
                    assert!(ids.contains(id), "{label}: no {id}");
                }
            }
        }
    }
}

#[tokio::test]
async fn every_field_has_a_label() {
    for page in every_page(FRIENDLY) {
        let label = page.label.clone();
        let tags = tags(&page.html().await);
        let labels: Vec<_> = tags.iter().filter(|tag| tag.name == "label").collect();
        for field in tags.iter().filter(|tag| tag.name == "input") {
            if field.get("type") == Some("hidden") {
                continue;
            }
            let mut of_field = labels.iter().filter(|l| l.get("for") == field.get("id"));
            assert!(of_field.any(|label| !label.text.is_empty()), "{label}");
        }
        for image in tags.iter().filter(|tag| tag.name == "img") {
            assert_eq!(image.get("alt"), Some(""), "{label}");
        }
        let focused = tags.iter().filter(|tag| tag.get("autofocus").is_some());
        assert!(focused.count() <= 1, "{label}");
    }
}

#[tokio::test]
async fn forms_bring_back_what_they_were_given() {
    for filling in [FRIENDLY, HOSTILE] {
        for page in every_page(filling) {
            let label = page.label.clone();
            let tags = tags(&page.html().await);
            let Some(form) = tags.iter().find(|tag| tag.name == "form") else {
                continue;
            };
            assert_eq!(form.get("method"), Some("post"), "{label}");
            let value = |name| named(&tags, name).get("value").unwrap();
            if label.starts_with("form-post") {
                assert_eq!(
                    form.get("action"),
                    Some("https://atlas.example/cb?a=1&b=\"2\"")
                );
                assert_eq!(value("code"), filling.code, "{label}");
                assert_eq!(value("state"), filling.request, "{label}");
                continue;
            }
            assert!(form.get("action").unwrap().starts_with("/oidc/"), "{label}");
            assert_eq!(value("request"), filling.request, "{label}");
            assert_eq!(value("csrf"), filling.csrf, "{label}");
            if label.starts_with("consent") {
                assert_eq!(value("evidence"), filling.evidence, "{label}");
            }
        }
    }
}

#[tokio::test]
async fn a_password_manager_knows_both_fields() {
    let page = sign_in(frame(Language::EnUs), FRIENDLY);
    let tags = tags_of(page.respond(StatusCode::OK, &NONCE)).await;
    assert_eq!(tags.iter().filter(|tag| tag.name == "form").count(), 1);
    let (identifier, password) = (named(&tags, "identifier"), named(&tags, "password"));
    assert_eq!(identifier.get("autocomplete"), Some("username"));
    assert_eq!(identifier.get("type"), Some("text"));
    assert_eq!(password.get("autocomplete"), Some("current-password"));
    assert_eq!(password.get("type"), Some("password"));
    assert_eq!(password.get("value"), None);
    assert!(identifier.get("autofocus").is_some());
}

#[tokio::test]
async fn a_problem_is_tied_to_its_fields() {
    use SignInProblem::{MissingIdentifier, MissingPassword, WrongCredentials};
    for problem in SIGN_IN_PROBLEMS.iter().copied() {
        let page = SignInPage {
            problem: Some(problem),
            identifier: "ann",
            ..sign_in(frame(Language::EnUs), FRIENDLY)
        };
        let tags = tags_of(page.respond(StatusCode::BAD_REQUEST, &NONCE)).await;
        let mut alerts = tags.iter().filter(|tag| tag.get("role") == Some("alert"));
        let alert = alerts.next().unwrap();
        assert_eq!(alert.get("data-error"), Some(problem.code()));
        let is_invalid = |name| named(&tags, name).get("aria-invalid") == Some("true");
        let of_identifier = matches!(problem, MissingIdentifier | WrongCredentials);
        let of_password = matches!(problem, MissingPassword | WrongCredentials);
        assert_eq!(is_invalid("identifier"), of_identifier, "{problem:?}");
        assert_eq!(is_invalid("password"), of_password, "{problem:?}");
        let password = named(&tags, "password");
        assert_eq!(password.get("aria-describedby"), alert.get("id"));
        assert!(password.get("autofocus").is_some());
        let title = tags.iter().find(|tag| tag.name == "title").unwrap();
        assert!(title.text.starts_with("Error: "), "{}", title.text);
    }
}

#[test]
fn problems_have_codes_of_their_own() {
    let codes: BTreeSet<_> = SIGN_IN_PROBLEMS.iter().map(|p| p.code()).collect();
    assert_eq!(codes.len(), SIGN_IN_PROBLEMS.len());
}

#[test]
fn who_is_to_wait_is_told_how_long() {
    let page = SignInPage {
        problem: Some(SignInProblem::TooManyAttempts { seconds: 45 }),
        ..sign_in(frame(Language::EnUs), FRIENDLY)
    };
    let response = page.respond(StatusCode::TOO_MANY_REQUESTS, &NONCE);
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()["retry-after"], "45");
}

#[tokio::test]
async fn buttons_answer_the_question() {
    let mut answers = BTreeSet::new();
    for page in pages_of(&frame(Language::EnUs), FRIENDLY) {
        let tags = tags(&page.html().await);
        for button in tags.iter().filter(|tag| tag.name == "button") {
            assert_eq!(button.get("type"), Some("submit"));
            assert!(button.get("id").or(button.get("autofocus")).is_none());
            if let Some(name) = button.get("name") {
                answers.insert(format!("{name}={}", button.get("value").unwrap()));
            }
        }
    }
    let expected = [
        "choice=continue",
        "choice=other",
        "decision=allow",
        "decision=deny",
        "decision=no",
        "decision=yes",
    ];
    assert!(answers.iter().eq(&expected), "{answers:?}");
}

#[tokio::test]
async fn an_error_page_has_what_support_asks_for() {
    for page in every_page(FRIENDLY) {
        if !page.label.starts_with("error") {
            continue;
        }
        let html = page.html().await;
        let tags = tags(&html);
        let alert = tags.iter().find(|tag| tag.get("role") == Some("alert"));
        assert_eq!(alert.unwrap().get("data-error"), Some(FRIENDLY.code));
        assert!(html.contains(FRIENDLY.request_id) && html.contains(FRIENDLY.code));
    }
}

#[tokio::test]
async fn consent_names_every_scope_even_one_without_words() {
    let page = ConsentPage {
        scopes: vec!["openid", "email", "calendar.read"],
        ..consent(frame(Language::EnUs), FRIENDLY)
    };
    let response = page.respond(StatusCode::OK, &NONCE);
    let tags = tags_of(response).await;
    let scopes: Vec<_> = tags
        .iter()
        .filter_map(|tag| tag.get("data-scope"))
        .collect();
    assert_eq!(scopes, ["openid", "email", "calendar.read"]);
    let code = tags.iter().find(|tag| tag.name == "code").unwrap();
    assert_eq!(decoded(&code.text), "calendar.read");
}

/// ASVS 5.0, 10.7.2: what, who, and for how long.
#[tokio::test]
async fn consent_says_for_how_long() {
    for (language, duration) in [
        (Language::EnUs, "until you sign out or your session ends"),
        (Language::ZhCn, "在您退出登录或会话结束前有效"),
        (Language::ZhTw, "在您登出或工作階段結束前有效"),
        (
            Language::JaJp,
            "ログアウトするかセッションが終了するまで有効",
        ),
    ] {
        let page = consent(frame(language), FRIENDLY);
        let tags = tags_of(page.respond(StatusCode::OK, &NONCE)).await;
        let note = tags.iter().find(|tag| tag.get("id") == Some("duration"));
        assert!(note.unwrap().text.contains(duration), "{duration}");
        // Said with the button that allows it.
        let told = Some("duration");
        let allow = tags.iter().find(|tag| tag.get("value") == Some("allow"));
        assert_eq!(allow.unwrap().get("aria-describedby"), told);
    }
}

/// ASVS 5.0, 7.4.4: a link, without a form or a script.
#[tokio::test]
async fn the_pages_of_a_session_lead_to_the_sign_out_question() {
    for page in every_page(FRIENDLY) {
        let label = page.label.clone();
        let is_of_session = label.starts_with("account-") || label.starts_with("consent-");
        let tags = tags(&page.html().await);
        let links: Vec<_> = tags.iter().filter(|tag| tag.name == "a").collect();
        let leads = links.iter().map(|link| link.get("href").unwrap());
        let expected: &[&str] = if is_of_session {
            &[FRIENDLY.sign_out]
        } else {
            &[]
        };
        assert_eq!(leads.collect::<Vec<_>>(), expected, "{label}");
    }
}

#[test]
fn a_letter_stands_for_a_name() {
    assert_eq!(initial("ann"), "A");
    assert_eq!(initial("  «élan»"), "É");
    assert_eq!(initial("笔记"), "笔");
    assert_eq!(initial("ßa"), "S");
    assert_eq!(initial("…"), "·");
    assert_eq!(initial(""), "·");
}

#[tokio::test]
async fn a_page_speaks_the_language_that_was_chosen() {
    let page = SignedOutPage {
        frame: frame(choose(Some("ja"), None)),
    };
    let tags = tags_of(page.respond(StatusCode::OK, &NONCE)).await;
    assert_eq!(
        tags.iter().find(|tag| tag.name == "h1").unwrap().text,
        "ログアウトしました"
    );
}
