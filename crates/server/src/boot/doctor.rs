//! Looking at a store beside whoever serves it.

use super::error::BootError;
use super::place::Place;
use crate::clock::SystemClock;
use crate::config::StoreConfig;
use rollcall_core::time::Clock as _;
use rollcall_store::{Doctor, OpenError, Subject};

pub use rollcall_core::model::event::Reason;
pub use rollcall_core::model::standing::Standing;
pub use rollcall_core::time::Timestamp as Instant;
pub use rollcall_store::{Examination, Explanation, Finding, LoginExplained, Mark};

fn open(config: &StoreConfig) -> Result<Doctor, BootError> {
    let place = Place::of(config);
    // Opening would say that it cannot be opened, and not what to do.
    if matches!(&place, Place::File(path) if !path.exists()) {
        return Err(BootError::NoStore(place.described()));
    }
    let doctor = Doctor::open(&place.store(), SystemClock.now());
    doctor.map_err(|source| failed(config, source))
}

fn failed(config: &StoreConfig, source: OpenError) -> BootError {
    let place = Place::of(config).described();
    BootError::Open { place, source }
}

/// Whether what is stored agrees with itself.
pub fn examine(config: &StoreConfig) -> Result<Examination, BootError> {
    let examined = open(config)?.examine();
    examined.map_err(|source| failed(config, source))
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
    let explained = explained.map_err(|source| failed(config, source))?;
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
