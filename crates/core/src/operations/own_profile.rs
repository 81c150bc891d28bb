//! What people say of themselves: stricter than what an administrator may say,
//! since others are shown it.

use crate::model::user::{Profile, ProfileField};
use crate::refusal::{Field, Refusal};
use url::Url;

/// Refuses what could harm whoever is shown it. The rest is checked as anybody's.
pub(super) fn check_own_profile(profile: &Profile) -> Result<(), Refusal> {
    let is_good = |field: &ProfileField, text: &str| match field {
        ProfileField::Photo => text.is_empty() || is_link(text) || is_inline_image(text),
        ProfileField::Website | ProfileField::Profile => text.is_empty() || is_link(text),
        _ => true,
    };
    let wrong: Vec<Field> = profile
        .iter()
        .filter(|(field, text)| !is_good(field, text))
        .map(|(field, _)| field.as_str())
        .collect();
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Refusal::Invalid(wrong))
    }
}

/// Whether a page may link to it: a script in a link would run with the page's
/// rights (ASVS 5.0, 1.2.2).
fn is_link(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http") && url.has_host())
}

/// As an image it is drawn and nothing else; browsers open no page from it.
fn is_inline_image(text: &str) -> bool {
    text.starts_with("data:image/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_web_pages_and_photos_may_be_inline() {
        let check = |field, text: &str| {
            check_own_profile(&[(field, text.to_owned())].into_iter().collect())
        };
        for text in ["", "https://a.example/x?y=1", "http://a.example"] {
            assert_eq!(check(ProfileField::Photo, text), Ok(()), "{text}");
            assert_eq!(check(ProfileField::Website, text), Ok(()), "{text}");
        }
        let inline = "data:image/svg+xml,%3Csvg/%3E";
        assert_eq!(check(ProfileField::Photo, inline), Ok(()));
        for text in [
            inline,
            "javascript:alert(1)",
            "//a.example",
            "a.example",
            "mailto:a@b",
        ] {
            let wrong = Refusal::invalid("website");
            assert_eq!(check(ProfileField::Website, text), Err(wrong), "{text}");
        }
        for text in ["javascript:alert(1)", "data:text/html,x", "x"] {
            let wrong = Refusal::invalid("photo");
            assert_eq!(check(ProfileField::Photo, text), Err(wrong), "{text}");
        }
        assert_eq!(check(ProfileField::Name, "javascript:"), Ok(()));
    }
}
