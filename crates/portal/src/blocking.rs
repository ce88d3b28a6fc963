//! Work that waits for the disk or reckons for long, apart from what answers requests.

use crate::failure::Failure;

/// Does it on a thread of its own.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(Failure::internal)
}
