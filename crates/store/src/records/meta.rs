//! Facts about the store itself: the clock's mark and the key-check value.

use crate::sealed::{MasterKey, Place, Unopened};
use crate::sql::{Connection, OptionalExtension as _, params};
use rollcall_core::entropy::Entropy;
use rollcall_core::time::Timestamp;

pub(crate) const READ: &str = "SELECT value FROM meta WHERE name = ?1";
pub(crate) const WRITE: &str = "INSERT INTO meta (name, value) VALUES (?1, ?2)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value";

const CLOCK_MARK: &str = "clock_mark";
const KEY_CHECK: &str = "key_check";

/// What the key-check value says once it is open.
const KEY_CHECK_TEXT: &[u8] = b"rollcall";

const KEY_CHECK_PLACE: Place<'static> = Place {
    table: "meta",
    pool: None,
    row: KEY_CHECK.as_bytes(),
    column: "value",
};

/// The latest instant that the store has told anyone; none in a new store.
pub(super) fn clock_mark(conn: &Connection) -> crate::sql::Result<Option<Timestamp>> {
    let bytes: Option<[u8; 8]> = conn
        .prepare_cached(READ)?
        .query_row([CLOCK_MARK], |row| row.get(0))
        .optional()?;
    Ok(bytes.map(decode_clock_mark))
}

/// The mark from its stored form.
pub(crate) fn decode_clock_mark(bytes: [u8; 8]) -> Timestamp {
    Timestamp::from_millis(i64::from_be_bytes(bytes))
}

/// Stores the latest instant that was told.
pub(super) fn store_clock_mark(conn: &Connection, mark: Timestamp) -> crate::sql::Result<()> {
    let bytes = mark.as_millis().to_be_bytes();
    conn.prepare_cached(WRITE)?
        .perform(params![CLOCK_MARK, bytes])?;
    Ok(())
}

/// Whether a store is being moved into this database, which is none until then.
pub(super) fn is_unfinished(conn: &Connection) -> crate::sql::Result<bool> {
    conn.prepare_cached(READ)?
        .exists([crate::transfer::UNFINISHED])
}

/// Whether this is the master key of the store. A new store takes the key as its
/// own.
pub(super) fn check_master_key(
    conn: &Connection,
    key: &MasterKey,
    entropy: &dyn Entropy,
) -> crate::sql::Result<bool> {
    let stored: Option<Vec<u8>> = conn
        .prepare_cached(READ)?
        .query_row([KEY_CHECK], |row| row.get(0))
        .optional()?;
    let Some(stored) = stored else {
        let sealed = key.seal(&KEY_CHECK_PLACE, KEY_CHECK_TEXT, entropy)?;
        conn.prepare_cached(WRITE)?
            .perform(params![KEY_CHECK, sealed])?;
        return Ok(true);
    };
    match key.open(&KEY_CHECK_PLACE, &stored) {
        Ok(text) => Ok(text.as_slice() == KEY_CHECK_TEXT),
        Err(Unopened) => Ok(false),
    }
}
