//! How hosts, and the brokers on them, are reached.

use std::io::{self, Read, Write};
use std::time::Instant;

use refit_hosts::{Host, Link, LocalHost, SshClient, SshHost};
use refit_model::{HostEntry, Transport};
use refit_wire::{Connect, Stream, TcpConnect};

use crate::{AppError, Result, Target};

/// The host of an installation.
pub(crate) fn host(target: &Target) -> Result<Box<dyn Host>> {
    let name = &target.entry().host;
    match transport(target) {
        Some(Transport::Ssh(address)) => Ok(Box::new(SshHost::new(name.clone(), address.clone())?)),
        Some(Transport::Local) | None => Ok(Box::new(LocalHost::new(name.clone()))),
    }
}

/// How the broker is asked: from its own host, where nobody else may reach its ports.
pub(crate) fn connect(target: &Target) -> Result<Box<dyn Connect>> {
    match transport(target) {
        Some(Transport::Ssh(address)) => {
            let client = SshClient::new(address.clone()).map_err(refit_hosts::HostError::from)?;
            Ok(Box::new(Forwarded(client)))
        }
        Some(Transport::Local) | None => Ok(Box::new(TcpConnect)),
    }
}

/// Refuses what cannot be done on another machine yet, and is not to be done by halves.
pub(crate) fn only_here(target: &Target, what: &str) -> Result<()> {
    match transport(target) {
        Some(Transport::Ssh(_)) => Err(AppError::Usage(format!(
            "{what} cannot be done over SSH yet: it opens more connections than can be forwarded. \
             Run Refit on the host {} itself for it, with an environment whose transport is local",
            target.entry().host
        ))),
        Some(Transport::Local) | None => Ok(()),
    }
}

fn transport(target: &Target) -> Option<&Transport> {
    let hosts = &target.environment().hosts;
    hosts.get(&target.entry().host).map(|HostEntry { transport }| transport)
}

/// Connects from the host, through an OpenSSH client for each connection.
struct Forwarded(SshClient);

impl Connect for Forwarded {
    fn connect(&self, address: &str, deadline: Instant) -> io::Result<Box<dyn Stream>> {
        let link = self.0.forward(address).map_err(io::Error::other)?;
        let peer = address.to_owned();
        Ok(Box::new(Channel { link, client: self.0.clone(), deadline, peer, begun: false }))
    }
}

/// One connection from the host to a port there.
struct Channel {
    link: Link,
    client: SshClient,
    deadline: Instant,
    peer: String,
    /// Whether anything came yet.
    begun: bool,
}

impl Stream for Channel {
    fn set_deadline(&mut self, deadline: Instant) {
        self.deadline = deadline;
    }

    fn peer(&self) -> &str {
        &self.peer
    }
}

impl Read for Channel {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.link.read_some(buffer, self.deadline)? {
            // It never came about: only now that is seen.
            0 if !self.begun && !buffer.is_empty() => Err(self.not_begun()),
            length => {
                self.begun = true;
                Ok(length)
            }
        }
    }
}

impl Channel {
    fn not_begun(&mut self) -> io::Error {
        let said = self.link.last_words();
        if said.is_empty() {
            return io::ErrorKind::UnexpectedEof.into();
        }
        if said.contains("open failed: connect failed: Connection refused") {
            return io::ErrorKind::ConnectionRefused.into();
        }
        io::Error::other(self.client.failure(&mut self.link))
    }
}

impl Write for Channel {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.link.write_some(bytes, self.deadline)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
