//! Puts an environment's messages into its running broker.

use std::collections::VecDeque;
use std::time::Instant;

use refit_wire::stomp::{Acknowledge, Event, StompClient, StompLogin, Subscription};
use refit_wire::{Connect, TcpConnect, WireError};

use crate::messages::{Expected, ExpectedMessage, ExpectedSubscription};
use crate::{DemoError, DemoSite, SiteUser};

/// How many messages are on their way unconfirmed.
const WINDOW: usize = 64;

impl DemoSite {
    /// Makes the durable subscription and sends all messages, each confirmed by the broker. To be
    /// called once, on a broker that has none of them.
    pub fn load_messages(&self, deadline: Instant) -> Result<(), DemoError> {
        let Expected { queued, subscription } = self.expected();
        self.subscribe_durably(&subscription, deadline)?;
        let mut client = self.stomp_client(SiteUser::Orders, None, deadline)?;
        let all = queued.iter().chain(&subscription.pending);
        send_all(&mut client, all, deadline)?;
        Ok(client.disconnect(deadline)?)
    }

    /// A STOMP session of one of the site's users, with a client's name where one is needed.
    pub fn stomp_client(
        &self,
        user: SiteUser,
        client_id: Option<&str>,
        deadline: Instant,
    ) -> Result<StompClient, DemoError> {
        self.stomp_client_by(&TcpConnect, self.ports().stomp, user, client_id, deadline)
    }

    /// The same, on another port and by another way, for example by TLS.
    pub fn stomp_client_by(
        &self,
        connect: &dyn Connect,
        port: u16,
        user: SiteUser,
        client_id: Option<&str>,
        deadline: Instant,
    ) -> Result<StompClient, DemoError> {
        let mut login = StompLogin::new(Some(self.credentials(user)?));
        login.client_id = client_id.map(str::to_owned);
        let address = format!("127.0.0.1:{port}");
        Ok(StompClient::log_in(connect, &address, &login, deadline)?)
    }

    fn subscribe_durably(
        &self,
        wanted: &ExpectedSubscription,
        deadline: Instant,
    ) -> Result<(), DemoError> {
        let mut client = self.stomp_client(SiteUser::Audit, Some(&wanted.client_id), deadline)?;
        let subscription = Subscription::new("1", &wanted.topic, Acknowledge::Each);
        client.subscribe(&subscription.durable(&wanted.name), deadline)?;
        Ok(client.disconnect(deadline)?)
    }
}

fn send_all<'a>(
    client: &mut StompClient,
    messages: impl Iterator<Item = &'a ExpectedMessage>,
    deadline: Instant,
) -> Result<(), WireError> {
    let mut unconfirmed = VecDeque::with_capacity(WINDOW);
    for message in messages {
        unconfirmed.push_back(client.post(&message.to_send(), deadline)?);
        if unconfirmed.len() == WINDOW {
            confirm_one(client, &mut unconfirmed, deadline)?;
        }
    }
    while !unconfirmed.is_empty() {
        confirm_one(client, &mut unconfirmed, deadline)?;
    }
    Ok(())
}

fn confirm_one(
    client: &mut StompClient,
    unconfirmed: &mut VecDeque<refit_wire::stomp::Receipt>,
    deadline: Instant,
) -> Result<(), WireError> {
    match client.next_event(deadline)? {
        Some(Event::Receipt(receipt)) => {
            unconfirmed.retain(|waiting| *waiting != receipt);
            Ok(())
        }
        Some(Event::Message(_)) => Ok(()),
        None => Err(WireError::TimedOut { at: client.at(), doing: "loading messages" }),
    }
}
