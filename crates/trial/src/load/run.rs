//! Makes the load.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use refit_wire::Credentials;
use refit_wire::stomp::{Acknowledge, StompClient, StompLogin, Subscription};

use super::consumer::{Consumed, Consuming, consume};
use super::producer::{Produced, Producer, Producing};
use super::{LoadResult, LoadSettings};
use crate::latency::LatencyRecorder;
use crate::marked::{Accounting, Arrivals};
use crate::{StompBroker, TrialError};

/// How long one answer may take while connecting.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// How long before the first message everyone is ready.
const LEAD: Duration = Duration::from_millis(50);
/// How often it is looked whether all has come.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long to look for doubles after all has come.
const QUIET: Duration = Duration::from_millis(300);

/// Runs the load to its end. What the broker does wrong is in the result; an error is that the load
/// could not be begun.
pub fn run_load(
    broker: StompBroker<'_>,
    credentials: Option<&Credentials>,
    settings: &LoadSettings,
) -> Result<LoadResult, TrialError> {
    settings.check()?;
    let login = StompLogin::new(credentials.cloned());
    let connected = |count: u32, role: &str| {
        let doing = format!("connect the {role}s of the load");
        let clients = (0..count).map(|_| broker.log_in(&login, ANSWER_WITHIN));
        clients.collect::<Result<Vec<_>, _>>().map_err(TrialError::broker(doing))
    };
    let mut consumers = connected(settings.consumers, "consumer")?;
    let producers = connected(settings.producers, "producer")?;
    for consumer in &mut consumers {
        let subscription = Subscription::new("1", &settings.queue, Acknowledge::Each);
        let subscribed = consumer.subscribe(&subscription, broker.clock.now() + ANSWER_WITHIN);
        subscribed.map_err(TrialError::broker(format!("read {}", settings.queue)))?;
    }
    let server = consumers.first().and_then(|client| client.server()).map(str::to_owned);
    let run = Run { broker, settings, start: broker.clock.now() + LEAD };
    let (produced, consumed) = run.go(producers, consumers);
    Ok(run.result(server, &produced, consumed))
}

struct Run<'a> {
    broker: StompBroker<'a>,
    settings: &'a LoadSettings,
    start: Instant,
}

impl Run<'_> {
    fn go(
        &self,
        producers: Vec<StompClient>,
        consumers: Vec<StompClient>,
    ) -> (Vec<Produced>, Vec<Consumed>) {
        let (came, acknowledged) = (AtomicU64::new(0), AtomicU64::new(0));
        let ended = AtomicBool::new(false);
        let (clock, settings, start) = (self.broker.clock, self.settings, self.start);
        let consuming = Consuming { settings, clock, start, came: &came, ended: &ended };
        let producing = Producing { settings, clock, start, acknowledged: &acknowledged };
        thread::scope(|scope| {
            let consumers = (0..)
                .zip(consumers)
                .map(|(number, client)| scope.spawn(move || consume(consuming, number, client)));
            let consumers: Vec<_> = consumers.collect();
            let producers = (0..).zip(producers).map(|(number, client)| {
                scope.spawn(move || Producer::new(producing, number, client).run())
            });
            let producers: Vec<_> = producers.collect();
            // A thread that panics is a mistake of ours; it goes on as a panic of this one.
            let joined = |thread: thread::ScopedJoinHandle<'_, Produced>| thread.join();
            let produced = producers.into_iter().map(joined).collect::<Result<Vec<_>, _>>();
            self.wait_for_the_rest(&came, &acknowledged);
            ended.store(true, Ordering::Relaxed);
            let consumed = consumers.into_iter().map(thread::ScopedJoinHandle::join);
            match (produced, consumed.collect::<Result<Vec<_>, _>>()) {
                (Ok(produced), Ok(consumed)) => (produced, consumed),
                (Err(panic), _) | (_, Err(panic)) => std::panic::resume_unwind(panic),
            }
        })
    }

    /// Waits until as many came as were confirmed, and a while longer for doubles; at most as long
    /// as the settings say.
    fn wait_for_the_rest(&self, came: &AtomicU64, acknowledged: &AtomicU64) {
        let clock = self.broker.clock;
        let end = clock.now() + self.settings.settle();
        let arrived = || came.load(Ordering::Relaxed);
        while arrived() < acknowledged.load(Ordering::Relaxed) && clock.now() < end {
            clock.sleep_until(clock.now() + LOOK_EVERY);
        }
        clock.sleep_until(clock.now() + QUIET);
    }

    fn result(
        &self,
        server: Option<String>,
        produced: &[Produced],
        consumed: Vec<Consumed>,
    ) -> LoadResult {
        let (mut acknowledge, mut send_delay) = (LatencyRecorder::new(), LatencyRecorder::new());
        for producer in produced {
            acknowledge.add(&producer.acknowledge);
            send_delay.add(&producer.send_delay);
        }
        let mut failures: Vec<_> = produced.iter().filter_map(|p| p.failure.clone()).collect();
        let (mut end_to_end, mut arrivals) = (LatencyRecorder::new(), Arrivals::default());
        for consumer in consumed {
            end_to_end.add(&consumer.end_to_end);
            arrivals.add(consumer.arrivals);
            arrivals.cut_short = arrivals.cut_short.or_else(|| consumer.failure.clone());
            failures.extend(consumer.failure);
        }
        let fates: Vec<_> = produced.iter().map(|producer| producer.fates.clone()).collect();
        let last_sent = produced.iter().filter_map(|producer| producer.last_sent).max();
        let took = last_sent.map(|last| last.saturating_duration_since(self.start));
        let took = took.unwrap_or_default().as_micros();
        LoadResult {
            settings: self.settings.clone(),
            server,
            sent: u64::try_from(fates.iter().map(Vec::len).sum::<usize>()).unwrap_or(u64::MAX),
            sending_took_microseconds: u64::try_from(took).unwrap_or(u64::MAX),
            acknowledge: acknowledge.summary(),
            end_to_end: end_to_end.summary(),
            send_delay: send_delay.summary(),
            accounting: Accounting::of(&fates, &arrivals),
            failures,
        }
    }
}
