//! Whole numbers in JSON, where `number` covers more than we accept.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A non-negative whole number: page numbers, limits, seconds, counts, and
/// instants in milliseconds since the Unix epoch where the contract says
/// `number`.
///
/// Reads JSON integers and floats without a fraction (`10.0`, which some
/// JSON writers produce) up to 2^53, beyond which a JSON number is not exact
/// everywhere; negative or fractional numbers and strings are errors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Whole(u64);

/// The largest value of a [`Whole`], 2^53: above it a double skips integers.
pub const WHOLE_MAX: u64 = 1 << 53;

/// A number that is negative, fractional or above [`WHOLE_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a whole number from 0 to 2^53")]
pub struct NotWhole;

impl Whole {
    /// A whole number of at most 32 bits, which always fits.
    pub const fn from_u32(value: u32) -> Self {
        Self(value as u64)
    }

    /// The value.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl From<u32> for Whole {
    fn from(value: u32) -> Self {
        Self::from_u32(value)
    }
}

impl From<Whole> for u64 {
    fn from(value: Whole) -> Self {
        value.0
    }
}

impl TryFrom<u64> for Whole {
    type Error = NotWhole;

    fn try_from(value: u64) -> Result<Self, NotWhole> {
        if value <= WHOLE_MAX {
            Ok(Self(value))
        } else {
            Err(NotWhole)
        }
    }
}

impl TryFrom<i64> for Whole {
    type Error = NotWhole;

    fn try_from(value: i64) -> Result<Self, NotWhole> {
        u64::try_from(value)
            .map_err(|_| NotWhole)
            .and_then(Self::try_from)
    }
}

impl TryFrom<f64> for Whole {
    type Error = NotWhole;

    fn try_from(value: f64) -> Result<Self, NotWhole> {
        // 2^53 is exact as a double.
        if value.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&value) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the range and the fraction were checked above"
            )]
            Ok(Self(value as u64))
        } else {
            Err(NotWhole)
        }
    }
}

impl std::str::FromStr for Whole {
    type Err = NotWhole;

    /// Reads the decimal form of a query string: `10`, also `10.0`.
    fn from_str(text: &str) -> Result<Self, NotWhole> {
        if let Ok(value) = text.parse::<u64>() {
            return Self::try_from(value);
        }
        // f64's parser also takes `inf`, `nan` and exponents, which no page
        // number is written as.
        if !text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
        {
            return Err(NotWhole);
        }
        text.parse::<f64>()
            .map_err(|_| NotWhole)
            .and_then(Self::try_from)
    }
}

impl fmt::Display for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Whole {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Whole".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "integer", "minimum": 0, "maximum": WHOLE_MAX })
    }
}

impl Serialize for Whole {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = Whole;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number from 0 to 2^53")
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Whole, E> {
                Whole::try_from(value).map_err(E::custom)
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Whole, E> {
                Whole::try_from(value).map_err(E::custom)
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Whole, E> {
                Whole::try_from(value).map_err(E::custom)
            }
        }

        // `any`, not `u64`: serde_json would refuse `10.0` for a u64.
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<u64> {
        serde_json::from_str::<Whole>(json).ok().map(Whole::get)
    }

    #[test]
    fn reads_integers_and_integral_floats() {
        assert_eq!(read("0"), Some(0));
        assert_eq!(read("10"), Some(10));
        assert_eq!(read("10.0"), Some(10));
        assert_eq!(read("1e3"), Some(1000));
        assert_eq!(read("-0.0"), Some(0));
        assert_eq!(read("9007199254740992"), Some(WHOLE_MAX));
    }

    #[test]
    fn refuses_everything_else() {
        for json in [
            "-1",
            "1.5",
            "-0.5",
            "9007199254740993",
            "1e300",
            "\"10\"",
            "true",
            "null",
            "[1]",
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }

    #[test]
    fn reads_query_text() {
        assert_eq!("12".parse::<Whole>().unwrap().get(), 12);
        assert_eq!("12.0".parse::<Whole>().unwrap().get(), 12);
        for text in ["", "-1", "1.5", "inf", "NaN", "1e3", " 1", "."] {
            assert_eq!(text.parse::<Whole>(), Err(NotWhole), "{text}");
        }
    }
}
