//! A person's devices: the port. What ends a session is in `lifecycle`.

use super::{SqlStore, lifecycle};
use async_trait::async_trait;
use rollcall_core::ids::{PoolId, UserId};
use rollcall_core::model::device::Device;
use rollcall_core::model::event::Origin;
use rollcall_core::page::{PageOf, PageRequest};
use rollcall_core::ports::StoreResult;
use rollcall_core::ports::devices::{DeviceEnd, DeviceEnded, Devices};

#[async_trait]
impl Devices for SqlStore {
    async fn devices(
        &self,
        pool: PoolId,
        user: UserId,
        page: PageRequest,
    ) -> StoreResult<PageOf<Device>> {
        self.scan(move |conn| lifecycle::devices(conn, pool, user, page, conn.now()?))
            .await
    }

    async fn end_device(
        &self,
        pool: PoolId,
        end: DeviceEnd,
        origin: Origin,
    ) -> StoreResult<DeviceEnded> {
        self.write(move |commit| lifecycle::end_device(commit, pool, end, &origin))
            .await
    }
}
