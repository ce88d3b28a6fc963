//! Whether a journal is the one that a host has seen.

use refit_hosts::{Host, HostError, Seen};
use refit_model::HostPath;

use crate::{Event, Journal};

/// Takes charge of an installation in the name of a journal, and gives the epoch.
pub fn take_charge(
    host: &dyn Host,
    control: &HostPath,
    journal: &Journal,
) -> Result<u64, HostError> {
    if let Some(seen) = host.last_seen(control, journal.run())? {
        agree(journal.events(), seen)?;
    }
    host.take_charge(control, journal.run(), journal.events().len() as u64)
}

/// Refuses a journal that lacks what the host has seen, or has something else in its place.
pub fn agree(events: &[Event], seen: Seen) -> Result<(), HostError> {
    let Some(index) = seen.sequence.checked_sub(1) else { return Ok(()) };
    let event = usize::try_from(index).ok().and_then(|index| events.get(index));
    let Some(event) = event else {
        let sequence = events.len() as u64;
        return Err(HostError::JournalBehind { seen: seen.sequence, sequence });
    };
    let digest = event.digest().ok();
    match seen.intent {
        Some(intent) if digest != Some(intent) => {
            Err(HostError::JournalForked { sequence: seen.sequence })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{EVENT_SCHEMA, Payload};
    use refit_model::{Digest, RunId};

    fn event(sequence: u64, text: &str) -> Event {
        let payload = Payload::Note { step: None, by: "ann".into(), text: text.into() };
        let run = RunId::new("test-1").unwrap();
        let (at, previous) = (String::new(), Digest::of(b""));
        Event { schema: EVENT_SCHEMA, run, sequence, at, payload, previous }
    }

    #[test]
    fn only_the_journal_that_was_seen_is_taken() {
        let events = [event(1, "one"), event(2, "two")];
        let seen = |sequence, event: &Event| Seen { sequence, intent: event.digest().ok() };
        assert!(agree(&events, Seen::default()).is_ok());
        assert!(agree(&events, seen(2, &events[1])).is_ok());
        let behind = agree(&events, seen(3, &event(3, "three")));
        assert!(matches!(behind, Err(HostError::JournalBehind { seen: 3, sequence: 2 })));
        let forked = agree(&events, seen(2, &event(2, "other")));
        assert!(matches!(forked, Err(HostError::JournalForked { sequence: 2 })));
    }
}
