//! Bulk changes: many rows, one commit, a result for each row.

use crate::limits;
use crate::refusal::{Field, Refusal};

/// What became of a row: as if it had been a call of its own.
pub type RowOutcome<T> = Result<T, Refusal>;

/// Refuses a call without rows, or with more than a bulk change may have.
pub(super) fn check_rows(rows: usize, field: Field) -> Result<(), Refusal> {
    if (1..=limits::MAX_BATCH_ROWS).contains(&rows) {
        Ok(())
    } else {
        Err(Refusal::invalid(field))
    }
}

/// What became of a row, unless it is the server that could not do it: then the
/// whole call failed, and nothing is changed.
pub(super) fn of_row<T>(outcome: Result<T, Refusal>) -> Result<RowOutcome<T>, Refusal> {
    match outcome {
        Err(whole @ (Refusal::Unavailable | Refusal::Fault)) => Err(whole),
        row => Ok(row),
    }
}

/// Puts what became of the rows that reached the store where the others have their
/// refusals, in order.
pub(super) fn in_order<A, B>(
    rows: Vec<RowOutcome<A>>,
    outcomes: impl IntoIterator<Item = RowOutcome<B>>,
) -> Result<Vec<RowOutcome<B>>, Refusal> {
    let mut outcomes = outcomes.into_iter();
    rows.into_iter()
        .map(|row| match row {
            Ok(_) => outcomes.next().ok_or(Refusal::Fault),
            Err(refusal) => Ok(Err(refusal)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_rows_are_taken_and_not_one_more() {
        assert_eq!(check_rows(0, "list"), Err(Refusal::invalid("list")));
        assert_eq!(check_rows(1, "list"), Ok(()));
        assert_eq!(check_rows(1_000, "list"), Ok(()));
        assert_eq!(check_rows(1_001, "list"), Err(Refusal::invalid("list")));
    }

    #[test]
    fn what_the_server_could_not_do_is_no_rows_own() {
        assert_eq!(of_row::<()>(Err(Refusal::Fault)), Err(Refusal::Fault));
        assert_eq!(of_row::<()>(Err(Refusal::NoName)), Ok(Err(Refusal::NoName)));
    }

    #[test]
    fn outcomes_take_their_rows_places() {
        let rows = vec![Ok(()), Err(Refusal::NoName), Ok(())];
        let all = in_order(rows, [Ok(1), Ok(2)]);
        assert_eq!(all, Ok(vec![Ok(1), Err(Refusal::NoName), Ok(2)]));
        assert_eq!(in_order::<_, ()>(vec![Ok(())], []), Err(Refusal::Fault));
    }
}
