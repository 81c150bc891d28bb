//! Finding a user by what people know of them.

use crate::ids::{ExtIdpId, UserId, looks_like_id};
use crate::limits;
use crate::refusal::{Field, Refusal, Rule};
use unicode_normalization::UnicodeNormalization as _;

/// The kinds of identifier, by their `userIdType` names (V3 schema).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum IdentifierKind {
    /// `user_id`
    UserId,
    /// `email`
    Email,
    /// `phone`
    Phone,
    /// `username`
    Username,
    /// `external_id`
    ExternalId,
    /// `identity`: `<extIdpId>:<userIdInIdp>`
    Identity,
}

impl IdentifierKind {
    /// The kind's name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserId => "user_id",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Username => "username",
            Self::ExternalId => "external_id",
            Self::Identity => "identity",
        }
    }
}

/// An identifier in the form in which it is compared.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Identifier {
    /// The user's own id.
    Id(UserId),
    /// An e-mail address in lower case.
    Email(String),
    /// A phone in E.164, with its `+`.
    Phone(String),
    /// The digits of a phone given without a country code: the store puts the
    /// pool's default one before them, so that nobody reads the pool first.
    NationalPhone(String),
    /// A username, NFKC and in lower case.
    Username(String),
    /// The id in the caller's own system, compared exactly.
    ExternalId(String),
    /// An id in an external identity source, compared exactly.
    Identity {
        /// The source.
        ext_idp: ExtIdpId,
        /// The id there.
        user_id_in_idp: String,
    },
}

impl Identifier {
    /// What kind it is.
    pub const fn kind(&self) -> IdentifierKind {
        match self {
            Self::Id(_) => IdentifierKind::UserId,
            Self::Email(_) => IdentifierKind::Email,
            Self::Phone(_) | Self::NationalPhone(_) => IdentifierKind::Phone,
            Self::Username(_) => IdentifierKind::Username,
            Self::ExternalId(_) => IdentifierKind::ExternalId,
            Self::Identity { .. } => IdentifierKind::Identity,
        }
    }
}

/// Which user is meant: the identifiers that the given text can be. None of them
/// when the text has no form in which a user could be found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UserSelector {
    candidates: Vec<Identifier>,
}

impl UserSelector {
    /// Exactly this user.
    pub fn id(user: UserId) -> Self {
        Self {
            candidates: vec![Identifier::Id(user)],
        }
    }

    /// One of these; a text that fits two different users is ambiguous.
    pub fn any_of(candidates: Vec<Identifier>) -> Self {
        Self { candidates }
    }

    /// What the store looks for.
    pub fn candidates(&self) -> &[Identifier] {
        &self.candidates
    }

    /// A text of a named kind. A text that cannot be one of the kind names
    /// nobody (404), but a typed e-mail without `@` or a phone with other
    /// characters than digits, `+`, `-` and space is malformed (400).
    pub fn of_kind(kind: IdentifierKind, text: &str, field: Field) -> Result<Self, Refusal> {
        check_length(text, field)?;
        let candidate = match kind {
            IdentifierKind::UserId => text.parse().ok().map(Identifier::Id),
            IdentifierKind::Email => Some(Identifier::Email(
                email_key(text).ok_or(Refusal::invalid(field))?,
            )),
            IdentifierKind::Phone => {
                if !has_phone_characters(text) {
                    return Err(Refusal::invalid(field));
                }
                phone(text)
            }
            IdentifierKind::Username => Some(Identifier::Username(username_key(text))),
            IdentifierKind::ExternalId => Some(Identifier::ExternalId(text.to_owned())),
            IdentifierKind::Identity => identity(text),
        };
        Ok(Self {
            candidates: candidate.into_iter().collect(),
        })
    }

    /// Any identifier, as the published `check-session-status` promises: a value
    /// of 24 hexadecimal digits is a user id and nothing else; otherwise all
    /// other kinds are tried.
    pub fn any(text: &str, field: Field) -> Result<Self, Refusal> {
        if let Ok(id) = text.parse() {
            return Ok(Self {
                candidates: vec![Identifier::Id(id)],
            });
        }
        check_length(text, field)?;
        let candidates = [
            email_key(text).map(Identifier::Email),
            phone(text),
            Some(Identifier::Username(username_key(text))),
            Some(Identifier::ExternalId(text.to_owned())),
            identity(text),
        ];
        Ok(Self {
            candidates: candidates.into_iter().flatten().collect(),
        })
    }

