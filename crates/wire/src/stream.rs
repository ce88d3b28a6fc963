//! Byte streams with a deadline, and what makes them.

use std::io::{self, Read, Write};
use std::time::Instant;

use crate::WireError;

/// A connection to a server, over which bytes go both ways.
pub trait Stream: Read + Write + Send {
    /// From now on, a read or write that is not done at `deadline` fails with
    /// [`io::ErrorKind::TimedOut`] then; at once if `deadline` has passed.
    fn set_deadline(&mut self, deadline: Instant);

    /// The address of the other side, as it was asked for: for error texts.
    fn peer(&self) -> &str;
}

/// Makes streams.
pub trait Connect: Send + Sync {
    /// Connects to `address`, which is `HOST:PORT`, before `deadline`. The stream begins with that
    /// deadline. A [`WireError`] may be wrapped in the error; [`open`] takes it out again.
    fn connect(&self, address: &str, deadline: Instant) -> io::Result<Box<dyn Stream>>;
}

/// Connects, and types the failure.
pub fn open(
    connect: &dyn Connect,
    address: &str,
    deadline: Instant,
) -> Result<Box<dyn Stream>, WireError> {
    connect.connect(address, deadline).map_err(|error| WireError::connecting(address, error))
}
