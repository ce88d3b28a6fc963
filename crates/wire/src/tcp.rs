//! Plain TCP from this machine.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use crate::{Connect, Stream};

/// Connects by TCP from the machine that Refit runs on.
#[derive(Clone, Copy, Debug, Default)]
pub struct TcpConnect;

impl Connect for TcpConnect {
    fn connect(&self, address: &str, deadline: Instant) -> io::Result<Box<dyn Stream>> {
        let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
        for candidate in resolve(address, deadline)? {
            match TcpStream::connect_timeout(&candidate, left(deadline)?) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    return Ok(Box::new(Tcp { stream, deadline, peer: address.to_owned() }));
                }
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }
}

struct Tcp {
    stream: TcpStream,
    deadline: Instant,
    peer: String,
}

impl Stream for Tcp {
    fn set_deadline(&mut self, deadline: Instant) {
        self.deadline = deadline;
    }

    fn peer(&self) -> &str {
        &self.peer
    }
}

impl Read for Tcp {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(left(self.deadline)?))?;
        self.stream.read(buffer).map_err(timed_out)
    }
}

impl Write for Tcp {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(left(self.deadline)?))?;
        self.stream.write(bytes).map_err(timed_out)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// The time until `deadline`; never zero, which the socket would take as "for ever".
fn left(deadline: Instant) -> io::Result<Duration> {
    match deadline.checked_duration_since(Instant::now()) {
        Some(left) if !left.is_zero() => Ok(left),
        _ => Err(io::ErrorKind::TimedOut.into()),
    }
}

/// A socket's timeout has another name on Unix than elsewhere.
fn timed_out(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::WouldBlock => io::ErrorKind::TimedOut.into(),
        _ => error,
    }
}

/// The addresses behind `address`. The system's resolver knows no deadline, so it is asked on a
/// thread of its own, which is left alone if it takes too long.
fn resolve(address: &str, deadline: Instant) -> io::Result<Vec<SocketAddr>> {
    if let Ok(literal) = address.parse::<SocketAddr>() {
        return Ok(vec![literal]);
    }
    let (sender, receiver) = mpsc::channel();
    let name = address.to_owned();
    thread::Builder::new().name("resolve".to_owned()).spawn(move || {
        let found = name.to_socket_addrs().map(Iterator::collect);
        // Nobody listens any more once the deadline has passed.
        drop(sender.send(found));
    })?;
    receiver.recv_timeout(left(deadline)?).map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;
    use crate::{WireError, open};

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(100)
    }

    #[test]
    fn a_port_without_a_listener_is_refused() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        drop(listener);
        let error = open(&TcpConnect, &address, soon()).err().unwrap();
        assert!(matches!(error, WireError::Refused { at } if at == address));
    }

    #[test]
    fn names_are_resolved() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("localhost:{}", listener.local_addr().unwrap().port());
        let deadline = Instant::now() + Duration::from_secs(5);
        let stream = open(&TcpConnect, &address, deadline).unwrap();
        assert_eq!(stream.peer(), address);
    }

    #[test]
    fn what_is_no_address_cannot_be_reached() {
        let error = open(&TcpConnect, "no port here", soon()).err().unwrap();
        assert!(matches!(error, WireError::Unreachable { .. }), "{error}");
    }

    #[test]
    fn a_read_ends_at_the_deadline() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let mut stream = open(&TcpConnect, &address, soon()).unwrap();
        let error = stream.read(&mut [0; 8]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        let error = stream.write(&[0; 8]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut, "the deadline has passed");
    }
}
