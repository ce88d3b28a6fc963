//! What all state machines of the desk have in common.

use std::fmt::Debug;

use thiserror::Error;

/// An event that cannot happen in a state: one type for all tables, so that a refusal reads the
/// same everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{what} is {state}: it cannot be {event}")]
pub struct IllegalTransition {
    /// What it is about, for example `the document install-guide`.
    pub what: String,
    /// The state, in words.
    pub state: &'static str,
    /// The event, in words.
    pub event: &'static str,
}

/// One state machine: every state, every event, one total transition function.
pub trait StateMachine: Clone + Debug + PartialEq + Sized {
    /// What can happen.
    type Event: Clone + Debug;

    /// The machine's name, for its table.
    const NAME: &'static str;

    /// The state after `event`; nothing if it cannot happen here.
    fn after(&self, event: &Self::Event) -> Option<Self>;

    /// The word for people.
    fn word(&self) -> &'static str;

    /// The event's word for people, as a participle.
    fn event_word(event: &Self::Event) -> &'static str;

    /// One of every state.
    fn all() -> Vec<Self>;

    /// One of every event.
    fn all_events() -> Vec<Self::Event>;

    /// The state after `event`, or why there is none; `what` names the thing.
    fn moved(&self, event: &Self::Event, what: &str) -> Result<Self, IllegalTransition> {
        self.after(event).ok_or_else(|| IllegalTransition {
            what: what.to_owned(),
            state: self.word(),
            event: Self::event_word(event),
        })
    }
}
