//! Looking at a store beside whoever serves it.

use super::error::BootError;
use super::folder;
use crate::clock::SystemClock;
use crate::config::StoreConfig;
use rollcall_core::time::Clock as _;
use rollcall_store::{Doctor, Subject};

pub use rollcall_core::model::event::Reason;
pub use rollcall_core::model::standing::Standing;
pub use rollcall_core::time::Timestamp as Instant;
pub use rollcall_store::{Examination, Explanation, Finding, LoginExplained, Mark};

fn open(config: &StoreConfig) -> Result<Doctor, BootError> {
    let path = folder::database(&config.data);
    // Opening would say that it cannot be opened, and not what to do.
    if !path.exists() {
        return Err(BootError::NoStore(config.data.clone()));
    }
    let doctor = Doctor::open(&path, SystemClock.now());
    doctor.map_err(|source| BootError::Open { path, source })
}

/// Whether what is stored agrees with itself.
pub fn examine(config: &StoreConfig) -> Result<Examination, BootError> {
    let examined = open(config)?.examine();
    examined.map_err(|source| BootError::Open {
        path: folder::database(&config.data),
        source,
    })
}

/// Why whom the text means is signed in, or is not: in the pool that is named, or in
/// each that has such a user.
pub fn explain(
    config: &StoreConfig,
    user: &str,
    pool: Option<&str>,
) -> Result<Vec<Explanation>, BootError> {
    let parse = |id: &str| {
        id.parse()
            .map_err(|_| BootError::UnknownPool(id.to_owned()))
    };
    let subject = Subject {
        text: user.to_owned(),
        pool: pool.map(parse).transpose()?,
    };
    let explained = open(config)?.explain(&subject);
    let explained = explained.map_err(|source| BootError::Open {
        path: folder::database(&config.data),
        source,
    })?;
    if explained.is_empty() {
        let one = pool.is_some();
        return Err(BootError::UnknownUser {
            user: user.to_owned(),
            pools: if one {
                "this user pool"
            } else {
                "any user pool"
            },
        });
    }
    Ok(explained)
}
