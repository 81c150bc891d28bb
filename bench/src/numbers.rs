//! Medians and their spread.

use anyhow::{Context as _, Result};
use std::fmt;

/// What rounds said: the median, and how far the rounds lay apart.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Spread {
    /// The one in the middle; of an even number the upper one.
    pub median: f64,
    /// The least.
    pub low: f64,
    /// The greatest.
    pub high: f64,
}

impl Spread {
    /// Of at least one round.
    pub fn of(rounds: &[f64]) -> Result<Self> {
        let mut rounds = rounds.to_vec();
        rounds.sort_by(f64::total_cmp);
        let median = *rounds.get(rounds.len() / 2).context("no round was run")?;
        Ok(Self {
            median,
            low: rounds.first().copied().unwrap_or(median),
            high: rounds.last().copied().unwrap_or(median),
        })
    }

    /// Of the quotients, round by round.
    pub fn of_ratios(above: &[f64], below: &[f64]) -> Result<Self> {
        let ratios: Vec<f64> = above.iter().zip(below).map(|(a, b)| a / b).collect();
        Self::of(&ratios)
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { median, low, high } = *self;
        write!(f, "{} ({}-{})", figure(median), figure(low), figure(high))
    }
}

/// A number with three digits that count.
pub fn figure(number: f64) -> String {
    let size = number.abs();
    if size >= 100.0 {
        grouped(number)
    } else if size >= 10.0 {
        format!("{number:.1}")
    } else if size >= 1.0 || size == 0.0 {
        format!("{number:.2}")
    } else {
        format!("{number:.3}")
    }
}

/// A whole number with commas at the thousands.
pub fn grouped(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0.0 {
        format!("-{text}")
    } else {
        text
    }
}

/// A count as a number to reckon with.
#[allow(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_one_of_the_rounds() {
        let spread = Spread::of(&[3.0, 1.0, 2.0]).unwrap();
        assert_eq!(spread.to_string(), "2.00 (1.00-3.00)");
        assert!(Spread::of(&[]).is_err());
    }

    #[test]
    fn ratios_are_of_the_same_round() {
        let spread = Spread::of_ratios(&[2.0, 8.0, 9.0], &[1.0, 2.0, 3.0]).unwrap();
        assert_eq!((spread.low, spread.median, spread.high), (2.0, 3.0, 4.0));
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(figure(0.1234), "0.123");
        assert_eq!(figure(12.345), "12.3");
        assert_eq!(figure(1_234_567.0), "1,234,567");
        assert_eq!(figure(-123.0), "-123");
    }
}