    /// What a person may type to sign in: an e-mail, phone or username.
    pub fn account(text: &str, field: Field) -> Result<Self, Refusal> {
        check_length(text, field)?;
        let candidates = [
            email_key(text).map(Identifier::Email),
            phone(text),
            Some(Identifier::Username(username_key(text))),
        ];
        Ok(Self {
            candidates: candidates.into_iter().flatten().collect(),
        })
    }

    /// Whether a candidate is a phone whose country is the pool's.
    pub fn has_national_phone(&self) -> bool {
        let mut candidates = self.candidates.iter();
        candidates.any(|candidate| matches!(candidate, Identifier::NationalPhone(_)))
    }

    /// The same with this country code before phones that have none, for whoever
    /// needs each identifier in its one form.
    #[must_use]
    pub fn in_country(self, country_code: &str) -> Self {
        let candidates = self.candidates.into_iter();
        let in_full = |candidate| match candidate {
            Identifier::NationalPhone(digits) => {
                phone_key(&digits, country_code).map(Identifier::Phone)
            }
            other => Some(other),
        };
        Self {
            candidates: candidates.filter_map(in_full).collect(),
        }
    }
}

/// Whether a name has no more characters than one may have. Each has a byte at least, so
/// that short ones are not counted.
pub(crate) fn is_name_length(text: &str) -> bool {
    text.len() <= limits::MAX_NAME_CHARS || text.chars().count() <= limits::MAX_NAME_CHARS
}

fn check_length(text: &str, field: Field) -> Result<(), Refusal> {
    let fits = !text.is_empty() && is_name_length(text);
    if fits && !text.contains('\0') {
        Ok(())
    } else {
        Err(Refusal::invalid(field))
    }
}

/// The form in which e-mails are compared: lower case. None without a `@`
/// between two non-empty parts, or with white space or control characters.
pub fn email_key(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    (plain && !local.is_empty() && !domain.is_empty()).then(|| text.to_lowercase())
}

/// The form in which usernames are compared: NFKC, lower case. Lower-casing can
/// undo the normal form, so it is taken again.
pub fn username_key(text: &str) -> String {
    text.nfkc()
        .collect::<String>()
        .to_lowercase()
        .nfkc()
        .collect()
}

/// Whether the text has only the characters that people write phones with.
pub fn has_phone_characters(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | ' '))
}

