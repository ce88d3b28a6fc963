//! Figures of the server, for Prometheus.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::http::StatusCode;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use refit_store::{Channel, OutboxState, Store};

use crate::failure::Failure;
use crate::route::Route;

/// Upper bounds of durations, in seconds.
const BOUNDS: [f64; 10] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// The figures.
#[derive(Debug)]
pub(crate) struct Metrics {
    /// The connections that there are.
    pub(crate) connections: Gauge,
    registry: Registry,
    requests: Family<OfRequest, Counter>,
    durations: Family<OfRoute, Histogram>,
    outbox: Family<OfOutbox, Gauge<u64, AtomicU64>>,
    rounds: Family<OfRound, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRequest {
    method: String,
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRoute {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfOutbox {
    channel: &'static str,
    state: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRound {
    work: &'static str,
    outcome: &'static str,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("refit");
        let connections = Gauge::default();
        registry.register("http_connections", "Connections that are open", connections.clone());
        let requests = Family::default();
        registry.register("http_requests", "Requests that were answered", requests.clone());
        let durations: Family<OfRoute, Histogram> =
            Family::new_with_constructor(|| Histogram::new(BOUNDS));
        let help = "How long answers took";
        registry.register_with_unit("http_duration", help, Unit::Seconds, durations.clone());
        let outbox = Family::default();
        registry.register("outbox_entries", "Entries of the outbox", outbox.clone());
        let rounds = Family::default();
        registry.register("rounds", "What the server did by itself", rounds.clone());
        Self { connections, registry, requests, durations, outbox, rounds }
    }

    /// A request was answered.
    pub(crate) fn answered(&self, route: &Route, status: StatusCode, took: Duration) {
        let (method, status) = (route.method.to_string(), status.as_u16());
        self.requests.get_or_create(&OfRequest { method, route: route.path, status }).inc();
        let route = OfRoute { route: route.path };
        self.durations.get_or_create(&route).observe(took.as_secs_f64());
    }

    /// A round of work is over.
    pub(crate) fn round(&self, work: &'static str, is_good: bool) {
        let outcome = if is_good { "good" } else { "failed" };
        self.rounds.get_or_create(&OfRound { work, outcome }).inc();
    }

    /// All figures as text.
    pub(crate) async fn text(&self, store: &Store) -> Result<String, Failure> {
        for channel in Channel::ALL {
            for state in OutboxState::ALL {
                let of = OfOutbox { channel: channel.word(), state: state.word() };
                self.outbox.get_or_create(&of).set(0);
            }
        }
        for count in store.outbox_counts().await? {
            let of = OfOutbox { channel: count.channel.word(), state: count.state.word() };
            self.outbox.get_or_create(&of).set(count.count);
        }
        let mut text = String::new();
        encode(&mut text, &self.registry).map_err(Failure::internal)?;
        Ok(plain(&text))
    }
}

/// What every program for figures reads, made of the newer form, in which a counter is described
/// without its ending: the checker of Prometheus reads this one alone.
fn plain(text: &str) -> String {
    let described = |line: &str, kind: &str| {
        let rest = line.strip_prefix(kind)?.strip_prefix(' ')?;
        rest.split_once(' ').map(|(name, rest)| (name.to_owned(), rest.to_owned()))
    };
    let types = text.lines().filter_map(|line| described(line, "# TYPE"));
    let counters: Vec<_> = types.filter(|(_, kind)| kind == "counter").collect();
    let mut plain = String::with_capacity(text.len());
    for line in text.lines() {
        let kind = ["# HELP", "# TYPE"].into_iter().find(|kind| line.starts_with(kind));
        match kind.and_then(|kind| Some((kind, described(line, kind)?))) {
            Some((kind, (name, rest))) => {
                let is_counter = counters.iter().any(|(known, _)| *known == name);
                let ending = if is_counter { "_total" } else { "" };
                plain += &format!("{kind} {name}{ending} {rest}\n");
            }
            None if line.starts_with('#') => {}
            None => plain += &format!("{line}\n"),
        }
    }
    plain
}
