//! Instants on the wire: ISO 8601 in UTC with exactly three decimals, such as
//! `2022-07-03T02:20:30.000Z` (format `date-time` of the V3 schemas).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An instant as V3 bodies carry it: milliseconds since 1970-01-01T00:00:00Z,
/// written as an ISO 8601 string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant that lies `millis` milliseconds after the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }
}

impl From<i64> for Timestamp {
    fn from(millis: i64) -> Self {
        Self::from_millis(millis)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format_millis(self.0))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Timestamp {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format_millis(self.0))
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_millis(&text).map(Self).map_err(de::Error::custom)
    }
}

/// A string that is no ISO 8601 instant with an offset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an ISO 8601 instant with an offset")]
pub struct NotAnInstant;

/// Writes milliseconds since the Unix epoch as `YYYY-MM-DDTHH:MM:SS.mmmZ`.
///
/// Values outside of the years -9999 to 9999 are written as the nearest
/// instant inside: a display helper has no way to fail.
pub fn format_millis(millis: i64) -> String {
    let instant = jiff::Timestamp::from_millisecond(millis).unwrap_or(if millis < 0 {
        jiff::Timestamp::MIN
    } else {
        jiff::Timestamp::MAX
    });
    format!("{instant:.3}")
}

/// Reads an ISO 8601 instant with an offset as milliseconds since the Unix
/// epoch; what is finer than a millisecond is dropped.
pub fn parse_millis(text: &str) -> Result<i64, NotAnInstant> {
    let instant: jiff::Timestamp = text.parse().map_err(|_| NotAnInstant)?;
    Ok(instant.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_three_decimals_always() {
        assert_eq!(format_millis(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(format_millis(1_656_814_830_000), "2022-07-03T02:20:30.000Z");
        assert_eq!(format_millis(1_656_814_830_120), "2022-07-03T02:20:30.120Z");
        assert_eq!(format_millis(-1), "1969-12-31T23:59:59.999Z");
    }

    #[test]
    fn reads_back_what_it_wrote_and_other_offsets() {
        for millis in [0, 1, -1, 1_656_814_830_999] {
            assert_eq!(parse_millis(&format_millis(millis)), Ok(millis));
        }
        assert_eq!(
            parse_millis("2022-07-03T10:20:30+08:00"),
            Ok(1_656_814_830_000)
        );
        assert_eq!(parse_millis("2022-07-03"), Err(NotAnInstant));
        assert_eq!(parse_millis(""), Err(NotAnInstant));
    }

    #[test]
    fn stays_inside_the_calendar() {
        assert!(format_millis(i64::MAX).starts_with("9999-12-30T"));
        assert!(format_millis(i64::MIN).starts_with("-009999-01-02T"));
    }

    #[test]
    fn is_a_json_string() {
        let text = serde_json::to_string(&Timestamp::from_millis(5)).unwrap();
        assert_eq!(text, r#""1970-01-01T00:00:00.005Z""#);
        assert_eq!(
            serde_json::from_str::<Timestamp>(&text)
                .unwrap()
                .as_millis(),
            5
        );
    }
}
