//! The known name that is most like an unknown one.

/// The name that takes the fewest single-letter edits to reach.
pub(super) fn nearest<'a>(
    unknown: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    known.into_iter().min_by_key(|name| distance(unknown, name))
}

/// Levenshtein's distance, over at most 64 characters of each.
fn distance(from: &str, to: &str) -> usize {
    const COMPARED: usize = 64;
    let to: Vec<char> = to.chars().take(COMPARED).collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().take(COMPARED).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let substituted = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fewest_edits_win() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(nearest("listn", ["data", "listen"]), Some("listen"));
        assert_eq!(nearest("x", []), None);
    }
}
