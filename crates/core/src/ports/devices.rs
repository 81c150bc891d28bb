//! A person's devices: their own live sessions.

use super::StoreResult;
use crate::ids::{LoginId, PoolId, SessionId, UserId};
use crate::model::device::Device;
use crate::model::event::Origin;
use crate::page::{PageOf, PageRequest};
use async_trait::async_trait;

/// The end of a device, by its person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeviceEnd {
    /// The login that asks for it: it must still be live.
    pub by: LoginId,
    /// The session to end; of the same user.
    pub session: SessionId,
    /// Whether its id is to name nothing to its person from now on.
    pub hide: bool,
}

/// What became of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DeviceEnded {
    /// The session has ended, now or before.
    Ended,
    /// The user has no such session, or took it off the list.
    NotFound,
    /// Whoever asked is signed out meanwhile; nothing was changed.
    SignedOut,
}

/// Devices of a pool's users.
#[async_trait]
pub trait Devices: Send + Sync {
    /// A page of the user's live sessions, the one that was signed in to last first.
    async fn devices(
        &self,
        pool: PoolId,
        user: UserId,
        page: PageRequest,
    ) -> StoreResult<PageOf<Device>>;

    /// Ends a session of the person's own and all its logins (`device_revoked`).
    /// What had ended before keeps its instant and reason.
    async fn end_device(
        &self,
        pool: PoolId,
        end: DeviceEnd,
        origin: Origin,
    ) -> StoreResult<DeviceEnded>;
}
