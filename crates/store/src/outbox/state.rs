//! The states of an entry of the outbox.

use std::fmt;

use thiserror::Error;

/// How far an entry of the outbox is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OutboxState {
    /// It is to be sent when it is due.
    Waiting,
    /// A sender has it in hand, until its lease ends.
    Claimed,
    /// It went out.
    Sent,
    /// It failed too often; a person may have it tried again.
    Dead,
}

/// What happens to an entry of the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OutboxEvent {
    /// A sender takes it, since it is due, or since the lease of another sender has ended.
    Claim,
    /// It went out.
    Sent,
    /// It did not go out, and is to be tried again.
    Failed,
    /// It did not go out, and is not to be tried again.
    GivenUp,
    /// A person has it tried again.
    Revive,
}

/// This cannot happen to an entry in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an outbox entry that is {state} cannot be {event}")]
pub struct IllegalOutboxEvent {
    /// Its state.
    pub state: OutboxState,
    /// What was to happen.
    pub event: OutboxEvent,
}

impl OutboxState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Claimed, Self::Sent, Self::Dead];

    /// The state after an event.
    pub fn next(self, event: OutboxEvent) -> Result<Self, IllegalOutboxEvent> {
        use OutboxEvent as Event;
        match (self, event) {
            (Self::Waiting | Self::Claimed, Event::Claim) => Ok(Self::Claimed),
            (Self::Claimed, Event::Sent) => Ok(Self::Sent),
            (Self::Claimed, Event::Failed) | (Self::Dead, Event::Revive) => Ok(Self::Waiting),
            (Self::Claimed, Event::GivenUp) => Ok(Self::Dead),
            (state, event) => Err(IllegalOutboxEvent { state, event }),
        }
    }

    /// The word that it is kept as, and for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Claimed => "claimed",
            Self::Sent => "sent",
            Self::Dead => "dead",
        }
    }

    /// The state of a word.
    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

impl OutboxEvent {
    /// Every event.
    pub const ALL: [Self; 5] = [Self::Claim, Self::Sent, Self::Failed, Self::GivenUp, Self::Revive];
}

impl fmt::Display for OutboxState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl fmt::Display for OutboxEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Claim => "claimed",
            Self::Sent => "marked as sent",
            Self::Failed => "marked as failed",
            Self::GivenUp => "given up",
            Self::Revive => "revived",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_state_and_event_is_as_in_the_table() {
        let table: Vec<String> = OutboxState::ALL
            .into_iter()
            .flat_map(|state| OutboxEvent::ALL.map(|event| (state, event)))
            .filter_map(|(state, event)| {
                let next = state.next(event).ok()?;
                Some(format!("{state} {event:?} -> {next}"))
            })
            .collect();
        assert_eq!(
            table,
            [
                "waiting Claim -> claimed",
                "claimed Claim -> claimed",
                "claimed Sent -> sent",
                "claimed Failed -> waiting",
                "claimed GivenUp -> dead",
                "dead Revive -> waiting",
            ]
        );
    }

    #[test]
    fn words_are_read_back() {
        for state in OutboxState::ALL {
            assert_eq!(OutboxState::of(state.word()), Some(state));
        }
        assert_eq!(OutboxState::of("lost"), None);
    }
}
