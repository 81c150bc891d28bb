//! Birthdates: the contract's format is an instant, its example a date.

/// Whether the text is a date of the calendar (RFC 3339 `full-date`), alone or as
/// the beginning of an instant (`date-time`).
pub(super) fn is_birthdate(text: &str) -> bool {
    let Some((date, time)) = text.split_at_checked(10) else {
        return false;
    };
    is_date(date) && (time.is_empty() || is_time(time))
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    match (number(year, 4), number(month, 2), number(day, 2)) {
        (Some(year), Some(month), Some(day)) => (1..=days_in(year, month)).contains(&day),
        _ => false,
    }
}

fn days_in(year: u32, month: u32) -> u32 {
    let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

/// `T23:59:59`, a fraction if any, and `Z` or an offset.
fn is_time(text: &str) -> bool {
    let Some(text) = text.strip_prefix('T') else {
        return false;
    };
    let Some((clock, rest)) = text.split_at_checked(8) else {
        return false;
    };
    let offset = match rest.strip_prefix('.') {
        None => rest,
        Some(fraction) => {
            let offset = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if offset.len() == fraction.len() {
                return false;
            }
            offset
        }
    };
    is_clock(clock) && (offset == "Z" || is_offset(offset))
}

fn is_clock(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let [hour, minute, second] = parts[..] else {
        return false;
    };
    let below = |text, limit| number(text, 2).is_some_and(|value| value < limit);
    below(hour, 24) && below(minute, 60) && below(second, 60)
}

fn is_offset(text: &str) -> bool {
    text.strip_prefix(['+', '-'])
        .is_some_and(|offset| is_clock(&format!("{offset}:00")))
}

fn number(text: &str, digits: usize) -> Option<u32> {
    let plain = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::is_birthdate;

    #[test]
    fn dates_and_instants_are_birthdates() {
        for text in [
            "2022-06-03",
            "2000-02-29",
            "2022-06-03T02:20:30.000Z",
            "2022-06-03T00:00:00+08:00",
        ] {
            assert!(is_birthdate(text), "{text}");
        }
    }

    #[test]
    fn what_no_calendar_has_is_none() {
        for text in [
            "",
            "soon",
            "2022-13-01",
            "2022-02-29",
            "1900-02-29",
            "2022-00-10",
            "2022-1-01",
            "2022-06-03T25:00:00Z",
            "2022-06-03T00:00:00",
            "2022-06-03T00:00:00.Z",
            "2022-06-03 00:00:00Z",
            "2022-06-0é",
            "😀👪🧘",
        ] {
            assert!(!is_birthdate(text), "{text}");
        }
    }
}
