//! The pace of a connection: how long the head of a request may take, and how long nothing may
//! move. Who sends or reads drop by drop, or not at all, does not keep a place.
//!
//! Pieces of a body have their own time, in [`crate::patience`].

use std::future::{Future as _, poll_fn};
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, sleep_until};

/// How many connections there are, and how long each may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// How many are open at once; others wait to be taken.
    pub most: usize,
    /// For the head of a request, from its first byte on; at the beginning of a connection, from
    /// then on.
    pub head: Duration,
    /// Between requests, and while one is answered: without a byte in any direction.
    pub still: Duration,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            // With what else is open, fewer than the files that a process may have open where
            // nobody has said otherwise.
            most: 512,
            head: Duration::from_secs(20),
            // Longer than proxies keep connections that they may use again.
            still: Duration::from_mins(2),
        }
    }
}

/// What a connection is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The head of a request comes.
    Head,
    /// A request is answered: from its head on, until its answer is made.
    Answering,
    /// Nothing of the next request has come.
    Between,
}

/// What happens on a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Happening {
    /// Bytes came.
    Read,
    /// Bytes went out.
    Written,
    /// The head of a request is there.
    Asked,
    /// Its answer is made, and goes out.
    Answered,
}

/// Where a connection stands: what it is at, and how long that may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    phase: Phase,
    until: Instant,
}

impl State {
    /// Where it stands after something happened.
    fn after(self, happening: Happening, now: Instant, limits: ConnectionLimits) -> Self {
        use {Happening as H, Phase as P};
        let phase = match (self.phase, happening) {
            // Drops do not put the end off.
            (P::Head, H::Read | H::Written | H::Answered) => return self,
            (P::Between, H::Read) => P::Head,
            (P::Between, H::Written | H::Answered) | (P::Answering, H::Answered) => P::Between,
            (_, H::Asked) | (P::Answering, H::Read | H::Written) => P::Answering,
        };
        let limit = if phase == P::Head { limits.head } else { limits.still };
        Self { phase, until: now + limit }
    }
}

/// The pace of one connection. Clones are of the same one.
#[derive(Clone, Debug)]
pub(crate) struct Pace {
    limits: ConnectionLimits,
    state: Arc<Mutex<State>>,
}

impl Pace {
    /// Of a connection that begins now.
    pub(crate) fn new(limits: ConnectionLimits) -> Self {
        let state = State { phase: Phase::Head, until: Instant::now() + limits.head };
        Self { limits, state: Arc::new(Mutex::new(state)) }
    }

    /// Waits until the connection has taken too long. What moves that moment happens where the
    /// connection is polled: in the same task, and before this is.
    pub(crate) async fn over(&self) {
        let mut sleep = pin!(sleep_until(self.until()));
        poll_fn(|context| {
            let until = self.until();
            if sleep.deadline() != until {
                sleep.as_mut().reset(until);
            }
            sleep.as_mut().poll(context)
        })
        .await;
    }

    /// A request is answered, until what this gives is dropped.
    pub(crate) fn answering(&self) -> Answering {
        self.happens(Happening::Asked);
        Answering(self.clone())
    }

    fn until(&self) -> Instant {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).until
    }

    fn happens(&self, happening: Happening) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = state.after(happening, Instant::now(), self.limits);
    }
}

/// As long as it is there, a request is answered.
#[derive(Debug)]
pub(crate) struct Answering(Pace);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.happens(Happening::Answered);
    }
}

/// The content of an answer.
pub(crate) struct Answer {
    pub(crate) body: Body,
    /// Dropped with it.
    pub(crate) _answering: Answering,
}

impl HttpBody for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream of bytes that tells when they move.
pub(crate) struct Moving<S> {
    pub(crate) stream: S,
    pub(crate) pace: Pace,
}

impl<S: AsyncRead + Unpin> AsyncRead for Moving<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        if buffer.filled().len() > before {
            self.pace.happens(Happening::Read);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S> Moving<S> {
    fn written(&self, count: usize) -> Poll<io::Result<usize>> {
        if count > 0 {
            self.pace.happens(Happening::Written);
        }
        Poll::Ready(Ok(count))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Moving<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let count = ready!(Pin::new(&mut self.stream).poll_write(context, bytes))?;
        self.written(count)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let count = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, pieces))?;
        self.written(count)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: ConnectionLimits =
        ConnectionLimits { most: 1, head: Duration::from_secs(1), still: Duration::from_secs(10) };

    /// Every state with everything that can happen: the phase, and what the end is put off to.
    #[test]
    fn drops_of_a_head_put_nothing_off_and_all_else_does() {
        use {Happening as H, Phase as P};
        let (begin, now) = (Instant::now(), Instant::now() + Duration::from_millis(500));
        let (kept, head, still) = (begin, now + LIMITS.head, now + LIMITS.still);
        for (phase, happening, expected, until) in [
            (P::Head, H::Read, P::Head, kept),
            (P::Head, H::Written, P::Head, kept),
            (P::Head, H::Answered, P::Head, kept),
            (P::Head, H::Asked, P::Answering, still),
            (P::Answering, H::Read, P::Answering, still),
            (P::Answering, H::Written, P::Answering, still),
            (P::Answering, H::Asked, P::Answering, still),
            (P::Answering, H::Answered, P::Between, still),
            (P::Between, H::Read, P::Head, head),
            (P::Between, H::Written, P::Between, still),
            (P::Between, H::Answered, P::Between, still),
            (P::Between, H::Asked, P::Answering, still),
        ] {
            let after = State { phase, until: begin }.after(happening, now, LIMITS);
            assert_eq!(after, State { phase: expected, until }, "{phase:?}, {happening:?}");
        }
    }
}
