//! Takes everything out of a broker that serves a copy.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use refit_wire::jolokia::Jolokia;
use refit_wire::stomp::{StompLogin, Subscription};
use refit_wire::{Credentials, WireError};

use super::read_to_end::{ReadToEnd, to_read};
use super::taken::Taken;
use super::{
    ContentNames, CountedSource, DrainLimits, MessageInventory, Source, TakenBy, counted_sources,
};
use crate::StompBroker;
use refit_model::with_causes;

/// How long one answer of the broker may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// How often a source is read again that was not empty after reading.
const READ_AGAIN: u32 = 3;

/// Takes all messages out of a broker. **For a broker that serves a copy of a store only**: what it
/// takes is gone.
#[derive(Clone, Copy)]
pub struct Drain<'a> {
    /// The broker.
    pub broker: StompBroker<'a>,
    /// A user who may read everything.
    pub credentials: Option<&'a Credentials>,
    /// Where the broker's counts can be read again afterwards. Without, everything is read twice,
    /// each time until nothing comes for a while.
    pub counts: Option<&'a Jolokia<'a>>,
    /// How contents are named.
    pub names: ContentNames<'a>,
    /// How long to wait.
    pub limits: DrainLimits,
}

impl Drain<'_> {
    /// Takes everything out of these sources. What could not be read to its end is in the
    /// inventory, marked as incomplete.
    pub fn take_all(&self, sources: &[CountedSource]) -> MessageInventory {
        let mut reading = Reading { drain: self, server: None, gone: None };
        let mut all: Vec<_> = sources.iter().cloned().map(Taken::nothing_of).collect();
        all.sort_by(|a, b| a.counted.source.cmp(&b.counted.source));
        for taken in &mut all {
            reading.read(taken, taken.counted.waiting);
        }
        for _ in 0..READ_AGAIN {
            if !reading.read_what_is_left(&mut all) {
                break;
            }
        }
        MessageInventory {
            server: reading.server,
            taken_by: TakenBy::Draining,
            names_sample: self.names.sample(),
            sources: all.into_iter().map(|taken| taken.finish(self.limits.quiet)).collect(),
        }
    }
}

/// A drain at work.
struct Reading<'a> {
    drain: &'a Drain<'a>,
    server: Option<String>,
    /// Why the broker cannot be asked any more, if so.
    gone: Option<String>,
}

impl Reading<'_> {
    /// Reads one source, and notes why if that does not succeed.
    fn read(&mut self, taken: &mut Taken, expected: Option<u64>) {
        if let Some(why) = &self.gone {
            taken.trouble = Some(why.clone());
            return;
        }
        // What the broker counts as empty is empty, if it can be asked again.
        if expected == Some(0) && self.drain.counts.is_some() {
            return;
        }
        if let Err(error) = self.try_read(taken, expected) {
            let why = with_causes(&error);
            if is_gone(&error) {
                self.gone = Some(why.clone());
            }
            taken.trouble = Some(why);
        }
    }

    fn try_read(&mut self, taken: &mut Taken, expected: Option<u64>) -> Result<(), WireError> {
        let (login, subscription) = self.how(&taken.counted);
        let source = ReadToEnd {
            broker: self.drain.broker,
            login: &login,
            subscription: &subscription,
            limits: self.drain.limits,
            expected,
            number_is_enough: self.drain.counts.is_some(),
        };
        let end = source.read(|message| taken.keep(message, &self.drain.names))?;
        self.server = end.server.or_else(|| self.server.take());
        taken.trouble = end.cut_short;
        Ok(())
    }

    fn how(&self, counted: &CountedSource) -> (StompLogin, Subscription) {
        let login = StompLogin::new(self.drain.credentials.cloned());
        match &counted.source {
            Source::Queue { name } => (login, to_read(format!("/queue/{name}"))),
            Source::Durable { client_id, subscription, topic } => {
                let mut durable = to_read(format!("/topic/{topic}")).durable(subscription);
                if let Some(selector) = &counted.selector {
                    // Not by `selector`, which the broker takes with a prefix of its own: then it
                    // is another one than a JMS client's, and what waits would be thrown away.
                    durable = durable.with("activemq.selector", selector);
                }
                (login.with_client_id(client_id), durable)
            }
        }
    }

    /// Reads again what is not known to be empty. Tells whether it has to be looked again.
    fn read_what_is_left(&mut self, all: &mut [Taken]) -> bool {
        if self.gone.is_some() {
            return false;
        }
        let Some(counts) = self.drain.counts else {
            return self.read_all_again(all);
        };
        let deadline = self.drain.broker.clock.now() + ANSWER_WITHIN;
        let left = match left_in(counts, deadline) {
            Ok(left) => left,
            Err(why) => {
                for taken in all {
                    taken.trouble = Some(why.clone());
                }
                return false;
            }
        };
        let mut again = false;
        for taken in all {
            let left = left.get(&taken.counted.source).copied().unwrap_or_default();
            taken.left = Some(left);
            if left > 0 && taken.trouble.is_none() {
                self.read(taken, Some(left));
                again = true;
            }
        }
        again
    }

    fn read_all_again(&mut self, all: &mut [Taken]) -> bool {
        let mut again = false;
        for taken in all.iter_mut().filter(|taken| taken.trouble.is_none()) {
            let before = taken.count();
            self.read(taken, None);
            again |= taken.count() > before;
        }
        again
    }
}

/// What the broker counts now.
fn left_in(counts: &Jolokia<'_>, deadline: Instant) -> Result<BTreeMap<Source, u64>, String> {
    let sources = counted_sources(counts, deadline).map_err(|error| with_causes(&error))?;
    let known = sources.into_iter().filter_map(|counted| Some((counted.source, counted.waiting?)));
    Ok(known.collect())
}

/// Whether the error means that asking for anything else is of no use.
fn is_gone(error: &WireError) -> bool {
    matches!(
        error,
        WireError::Refused { .. }
            | WireError::Unreachable { .. }
            | WireError::WrongCredentials { .. }
            | WireError::Tls { .. }
    )
}
