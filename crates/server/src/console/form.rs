//! Queries and forms of the console, as pairs.

use super::desk::body;
use super::frame::Trouble;
use crate::oidc::form::is_form;
use crate::routes::Incoming;
use rollcall_core::time::{Span, Timestamp};

/// The pairs of a query or a form, in order.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Pairs(Vec<(String, String)>);

/// Without values: some are passwords.
impl std::fmt::Debug for Pairs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

impl Pairs {
    /// Of a query.
    pub(super) fn of(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// Of a body, which must be a form.
    pub(super) fn of_form(incoming: &Incoming) -> Result<Self, Trouble> {
        if incoming.parts.method != http::Method::POST {
            return Ok(Self::default());
        }
        let bytes = body(incoming)?;
        if !bytes.is_empty() && !is_form(&incoming.parts.headers) {
            return Err(Trouble::BadRequest);
        }
        Ok(Self::of(&bytes))
    }

    /// The first that is not empty, trimmed.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter().filter(|(known, _)| known == name);
        pairs.find_map(|(_, value)| Some(value.trim()).filter(|value| !value.is_empty()))
    }

    /// The same, or nothing.
    pub(super) fn text(&self, name: &str) -> String {
        self.get(name).unwrap_or_default().to_owned()
    }

    /// As it was typed: passwords may begin with a space.
    pub(super) fn exact(&self, name: &str) -> String {
        let mut pairs = self.0.iter();
        let found = pairs.find(|(known, _)| known == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// All of this name.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        let pairs = self.0.iter().filter(|(known, _)| known == name);
        let values = pairs.map(|(_, value)| value.trim().to_owned());
        values.filter(|value| !value.is_empty()).collect()
    }

    /// Whether it was given at all.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// The lines of a text.
    pub(super) fn lines(&self, name: &str) -> Vec<String> {
        let text = self.exact(name);
        let lines = text.lines().map(str::trim);
        lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// A span in this unit; none: nothing, or no number.
    pub(super) fn span(&self, name: &str, unit_seconds: i64) -> Option<Span> {
        let number: i64 = self.get(name)?.parse().ok()?;
        Some(Span::from_seconds(number.saturating_mul(unit_seconds)))
    }

    /// A day, as a date field sends it, at its beginning in UTC.
    pub(super) fn day(&self, name: &str) -> Option<Timestamp> {
        let date = self.get(name)?;
        let text = format!("{date}T00:00:00Z");
        let at = midnight_of(&text)?;
        Some(Timestamp::from_millis(at))
    }
}

/// Milliseconds of `2026-11-26T00:00:00Z`.
fn midnight_of(text: &str) -> Option<i64> {
    let (date, _) = text.split_once('T')?;
    let mut parts = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let fits =
        (1970..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    fits.then(|| days_from_civil(year, month, day) * 86_400_000)
}

/// Days since 1970-01-01 (H. Hinnant, "chrono-compatible low-level date algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let shifted = (month + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// A query of these pairs; empty ones are left out.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    let given = pairs.iter().filter(|(_, value)| !value.is_empty());
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(given)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight() {
        let at = |text: &str| Pairs::of(format!("d={text}").as_bytes()).day("d");
        assert_eq!(at("1970-01-02"), Some(Timestamp::from_millis(86_400_000)));
        assert_eq!(
            at("2026-11-26"),
            Some(Timestamp::from_millis(1_795_651_200_000))
        );
        assert_eq!(
            at("2024-02-29"),
            Some(Timestamp::from_millis(1_709_164_800_000))
        );
        for wrong in ["", "x", "2026-13-01", "2026-11", "99999-01-01"] {
            assert_eq!(at(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn values_are_trimmed_but_for_what_is_exact() {
        let pairs = Pairs::of(b"a=+x+&p=+secret+&b=&b=2&c=1&c=3&l=x%0d%0a%0d%0ay");
        assert_eq!(pairs.get("a"), Some("x"));
        assert_eq!(pairs.exact("p"), " secret ");
        assert_eq!(pairs.get("b"), Some("2"));
        assert_eq!(pairs.all("c"), ["1", "3"]);
        assert_eq!(pairs.lines("l"), ["x", "y"]);
        assert_eq!(pairs.get("d"), None);
        assert!(pairs.has("b") && !pairs.has("d"));
    }
}