/// Whether the text is a country code: `+` and one to three digits, not from zero.
pub fn is_country_code(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (1..=3).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

/// A phone in E.164 (ITU-T E.164, section 6: at most 15 digits), with the country
/// code put before a number that has none.
pub fn phone_key(text: &str, country_code: &str) -> Option<String> {
    if !has_phone_characters(text) {
        return None;
    }
    let plain: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    let number = match plain.strip_prefix('+') {
        Some(digits) => digits.to_owned(),
        None => format!("{}{plain}", country_code.trim_start_matches('+')),
    };
    let is_e164 = (7..=15).contains(&number.len())
        && number.bytes().all(|b| b.is_ascii_digit())
        && !number.starts_with('0');
    is_e164.then(|| format!("+{number}"))
}

/// A phone as typed. Country codes have one to three digits, so a national number
/// of E.164 has 4 to 14.
fn phone(text: &str) -> Option<Identifier> {
    if !has_phone_characters(text) {
        return None;
    }
    let plain: String = text.chars().filter(|c| !matches!(c, '-' | ' ')).collect();
    if plain.starts_with('+') {
        return phone_key(&plain, "").map(Identifier::Phone);
    }
    let is_national = (4..=14).contains(&plain.len()) && !plain.contains('+');
    is_national.then_some(Identifier::NationalPhone(plain))
}

fn identity(text: &str) -> Option<Identifier> {
    let (ext_idp, user_id_in_idp) = text.split_once(':')?;
    let ext_idp = ext_idp.parse().ok()?;
    (!user_id_in_idp.is_empty()).then(|| Identifier::Identity {
        ext_idp,
        user_id_in_idp: user_id_in_idp.to_owned(),
    })
}

/// Refuses a self-chosen username that could be mistaken for another identifier, or
/// that looks like another name and is not it.
pub fn check_chosen_username(username: &str) -> Result<(), Refusal> {
    let key = username_key(username);
    // Of the white space NFKC leaves more than one kind.
    let is_plain =
        |c: char| !c.is_control() && !is_invisible(c) && (c == ' ' || !c.is_whitespace());
    let misleading = looks_like_id(&key)
        || key.contains(['@', ':'])
        || key.chars().all(char::is_numeric)
        || has_phone_characters(&key)
        || key.trim() != key
        || key.contains("  ")
        || !key.chars().all(is_plain)
        || key.is_empty();
    if misleading {
        Err(Refusal::Rule(Rule::UsernameForm))
    } else {
        Ok(())
    }
}

/// What is not drawn, or turns around what is: the characters with the Unicode
/// property `Default_Ignorable_Code_Point` (UAX #44), which a username may not have
/// (RFC 8264 section 9.13, RFC 8265 section 3.3), and U+2800, which is an empty box.
const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any(text: &str) -> Vec<IdentifierKind> {
        let selector = UserSelector::any(text, "userId").unwrap();
        selector.candidates().iter().map(Identifier::kind).collect()
    }

    #[test]
    fn a_24_hex_value_is_a_user_id_and_nothing_else() {
        assert_eq!(any("62299d8b866d2dab79a89dc4"), [IdentifierKind::UserId]);
    }

    #[test]
    fn any_other_value_is_tried_as_every_kind_that_it_can_be() {
        use IdentifierKind::{Email, ExternalId, Identity, Phone, Username};
        assert_eq!(any("Bob@Example.com"), [Email, Username, ExternalId]);
        assert_eq!(any("13800138000"), [Phone, Username, ExternalId]);
        assert_eq!(
            any("62299d8b866d2dab79a89dc4:x"),
            [Username, ExternalId, Identity]
        );
    }

    #[test]
    fn forms_are_compared_without_what_does_not_matter() {
        assert_eq!(
            email_key("Bob@Example.COM").as_deref(),
            Some("bob@example.com")
        );
        assert_eq!(username_key("Ｂｏｂ"), "bob");
        assert_eq!(
            phone_key("138 0013-8000", "+86").as_deref(),
            Some("+8613800138000")
        );
        assert_eq!(
            phone_key("+49 151 23456789", "+86").as_deref(),
            Some("+4915123456789")
        );
    }

    #[test]
    fn a_phone_without_a_country_code_gets_it_where_it_is_known() {
        let of = |text| {
            let selector = UserSelector::of_kind(IdentifierKind::Phone, text, "phone").unwrap();
            let full = selector.clone().in_country("+86");
            (selector.candidates, full.candidates)
        };
        let full = vec![Identifier::Phone("+8613800138000".to_owned())];
        let national = Identifier::NationalPhone("13800138000".to_owned());
        assert_eq!(of("138 0013-8000"), (vec![national], full.clone()));
        assert_eq!(of(" +86 138 0013-8000"), (full.clone(), full));
        let none = (Vec::new(), Vec::new());
        for text in ["1+8600138000", "138", "- -", "123456789012345"] {
            assert_eq!(of(text), none, "{text}");
        }
        // One that no country code makes long enough.
        assert_eq!(of("1234").1, Vec::new());
    }

    #[test]
    fn a_malformed_value_of_a_named_kind_is_told_from_an_unknown_one() {
        let of = |kind, text: &str| UserSelector::of_kind(kind, text, "userId");
        assert!(of(IdentifierKind::Email, "bob").is_err());
        assert!(of(IdentifierKind::Phone, "138x").is_err());
        assert!(
            of(IdentifierKind::Phone, "138")
                .unwrap()
                .candidates()
                .is_empty()
        );
        assert!(
            of(IdentifierKind::UserId, "bob")
                .unwrap()
                .candidates()
                .is_empty()
        );
        assert!(of(IdentifierKind::Username, "").is_err());
        assert!(of(IdentifierKind::Username, &"é".repeat(256)).is_ok());
        assert!(of(IdentifierKind::Username, &"é".repeat(257)).is_err());
        assert!(of(IdentifierKind::ExternalId, "a\0b").is_err());
    }

    #[test]
    fn a_chosen_username_is_no_other_identifier() {
        for name in [
            "62299d8b866d2dab79a89dc4",
            "a@b",
            "a:b",
            "12345",
            "１２３",
            "+8613800138000",
            "138-0013 8000",
            " ",
        ] {
            assert!(check_chosen_username(name).is_err(), "{name}");
        }
        for name in ["bob-1", "Bob Smith", "王小明", "Jörg"] {
            assert!(check_chosen_username(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_chosen_username_does_not_look_like_another() {
        for name in [
            "bob ",
            " bob",
            "\u{a0}bob",
            "bob\t",
            "bob  smith",
            "bob\u{2028}smith",
            "bo\u{200b}b",
            "bob\u{200d}",
            "\u{202e}bob",
            "b\u{ad}ob",
            "bob\u{feff}",
            "bob\u{e0020}",
            "bob\u{ffa0}",
            "bob\u{7}",
        ] {
            assert!(check_chosen_username(name).is_err(), "{name:?}");
        }
    }
}
