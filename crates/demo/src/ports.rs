//! Free ports.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;

/// Below these are the ports that services have by convention.
const LOWEST: u16 = 10_000;
/// Where the system keeps the range that it gives to clients.
const CLIENTS: &str = "/proc/sys/net/ipv4/ip_local_port_range";
/// How many are tried before it is given up.
const TRIES: u32 = 1_000;

/// Ports of 127.0.0.1 on which nothing listens, all different. They are free at the moment of the
/// call; nothing reserves them afterwards.
///
/// They are none that the system gives to clients: such a one could be taken by any connection
/// while its broker is down, even by a client that waits for that broker.
pub fn free_ports<const N: usize>() -> io::Result<[u16; N]> {
    let range = range()?;
    let mut ports = [0; N];
    // All are held until the last one is known, else one could come twice.
    let mut held = Vec::with_capacity(N);
    for port in &mut ports {
        let listener = one_of(&range)?;
        *port = listener.local_addr()?.port();
        held.push(listener);
    }
    Ok(ports)
}

/// From the lowest port to the first that clients get.
fn range() -> io::Result<Range<u16>> {
    let text = fs::read_to_string(CLIENTS)?;
    let first = text.split_whitespace().next().and_then(|first| first.parse().ok());
    let first = first.ok_or(io::ErrorKind::InvalidData)?;
    // A system may give nearly all ports to clients; then there is nothing to choose.
    Ok(if first > LOWEST + 1_000 { LOWEST..first } else { LOWEST..u16::MAX })
}

fn one_of(range: &Range<u16>) -> io::Result<TcpListener> {
    for _ in 0..TRIES {
        let mut bytes = [0; 2];
        getrandom::fill(&mut bytes).map_err(io::Error::other)?;
        let port = range.start + u16::from_ne_bytes(bytes) % (range.end - range.start);
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            bound => return bound,
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn ports_are_different_and_free() {
        let ports = free_ports::<8>().unwrap();
        assert_eq!(ports.iter().collect::<BTreeSet<_>>().len(), 8);
        assert!(ports.iter().all(|port| range().unwrap().contains(port)));
    }
}
