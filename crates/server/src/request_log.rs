//! Which request a log line belongs to, wherever in its task the line is written.
//!
//! A span for each request would say it too, and cost each check more than all of its
//! counters: its fields are formatted whether a line comes or not. This is 36 bytes.

pub use crate::middleware::RequestId;
use tokio::task_local;

task_local! {
    static REQUEST_ID: RequestId;
}

/// Does the work of a request.
pub(crate) async fn within<T>(request_id: RequestId, work: impl Future<Output = T>) -> T {
    REQUEST_ID.scope(request_id, work).await
}

/// The id of the request whose work this is, if it is one's.
pub fn current() -> Option<RequestId> {
    REQUEST_ID.try_with(|request_id| *request_id).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;
    use crate::middleware::RequestIds;
    use std::sync::Arc;

    #[tokio::test]
    async fn a_line_knows_its_request_and_no_other() {
        let request_id = RequestIds::new(Arc::new(SystemEntropy::new())).next();
        assert_eq!(current(), None);
        let inside = within(request_id, async { current() });
        assert_eq!(inside.await, Some(request_id));
        assert_eq!(current(), None);
    }
}
