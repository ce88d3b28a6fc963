//! What the site's users send, and what must be there afterwards.

use refit_model::Secret;
use refit_wire::stomp::{
    Acknowledge, Event, OutgoingMessage, StompClient, StompLogin, Subscription,
};
use refit_wire::{Credentials, TcpConnect, WireError};

use crate::soon;

/// A user of the broker.
pub struct User {
    pub name: &'static str,
    pub password: &'static str,
}

/// The vendor's user, who may do everything.
pub const ADMIN: User = User { name: "admin", password: "admin" };
/// The site's own user, who may send orders.
pub const CLERK: User = User { name: "olga", password: "anchor-4711" };

impl User {
    /// The login.
    pub fn credentials(&self) -> Credentials {
        Credentials::new(self.name, Secret::new(self.password))
    }
}

const QUEUES: [(&str, usize); 2] = [("/queue/orders.new", 200), ("/queue/bills", 60)];
const TOPIC: (&str, usize) = ("/topic/prices", 40);
/// The name of the client, and of its subscription.
const LEDGER: &str = "ledger";

/// Sends every message, each confirmed by the broker.
pub fn send_all(port: u16) {
    subscribe_to_prices(port).disconnect(soon()).unwrap();
    let mut clerk = log_in(port, &CLERK, None).unwrap();
    let mut admin = log_in(port, &ADMIN, None).unwrap();
    for (destination, count) in QUEUES.into_iter().chain([TOPIC]) {
        let is_order = destination.contains("orders");
        let client = if is_order { &mut clerk } else { &mut admin };
        for number in 0..count {
            send(client, destination, &body(destination, number)).unwrap();
        }
    }
    let refused = send(&mut clerk, "/queue/bills", "no").unwrap_err();
    assert!(matches!(refused, WireError::NotPermitted { .. }), "{refused}");
}

/// Every message is there as it was sent, in its order, and no other.
pub fn assert_all_are_there(port: u16) {
    let mut admin = log_in(port, &ADMIN, None).unwrap();
    for (queue, count) in QUEUES {
        let mut found = Vec::new();
        let shown = admin.browse(queue, soon(), |message| found.push(text(message.into_body())));
        assert_eq!(shown.unwrap(), u64::try_from(count).unwrap(), "{queue}");
        assert_eq!(found, bodies(queue, count));
    }
    let mut ledger = subscribe_to_prices(port);
    let found: Vec<_> = (0..TOPIC.1).map(|_| next(&mut ledger)).collect();
    assert_eq!(found, bodies(TOPIC.0, TOPIC.1));
    // What comes next is new: nothing else was kept.
    send(&mut admin, TOPIC.0, "the last").unwrap();
    assert_eq!(next(&mut ledger), "the last");
}

fn subscribe_to_prices(port: u16) -> StompClient {
    let mut client = log_in(port, &ADMIN, Some(LEDGER)).unwrap();
    let subscription = Subscription::new(LEDGER, TOPIC.0, Acknowledge::Automatically);
    client.subscribe(&subscription.durable(LEDGER), soon()).unwrap();
    client
}

fn next(client: &mut StompClient) -> String {
    loop {
        match client.next_event(soon()).unwrap() {
            Some(Event::Message(message)) => return text(message.into_body()),
            Some(Event::Receipt(_)) => {}
            None => panic!("no message came"),
        }
    }
}

fn bodies(destination: &str, count: usize) -> Vec<String> {
    (0..count).map(|number| body(destination, number)).collect()
}

fn body(destination: &str, number: usize) -> String {
    format!("{destination} {number}: {} é", "x".repeat(number * 7 % 900))
}

fn text(body: Vec<u8>) -> String {
    String::from_utf8(body).unwrap()
}

/// Logs in once.
pub fn log_in(port: u16, user: &User, client: Option<&str>) -> Result<StompClient, WireError> {
    let login = StompLogin::new(Some(user.credentials()));
    let login = match client {
        Some(client) => login.with_client_id(client),
        None => login,
    };
    StompClient::log_in(&TcpConnect, &format!("127.0.0.1:{port}"), &login, soon())
}

/// Sends a message and waits until the broker has it.
pub fn send(client: &mut StompClient, destination: &str, body: &str) -> Result<(), WireError> {
    client.send(&OutgoingMessage::persistent(destination, body).as_text(), soon())
}
