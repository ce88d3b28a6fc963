//! Files that people send along: they go to where contents are kept as they come in, are never
//! held as a whole, and are judged on the way. Their size is limited, what they are is looked at,
//! nothing is ever unpacked, and they are given back as downloads alone.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use std::{fmt, io};

use axum::body::{BodyDataStream, Bytes};
use axum::extract::multipart::Field;
use refit_pages::forms::{MAX_FILE, RefusedFile, Upload};
use refit_store::{BlobError, Blobs};
use tokio::io::{AsyncRead, ReadBuf};
use tokio_stream::Stream as _;

use crate::body::unread;
use crate::failure::Failure;
use crate::kind::Judge;
use crate::patience::{self, Patience};

/// The longest name of a file, in characters.
const LONGEST_NAME: usize = 200;

/// What comes in piece by piece: the part of a form, or a whole body.
pub(crate) trait Pieces: Send + Unpin {
    /// The next piece; none at the end.
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Failure>>>;
}

impl Pieces for Field<'_> {
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Failure>>> {
        let next = Pin::new(self).poll_next(context);
        next.map(|piece| piece.map(|piece| piece.map_err(unread)))
    }
}

impl Pieces for BodyDataStream {
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Failure>>> {
        let broken = |error| Failure::invalid(format!("The content cannot be read: {error}"));
        let next = Pin::new(self).poll_next(context);
        next.map(|piece| piece.map(|piece| piece.map_err(broken)))
    }
}

/// What came of a file.
#[derive(Debug)]
pub(crate) enum Received {
    /// There was none in the field.
    Nothing,
    /// It is kept.
    Kept(Upload),
    /// It is not taken, and nothing of it is kept.
    Refused(RefusedFile),
}

/// Why a file is not read to its end.
#[derive(Debug)]
enum Fault {
    /// It is not taken.
    Refused(RefusedFile),
    /// It did not come as it should.
    Failed(Failure),
}

/// Keeps a file.
pub(crate) async fn keep<S: Pieces>(
    part: &mut S,
    name: &str,
    contents: &Blobs,
    patience: Duration,
) -> Result<Received, Failure> {
    let mut incoming = Incoming::new(part, patience);
    match incoming.is_empty().await {
        Ok(true) if name.is_empty() => return Ok(Received::Nothing),
        Ok(true) => return Ok(Received::Refused(RefusedFile::Empty)),
        Ok(false) => {}
        Err(fault) => return fault.received(),
    }
    match contents.put(&mut incoming, MAX_FILE).await {
        Ok(blob) => Ok(Received::Kept(Upload { name: safe_name(name), digest: blob.digest })),
        // What came in was at fault, not the place where it is kept.
        Err(BlobError::Incoming(error)) => match incoming.fault {
            Some(fault) => fault.received(),
            None => Err(Failure::internal(error)),
        },
        Err(BlobError::TooLarge { .. }) => Ok(Received::Refused(RefusedFile::TooLarge)),
        Err(error) => Err(error.into()),
    }
}

impl Fault {
    fn received(self) -> Result<Received, Failure> {
        match self {
            Self::Refused(why) => Ok(Received::Refused(why)),
            Self::Failed(failure) => Err(failure),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => write!(f, "a file is not taken: {why:?}"),
            Self::Failed(failure) => failure.fmt(f),
        }
    }
}

/// A file on its way in.
struct Incoming<'a, S> {
    part: &'a mut S,
    piece: Bytes,
    judge: Judge,
    patience: Patience,
    is_over: bool,
    /// Why it is not read any further.
    fault: Option<Fault>,
}

impl<'a, S: Pieces> Incoming<'a, S> {
    fn new(part: &'a mut S, patience: Duration) -> Self {
        let (piece, patience) = (Bytes::new(), Patience::new(patience));
        Self { part, piece, judge: Judge::new(), patience, is_over: false, fault: None }
    }

    /// Whether there is nothing in it.
    async fn is_empty(&mut self) -> Result<bool, Fault> {
        std::future::poll_fn(|context| self.poll_piece(context)).await?;
        Ok(self.piece.is_empty())
    }

    /// Has the next piece at hand, which is empty only at the end.
    fn poll_piece(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Fault>> {
        while self.piece.is_empty() && !self.is_over {
            let Poll::Ready(next) = self.part.poll_piece(context) else {
                ready!(self.patience.poll_over(context));
                return Poll::Ready(Err(Fault::Failed(patience::over())));
            };
            self.patience.renew();
            let is_taken = match next {
                Some(Ok(piece)) => {
                    self.piece = piece;
                    self.judge.take(&self.piece)
                }
                Some(Err(failure)) => return Poll::Ready(Err(Fault::Failed(failure))),
                None => {
                    self.is_over = true;
                    self.judge.ends()
                }
            };
            if !is_taken {
                return Poll::Ready(Err(Fault::Refused(RefusedFile::Kind)));
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: Pieces> AsyncRead for Incoming<'_, S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Err(fault) = ready!(this.poll_piece(context)) {
            let told = fault.to_string();
            this.fault = Some(fault);
            return Poll::Ready(Err(io::Error::other(told)));
        }
        let length = this.piece.len().min(to.remaining());
        to.put_slice(&this.piece.split_to(length));
        Poll::Ready(Ok(()))
    }
}

/// The last part of a name, without what could mislead: it is shown and offered, never used as a
/// path here.
pub(crate) fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_safe = |c: &char| c.is_alphanumeric() || " -_.,()+@".contains(*c);
    let safe: String = last.chars().filter(is_safe).take(LONGEST_NAME).collect();
    let safe = safe.trim().trim_matches('.').trim();
    if safe.is_empty() { "file".to_owned() } else { safe.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_names_alone() {
        for (given, expected) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\plan (2).docx", "plan (2).docx"),
            ("a\r\nSet-Cookie: x.txt", "aSet-Cookie x.txt"),
            ("\u{202e}fdp.exe", "fdp.exe"),
            ("<script>\".txt", "script.txt"),
            ("..", "file"),
            ("", "file"),
        ] {
            assert_eq!(safe_name(given), expected, "{given:?}");
        }
        assert_eq!(safe_name(&"ä".repeat(900)).chars().count(), LONGEST_NAME);
    }
}
