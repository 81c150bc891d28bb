//! What a page must not do, whatever it is filled with.

use super::html::{Tag, tags};
use super::*;

#[test]
fn every_page_has_its_headers() {
    for page in every_page(HOSTILE) {
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(page.header(name), value, "{}", page.label);
        }
    }
}

#[test]
fn the_policy_lets_in_nothing_but_the_pages_own() {
    let nonce = NONCE.as_str();
    for page in every_page(HOSTILE) {
        let script = if page.label.starts_with("form-post") {
            format!("'nonce-{nonce}'")
        } else {
            "'none'".to_owned()
        };
        let expected = format!(
            "default-src 'none'; style-src 'nonce-{nonce}'; script-src {script}; \
             img-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
             form-action 'self' https:"
        );
        assert_eq!(page.header("content-security-policy"), expected);
    }
}

#[test]
fn forms_may_lead_where_the_redirect_uri_does() {
    let policy = |response: Response| {
        let policy = response.headers()["content-security-policy"].to_str();
        policy.unwrap().to_owned()
    };
    let frame = Frame {
        continues_to: Some("com.example.atlas:/cb"),
        ..frame(Language::EnUs)
    };
    let page = sign_in(frame.clone(), FRIENDLY);
    let policy_of_page = policy(page.respond(StatusCode::OK, &NONCE));
    assert!(policy_of_page.ends_with("form-action 'self' https: com.example.atlas:"));
    let page = FormPostPage {
        frame,
        action: "http://127.0.0.1:4711/cb",
        fields: &[],
    };
    let policy_of_page = policy(page.respond(StatusCode::OK, &NONCE));
    assert!(policy_of_page.ends_with("form-action 'self' https: http:"));
}

#[tokio::test]
async fn what_the_policy_blocks_is_not_there() {
    for filling in [FRIENDLY, HOSTILE] {
        for page in every_page(filling) {
            let label = page.label.clone();
            let tags = tags(&page.html().await);
            for tag in &tags {
                let mut names = tag.attributes.keys();
                assert!(
                    !names.any(|name| name == "style" || name.starts_with("on")),
                    "{label}: {tag:?}"
                );
            }
            let inline: Vec<&Tag> = (tags.iter())
                .filter(|tag| tag.name == "style" || tag.name == "script")
                .collect();
            for tag in &inline {
                assert_eq!(tag.get("nonce"), Some(NONCE.as_str()), "{label}");
                assert_eq!(tag.get("src"), None, "{label}");
                assert!(!tag.text.contains("alert("), "{label}");
            }
            let expected: &[&str] = if label.starts_with("form-post") {
                &["style", "style", "script"]
            } else {
                &["style"]
            };
            let names: Vec<_> = inline.iter().map(|tag| tag.name.as_str()).collect();
            assert_eq!(names, expected, "{label}");
        }
    }
}

/// The same tags in the same order, whatever the texts are: nothing of them
/// became markup.
#[tokio::test]
async fn hostile_texts_stay_texts() {
    let with_logo = Filling {
        logo: Some("/oidc/logo/1"),
        ..FRIENDLY
    };
    for (friendly, hostile) in every_page(with_logo).into_iter().zip(every_page(HOSTILE)) {
        let label = hostile.label.clone();
        let (friendly, hostile) = (friendly.html().await, hostile.html().await);
        let shape = |html: &str| -> Vec<(String, Vec<String>)> {
            let shape_of = |tag: Tag| {
                // Focus follows the identifier, which the two do not share.
                let names = tag.attributes.into_keys().filter(|n| n != "autofocus");
                (tag.name, names.collect())
            };
            tags(html).into_iter().map(shape_of).collect()
        };
        assert_eq!(shape(&friendly), shape(&hostile), "{label}");
        assert!(!hostile.contains("<script>alert"), "{label}");
    }
}

#[test]
fn a_nonce_is_sixteen_bytes_and_never_the_same() {
    let entropy = crate::entropy::SystemEntropy::new();
    let (one, two) = (Nonce::generate(&entropy), Nonce::generate(&entropy));
    assert_ne!(one, two);
    assert_eq!(NONCE.as_str(), "/////////////////////w==");
}
