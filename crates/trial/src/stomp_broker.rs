//! A broker to be tried, by its STOMP connector.

use std::time::Duration;

use refit_wire::stomp::{StompClient, StompLogin};
use refit_wire::{Connect, WireError, open};

use crate::Clock;

/// A broker's STOMP connector, the way to it, and the clock to wait by.
#[derive(Clone, Copy)]
pub struct StompBroker<'a> {
    /// The way there, with TLS in it where the connector speaks TLS.
    pub connect: &'a dyn Connect,
    /// The address, `HOST:PORT`.
    pub address: &'a str,
    /// The clock.
    pub clock: &'a dyn Clock,
}

impl StompBroker<'_> {
    /// Connects and logs in.
    pub(crate) fn log_in(
        &self,
        login: &StompLogin,
        within: Duration,
    ) -> Result<StompClient, WireError> {
        let deadline = self.clock.now() + within;
        StompClient::connect(open(self.connect, self.address, deadline)?, login, deadline)
    }
}
