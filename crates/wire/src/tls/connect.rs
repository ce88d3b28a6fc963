//! Connects by TLS over another way to connect.

use std::io;
use std::time::Instant;

use super::stream::handshake;
use super::trust::Trust;
use crate::{Connect, Stream, open};

/// Makes streams within TLS over those of another [`Connect`].
pub struct TlsConnect<C> {
    below: C,
    trust: Trust,
    server: Option<String>,
}

impl<C: Connect> TlsConnect<C> {
    /// TLS over `below`. The certificate must be for the host of the address.
    pub fn new(below: C, trust: Trust) -> Self {
        Self { below, trust, server: None }
    }

    /// The same, but the certificate must be for `server`: where the address is not the server's
    /// own, as through a tunnel.
    #[must_use]
    pub fn for_server(mut self, server: impl Into<String>) -> Self {
        self.server = Some(server.into());
        self
    }
}

impl<C: Connect> Connect for TlsConnect<C> {
    fn connect(&self, address: &str, deadline: Instant) -> io::Result<Box<dyn Stream>> {
        let stream = open(&self.below, address, deadline).map_err(io::Error::other)?;
        let server = self.server.as_deref().unwrap_or_else(|| host_of(address));
        let stream = handshake(stream, server, &self.trust, deadline).map_err(io::Error::other)?;
        Ok(Box::new(stream))
    }
}

/// The host in `HOST:PORT`, without the brackets of an IPv6 address.
fn host_of(address: &str) -> &str {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    host.trim_start_matches('[').trim_end_matches(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_what_stands_before_the_port() {
        assert_eq!(host_of("broker.example:61614"), "broker.example");
        assert_eq!(host_of("[::1]:61614"), "::1");
    }
}
