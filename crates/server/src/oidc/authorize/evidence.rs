//! What a person has done for a request so far, as a form carries it on. It counts
//! only together with the form's token, which covers it.

use rollcall_core::model::sign_on::Done;
use rollcall_core::time::Timestamp;

/// As text: the instant of the authentication, then whether the account was chosen.
pub(super) fn to_text(done: Done) -> String {
    let at = done.authenticated_at.map(|at| at.as_millis().to_string());
    let chose = if done.chose_account { "c" } else { "" };
    format!("{}.{chose}", at.unwrap_or_default())
}

/// From text; nothing done if it is not of ours.
pub(super) fn from_text(text: &str) -> Done {
    let (at, chose) = text.split_once('.').unwrap_or_default();
    Done {
        authenticated_at: at.parse().ok().map(Timestamp::from_millis),
        chose_account: chose == "c",
        consented: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_reads_back() {
        for done in [
            Done::default(),
            Done {
                authenticated_at: Some(Timestamp::from_millis(17)),
                chose_account: true,
                consented: false,
            },
        ] {
            assert_eq!(from_text(&to_text(done)), done);
        }
        assert_eq!(from_text("x"), Done::default());
    }
}
