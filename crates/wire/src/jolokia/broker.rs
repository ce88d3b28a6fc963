//! What an ActiveMQ broker tells of itself, typed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::client::Jolokia;
use crate::WireError;

/// The domain and the first property of ActiveMQ's beans; one broker per agent is assumed.
const BROKER: &str = "org.apache.activemq:type=Broker,brokerName=*";

/// The broker itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broker {
    /// Its name.
    pub name: String,
    /// Its version, for example `5.18.3`.
    pub version: String,
    /// Its data folder.
    pub data_directory: PathBuf,
    /// How long it runs, by its own clock.
    pub uptime: Duration,
    /// Its connectors: name, and the address that it shows for them.
    pub connectors: BTreeMap<String, String>,
}

/// A queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// Its name.
    pub name: String,
    /// The messages in it, with those that consumers hold and have not acknowledged.
    pub size: u64,
}

/// A durable subscriber of a topic, connected or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DurableSubscriber {
    /// The client's name.
    pub client_id: String,
    /// The subscription's name.
    pub subscription: String,
    /// The topic.
    pub topic: String,
    /// The messages that wait for it.
    pub pending: u64,
    /// Whether it is connected.
    pub active: bool,
    /// The name of its bean.
    mbean: String,
}

/// A message that waits for a durable subscriber.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingMessage {
    /// The broker's id of it.
    pub id: String,
    /// Its text, if it is a text message.
    pub text: Option<String>,
    /// Its priority, 0 to 9.
    pub priority: u64,
    /// When it expires, in milliseconds of Unix time; 0 is never.
    pub expires: u64,
    /// Its text properties.
    pub properties: BTreeMap<String, String>,
}

