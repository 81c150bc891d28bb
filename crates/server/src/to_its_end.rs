//! Work that a caller cannot break off by hanging up.

use crate::request_log;
use rollcall_core::Refusal;

/// Does the work whether or not anybody waits for it any more. A request that is
/// dropped takes what it awaits with it; an attempt that was hashed is counted
/// all the same.
pub(crate) async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) -> Result<T, Refusal> {
    let spawned = match request_log::current() {
        Some(request_id) => tokio::spawn(request_log::within(request_id, work)),
        None => tokio::spawn(work),
    };
    match spawned.await {
        Ok(done) => done,
        Err(error) => {
            tracing::error!(%error, "work of a request was broken off");
            Err(Refusal::Fault)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_breaks_off_is_a_fault() {
        assert_eq!(to_its_end(async { Ok(1) }).await, Ok(1));
        let refused = async { Err::<(), _>(Refusal::WrongPassword) };
        assert_eq!(to_its_end(refused).await, Err(Refusal::WrongPassword));
        let broken = to_its_end::<()>(async { panic!("broken off") });
        assert_eq!(broken.await, Err(Refusal::Fault));
    }
}
