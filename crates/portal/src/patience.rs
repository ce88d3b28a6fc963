//! How long it is waited for the next piece of what comes in: who sends drop by drop does not keep
//! the server.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

use crate::failure::{Failure, FailureKind};

/// A time that begins anew with each piece.
pub(crate) struct Patience {
    piece: Duration,
    over: Pin<Box<Sleep>>,
}

impl Patience {
    /// It begins now; a piece may take so long.
    pub(crate) fn new(piece: Duration) -> Self {
        Self { piece, over: Box::pin(sleep(piece)) }
    }

    /// A piece came.
    pub(crate) fn renew(&mut self) {
        self.over.as_mut().reset(Instant::now() + self.piece);
    }

    /// Ready when it is over.
    pub(crate) fn poll_over(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.over.as_mut().poll(context)
    }
}

/// What comes next, if it comes in time.
pub(crate) async fn within<T>(
    piece: Duration,
    next: impl Future<Output = T>,
) -> Result<T, Failure> {
    tokio::time::timeout(piece, next).await.map_err(|_| over())
}

/// What is told when it is over.
pub(crate) fn over() -> Failure {
    let what = "What was sent came too slowly";
    Failure::new(FailureKind::Slow, what, "Try again over a better connection.")
}