impl Jolokia<'_> {
    /// The broker itself.
    pub fn broker(&self, deadline: Instant) -> Result<Broker, WireError> {
        let attributes =
            ["BrokerName", "BrokerVersion", "DataDirectory", "UptimeMillis", "TransportConnectors"];
        let brokers = self.matching(BROKER, &attributes, deadline)?;
        let [(_, broker)] = brokers.as_slice() else {
            return Err(self.other_protocol(&format!("it tells of {} brokers", brokers.len())));
        };
        Ok(Broker {
            name: self.text(broker, "BrokerName")?,
            version: self.text(broker, "BrokerVersion")?,
            data_directory: self.text(broker, "DataDirectory")?.into(),
            uptime: Duration::from_millis(self.number(broker, "UptimeMillis")?),
            connectors: texts(&broker["TransportConnectors"]),
        })
    }

    /// The broker's own judgement of its health, `Good` if nothing is wrong.
    pub fn health(&self, deadline: Instant) -> Result<String, WireError> {
        let mbean = format!("{BROKER},service=Health");
        let found = self.matching(&mbean, &["CurrentStatus"], deadline)?;
        match found.first() {
            Some((_, health)) => self.text(health, "CurrentStatus"),
            None => Err(self.other_protocol("it tells nothing of the broker's health")),
        }
    }

    /// The process id of the agent, which is the broker's, where the virtual machine tells it.
    pub fn process_id(&self, deadline: Instant) -> Result<Option<u32>, WireError> {
        let name = self.read("java.lang:type=Runtime", &["Name"], deadline)?;
        let pid = name.as_str().and_then(|name| name.split('@').next());
        Ok(pid.and_then(|pid| pid.parse().ok()))
    }

    /// All queues, by name.
    pub fn queues(&self, deadline: Instant) -> Result<Vec<Queue>, WireError> {
        let mbean = format!("{BROKER},destinationType=Queue,destinationName=*");
        let found = self.matching(&mbean, &["Name", "QueueSize"], deadline)?;
        let queue = |(_, queue): &(String, Value)| {
            Ok(Queue { name: self.text(queue, "Name")?, size: self.number(queue, "QueueSize")? })
        };
        let mut queues = found.iter().map(queue).collect::<Result<Vec<_>, _>>()?;
        queues.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(queues)
    }

    /// The names of all topics, with those of the broker's own advisories.
    pub fn topics(&self, deadline: Instant) -> Result<Vec<String>, WireError> {
        let mbean = format!("{BROKER},destinationType=Topic,destinationName=*");
        let found = self.matching(&mbean, &["Name"], deadline)?;
        let names = found.iter().map(|(_, topic)| self.text(topic, "Name"));
        let mut names = names.collect::<Result<Vec<_>, _>>()?;
        names.sort();
        Ok(names)
    }

    /// All durable subscribers, by client and subscription.
    pub fn durable_subscribers(
        &self,
        deadline: Instant,
    ) -> Result<Vec<DurableSubscriber>, WireError> {
        let mbean = format!(
            "{BROKER},destinationType=Topic,destinationName=*,endpoint=Consumer,\
             clientId=*,consumerId=*"
        );
        let attributes =
            ["ClientId", "SubscriptionName", "DestinationName", "PendingQueueSize", "Active"];
        let mut subscribers = Vec::new();
        for (mbean, told) in self.matching(&mbean, &attributes, deadline)? {
            // Subscribers that are not durable have no name.
            let Some(subscription) =
                told["SubscriptionName"].as_str().filter(|name| !name.is_empty())
            else {
                continue;
            };
            subscribers.push(DurableSubscriber {
                client_id: self.text(&told, "ClientId")?,
                subscription: subscription.to_owned(),
                topic: self.text(&told, "DestinationName")?,
                pending: self.number(&told, "PendingQueueSize")?,
                active: told["Active"].as_bool().unwrap_or_default(),
                mbean,
            });
        }
        let key = |of: &DurableSubscriber| (of.client_id.clone(), of.subscription.clone());
        subscribers.sort_by_key(key);
        Ok(subscribers)
    }

    /// The messages that wait for a durable subscriber, in order; all stay where they are. Where
    /// its topic has several durable subscribers, also those that only another one waits for:
    /// compare with [`DurableSubscriber::pending`].
    pub fn pending_messages(
        &self,
        subscriber: &DurableSubscriber,
        deadline: Instant,
    ) -> Result<Vec<PendingMessage>, WireError> {
        let messages = self.exec(&subscriber.mbean, "browse()", &[], deadline)?;
        let messages = messages
            .as_array()
            .ok_or_else(|| self.other_protocol("its list of messages is none"))?;
        let message = |told: &Value| {
            Ok(PendingMessage {
                id: self.text(told, "JMSMessageID")?,
                text: told["Text"].as_str().map(str::to_owned),
                priority: self.number(told, "JMSPriority")?,
                expires: self.number(told, "JMSExpiration")?,
                properties: texts(&told["StringProperties"]),
            })
        };
        messages.iter().map(message).collect()
    }

    /// The attributes of all beans that match a pattern, by bean; none if none matches.
    fn matching(
        &self,
        pattern: &str,
        attributes: &[&str],
        deadline: Instant,
    ) -> Result<Vec<(String, Value)>, WireError> {
        match self.read(pattern, attributes, deadline) {
            Ok(Value::Object(found)) => Ok(found.into_iter().collect()),
            Ok(_) => Err(self.other_protocol("its answer to a pattern is no list")),
            Err(WireError::ErrorAnswer { code: Some(404), .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    fn text(&self, object: &Value, key: &str) -> Result<String, WireError> {
        let text = object[key].as_str().map(str::to_owned);
        text.ok_or_else(|| self.other_protocol(&format!("its answer has no {key}")))
    }

    fn number(&self, object: &Value, key: &str) -> Result<u64, WireError> {
        let number = object[key].as_u64();
        number.ok_or_else(|| self.other_protocol(&format!("its answer has no {key}")))
    }
}

/// The texts of an object, by key.
fn texts(object: &Value) -> BTreeMap<String, String> {
    let entries = object.as_object().into_iter().flatten();
    entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
}
