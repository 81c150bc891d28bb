//! What outboxes have in common: which receivers are visited, and how far.

use crate::sql::{Connection, Result};
use rollcall_core::model::delivery::Places;
use rollcall_core::time::Timestamp;
use std::hash::Hash;

/// An outbox as it is read: the receivers for whom something waits, in order, and
/// what is due of each.
pub(super) trait Outbox {
    /// Who is told.
    type Receiver: Copy + Eq + Ord + Hash;
    /// Something that is due.
    type Due;

    /// The receiver after this one, or the first, by a seek.
    fn next(conn: &Connection, after: Option<Self::Receiver>) -> Result<Option<Self::Receiver>>;

    /// At most so much of what is due of a receiver.
    fn due(
        conn: &Connection,
        receiver: Self::Receiver,
        now: Timestamp,
        most: i64,
    ) -> Result<Vec<Self::Due>>;
}

/// Shows what is due, receiver by receiver from the one after the last served,
/// until no place is left or `each` says no.
pub(super) fn visit<O: Outbox>(
    conn: &Connection,
    places: &mut Places<O::Receiver>,
    now: Timestamp,
    mut each: impl FnMut(O::Due) -> bool,
) -> Result<()> {
    let last = places.last();
    let (mut after, mut wrapped) = (last, last.is_none());
    while places.free() > 0 {
        match O::next(conn, after)? {
            Some(next) if !wrapped || last.is_none_or(|last| next <= last) => {
                let most = i64::try_from(places.free_for(next)).unwrap_or(i64::MAX);
                let due = match most {
                    0 => Vec::new(),
                    most => O::due(conn, next, now, most)?,
                };
                for due in due {
                    places.take(next);
                    if !each(due) {
                        return Ok(());
                    }
                }
                after = Some(next);
            }
            _ if wrapped => return Ok(()),
            _ => (after, wrapped) = (None, true),
        }
    }
    Ok(())
}

/// Whether there is anything to claim: an idle store is asked often, and writes
/// nothing.
pub(super) fn any_due<O: Outbox>(
    conn: &Connection,
    mut places: Places<O::Receiver>,
    now: Timestamp,
) -> Result<bool> {
    let mut found = false;
    visit::<O>(conn, &mut places, now, |_| {
        found = true;
        false
    })?;
    Ok(found)
}
