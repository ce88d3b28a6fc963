//! What messages are taken from.

use std::fmt;
use std::time::Instant;

use refit_wire::jolokia::Jolokia;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::TrialError;

/// The beans of the subscribers of topics.
const SUBSCRIBERS: &str = "org.apache.activemq:type=Broker,brokerName=*,destinationType=Topic,destinationName=*,endpoint=Consumer,clientId=*,consumerId=*";

/// A place where messages wait in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Source {
    /// A queue.
    Queue {
        /// Its name, without `/queue/`.
        name: String,
    },
    /// A durable subscription.
    Durable {
        /// The client's name.
        client_id: String,
        /// The subscription's name.
        subscription: String,
        /// The topic, without `/topic/`.
        topic: String,
    },
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Queue { name } => write!(f, "queue {name}"),
            Self::Durable { client_id, subscription, topic } => {
                write!(f, "subscription {subscription} of client {client_id} to topic {topic}")
            }
        }
    }
}

/// A source, with what the broker says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountedSource {
    /// The source.
    pub source: Source,
    /// How many messages wait in it; none if the broker was not asked.
    pub waiting: Option<u64>,
    /// The selector of a durable subscription, exactly as the broker tells it: those made by STOMP
    /// begin with `convert_string_expressions:`. To subscribe with another one would make the
    /// broker throw away everything that waits.
    pub selector: Option<String>,
}

impl CountedSource {
    /// A queue, of which `waiting` messages are known.
    pub fn queue(name: impl Into<String>, waiting: Option<u64>) -> Self {
        let source = Source::Queue { name: name.into() };
        Self { source, waiting, selector: None }
    }
}

/// All queues and durable subscriptions of a broker with their counts, in order.
pub fn counted_sources(
    jolokia: &Jolokia<'_>,
    deadline: Instant,
) -> Result<Vec<CountedSource>, TrialError> {
    let asked = |doing: &str| TrialError::broker(format!("{doing} of {}", jolokia.at()));
    let queues = jolokia.queues(deadline).map_err(asked("list the queues"))?;
    let queues = queues.into_iter().map(|queue| CountedSource::queue(queue.name, Some(queue.size)));
    let mut sources: Vec<_> = queues.collect();
    let attributes = ["ClientId", "SubscriptionName", "DestinationName", "PendingQueueSize"];
    let attributes = [attributes.as_slice(), &["Selector"]].concat();
    let told = jolokia.read(SUBSCRIBERS, &attributes, deadline);
    let told = match told {
        // There are no such beans.
        Err(refit_wire::WireError::ErrorAnswer { code: Some(404), .. }) => return Ok(sources),
        other => other.map_err(asked("list the subscriptions"))?,
    };
    for subscriber in told.as_object().into_iter().flat_map(|beans| beans.values()) {
        sources.extend(durable(subscriber)?);
    }
    sources.sort_by(|a, b| a.source.cmp(&b.source));
    Ok(sources)
}

/// The durable subscription that a subscriber's bean tells of; none if it is another subscriber.
fn durable(bean: &Value) -> Result<Option<CountedSource>, TrialError> {
    let text = |key: &'static str| {
        let missing = TrialError::Figures { what: "subscriptions", missing: key };
        bean[key].as_str().map(str::to_owned).ok_or(missing)
    };
    let Some(subscription) = bean["SubscriptionName"].as_str().filter(|name| !name.is_empty())
    else {
        return Ok(None);
    };
    let selector = bean["Selector"].as_str().filter(|selector| !selector.is_empty());
    Ok(Some(CountedSource {
        source: Source::Durable {
            client_id: text("ClientId")?,
            subscription: subscription.to_owned(),
            topic: text("DestinationName")?,
        },
        waiting: bean["PendingQueueSize"].as_u64(),
        selector: selector.map(str::to_owned),
    }))
}
