//! The one question that counts: which version is it that answers there?

use std::time::Instant;

use refit_model::{Protocol, Version};

use crate::jolokia::Jolokia;
use crate::openwire::read_greeting;
use crate::stomp::{StompClient, StompLogin};
use crate::{Connect, Credentials, WireError, open};

/// Whom to ask, and how.
#[derive(Clone, Copy)]
pub struct VersionQuestion<'a> {
    /// The way to the broker, with TLS in it where the endpoint speaks TLS.
    pub connect: &'a dyn Connect,
    /// What is spoken there.
    pub protocol: Protocol,
    /// Address and port, for example `127.0.0.1:61613`.
    pub address: &'a str,
    /// The login, for the protocols that tell nothing without one.
    pub credentials: Option<&'a Credentials>,
}

/// What a broker says that it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldVersion {
    /// The product, for example `ActiveMQ`.
    pub product: String,
    /// Its version.
    pub version: Version,
}

/// Asks a running broker for its version over its own protocol: OpenWire (without login), STOMP or
/// Jolokia. Others tell none: [`WireError::NoVersion`], without a connection.
pub fn ask_version(
    question: &VersionQuestion<'_>,
    deadline: Instant,
) -> Result<ToldVersion, WireError> {
    let (protocol, told) = match question.protocol {
        Protocol::Openwire => ("OpenWire", by_openwire(question, deadline)?),
        Protocol::Stomp => ("STOMP", by_stomp(question, deadline)?),
        Protocol::Http => ("Jolokia", by_jolokia(question, deadline)?),
        Protocol::Amqp => ("AMQP", None),
        Protocol::Mqtt => ("MQTT", None),
        Protocol::Websocket => ("WebSocket", None),
        Protocol::Jmx => ("JMX", None),
        Protocol::Other => ("another protocol", None),
    };
    let at = question.address.to_owned();
    told.ok_or(WireError::NoVersion { at, protocol })
}

fn by_openwire(
    question: &VersionQuestion<'_>,
    deadline: Instant,
) -> Result<Option<ToldVersion>, WireError> {
    let mut stream = open(question.connect, question.address, deadline)?;
    let greeting = read_greeting(stream.as_mut(), deadline)?;
    let product = greeting.provider_name().unwrap_or("ActiveMQ");
    Ok(greeting.provider_version().and_then(|version| told(product, version)))
}

fn by_stomp(
    question: &VersionQuestion<'_>,
    deadline: Instant,
) -> Result<Option<ToldVersion>, WireError> {
    let login = StompLogin::new(question.credentials.cloned());
    let client = StompClient::log_in(question.connect, question.address, &login, deadline)?;
    let answer = client.server().and_then(from_server_header);
    client.disconnect(deadline)?;
    Ok(answer)
}

fn by_jolokia(
    question: &VersionQuestion<'_>,
    deadline: Instant,
) -> Result<Option<ToldVersion>, WireError> {
    let credentials = question.credentials.cloned();
    let jolokia = Jolokia::new(question.connect, question.address, credentials);
    let broker = jolokia.broker(deadline)?;
    Ok(told("ActiveMQ", &broker.version))
}

/// Reads `PRODUCT/VERSION COMMENT`, of which the comment may be missing.
fn from_server_header(header: &str) -> Option<ToldVersion> {
    let (product, rest) = header.split_once('/')?;
    told(product, rest.split_whitespace().next()?)
}

fn told(product: &str, version: &str) -> Option<ToldVersion> {
    Some(ToldVersion { product: product.to_owned(), version: version.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_header_is_product_and_version() {
        let told = from_server_header("ActiveMQ-Artemis/2.40.0 ActiveMQ Artemis Messaging Engine");
        let told = told.unwrap();
        assert_eq!(told.product, "ActiveMQ-Artemis");
        assert_eq!(told.version, "2.40.0".parse().unwrap());
        assert_eq!(from_server_header("RabbitMQ"), None);
        assert_eq!(from_server_header("ActiveMQ/${project.version}"), None);
    }
}
