//! Where a store is: a file of the data folder, or a database that nodes share.

use super::error::BootError;
use super::folder::{self, DataFolder};
use crate::config::{DatabaseConfig, DatabasePooler, StoreConfig};
use rollcall_store::{
    DatabaseClock, OpenError, OpenOptions, Pooler, PostgresOptions, SqlStore, StoreAt, described,
};
use std::path::PathBuf;

/// Where a store is.
#[derive(Clone)]
pub(super) enum Place {
    /// A file, and its data folder.
    File(PathBuf),
    /// A database.
    Database(PostgresOptions),
}

impl Place {
    pub(super) fn of(config: &StoreConfig) -> Self {
        match &config.database {
            None => Self::File(folder::database(&config.data)),
            Some(database) => Self::Database(options(database)),
        }
    }

    /// As the store's own functions name it.
    pub(super) fn store(&self) -> StoreAt {
        match self {
            Self::File(path) => StoreAt::File(path.clone()),
            Self::Database(server) => StoreAt::Server(server.clone()),
        }
    }

    /// As messages name it: a URL without its password.
    pub(super) fn described(&self) -> String {
        match self {
            Self::File(path) => format!("the database {}", path.display()),
            Self::Database(server) => described(&server.url),
        }
    }

    /// The folder as it is needed here: a file is served by one process at a time,
    /// while of a database the folder has the master key alone.
    pub(super) fn take_folder(&self, config: &StoreConfig) -> Result<DataFolder, BootError> {
        match self {
            Self::File(_) => DataFolder::take(&config.data),
            Self::Database(_) => DataFolder::share(&config.data),
        }
    }

    /// Whether there is a store.
    pub(super) async fn exists(&self) -> Result<bool, BootError> {
        match self.clone() {
            Self::File(path) => Ok(SqlStore::exists(&path)),
            Self::Database(server) => self.blocking(move || SqlStore::exists_in(&server)).await,
        }
    }

    /// Opens the store, or makes it.
    pub(super) async fn open(&self, options: OpenOptions) -> Result<SqlStore, BootError> {
        match self.clone() {
            Self::File(path) => self.blocking(move || SqlStore::open(&path, options)).await,
            Self::Database(server) => {
                self.blocking(move || SqlStore::connect(&server, options))
                    .await
            }
        }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, OpenError> + Send + 'static,
    ) -> Result<T, BootError> {
        let done = tokio::task::spawn_blocking(work).await;
        let done = done.unwrap_or_else(|error| Err(OpenError::Io(error.to_string())));
        done.map_err(|source| BootError::Open {
            place: self.described(),
            source,
        })
    }
}

fn options(database: &DatabaseConfig) -> PostgresOptions {
    PostgresOptions {
        url: database.url.to_string(),
        ca_file: database.ca_file.clone(),
        pooler: match database.pooler {
            DatabasePooler::Session => Pooler::Session,
            DatabasePooler::Transaction => Pooler::Transaction,
        },
        clock: DatabaseClock::Followed,
    }
}
