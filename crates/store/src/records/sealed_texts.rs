//! Secrets that are texts, in sealed columns.

use super::SqlStore;
use super::commit::{Commit, WriteError};
use crate::sealed::Unopened;
use rollcall_core::ids::PoolId;
use rollcall_core::secret::Secret;

fn text(plain: &[u8]) -> Result<Secret, Unopened> {
    std::str::from_utf8(plain)
        .map(Secret::new)
        .map_err(|_| Unopened)
}

impl SqlStore {
    /// The secret of a sealed column.
    pub(crate) fn open_secret(
        &self,
        table: &'static str,
        pool: PoolId,
        row: &[u8],
        column: &'static str,
        sealed: &[u8],
    ) -> Result<Secret, Unopened> {
        text(&self.open_sealed(table, pool, row, column, sealed)?)
    }
}

impl Commit<'_> {
    /// The secret of a sealed column.
    pub(crate) fn open_secret(
        &self,
        table: &'static str,
        pool: PoolId,
        row: &[u8],
        column: &'static str,
        sealed: &[u8],
    ) -> Result<Secret, WriteError> {
        Ok(text(&self.open(table, pool, row, column, sealed)?)?)
    }

    /// Encrypts a secret for its column.
    pub(crate) fn seal_secret(
        &self,
        table: &'static str,
        pool: PoolId,
        row: &[u8],
        column: &'static str,
        secret: &Secret,
    ) -> Result<Vec<u8>, WriteError> {
        self.seal(table, pool, row, column, secret.reveal().as_bytes())
    }
}
