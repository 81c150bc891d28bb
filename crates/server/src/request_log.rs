//! Which request a log line belongs to, wherever in its task the line is written.
//!
//! A span for each request would say it too, and cost each check more than all of its
//! counters: its fields are formatted whether a line comes or not. This is one pointer.

use std::sync::Arc;
use tokio::task_local;

task_local! {
    static REQUEST_ID: Arc<str>;
}

/// Does the work of a request.
pub(crate) async fn within<T>(request_id: Arc<str>, work: impl Future<Output = T>) -> T {
    REQUEST_ID.scope(request_id, work).await
}

/// The id of the request whose work this is, if it is one's.
pub fn current() -> Option<Arc<str>> {
    REQUEST_ID.try_with(Arc::clone).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_line_knows_its_request_and_no_other() {
        assert_eq!(current(), None);
        let inside = within("r1".into(), async { current() });
        assert_eq!(inside.await.as_deref(), Some("r1"));
        assert_eq!(current(), None);
    }
}
