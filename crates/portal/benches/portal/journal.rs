//! A journal as the executor writes it, for any number of runs.

use refit_execute::{Detail, Event, Journal, Payload, RunEvent, StepEvent};
use refit_model::{Digest, RunId};
use refit_store::{JsonText, MirroredEvent};

/// What each step of a run that goes well gets.
const STEP: [StepEvent; 3] = [StepEvent::Intent, StepEvent::Acted, StepEvent::Done];

/// The events of a run that goes on: a process began, then steps one after the other.
pub struct Template(Vec<Event>);

impl Template {
    /// A journal of `events` events.
    pub fn new(events: u64) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let run = "template-1".parse().expect("a run's id");
        let mut journal = Journal::open(&folder.path().join("journal"), &run).expect("a journal");
        journal.append(begun()).expect("it is kept");
        for number in 1..events {
            journal.append(of_step(number - 1)).expect("it is kept");
        }
        Self(journal.events().to_vec())
    }

    /// The same of another run.
    pub fn of(&self, run: &RunId) -> Vec<MirroredEvent> {
        let mut previous = self.0.first().expect("it has an event").previous;
        let of_run = |event: &Event| {
            let event = Event { run: run.clone(), previous, ..event.clone() };
            previous = event.digest().expect("a digest");
            let body = JsonText::of(&event).expect("JSON");
            MirroredEvent { sequence: event.sequence, digest: previous, body }
        };
        self.0.iter().map(of_run).collect()
    }
}

fn begun() -> Payload {
    Payload::Controller {
        event: RunEvent::Begun,
        plan: Digest::of(b"the plan"),
        environment: "staging".parse().expect("a name"),
        approval: Digest::of(b"the approval"),
        epoch: 1,
        by: "ben@desk".to_owned(),
        why: String::new(),
    }
}

/// Event `number` of those of steps, from 0.
fn of_step(number: u64) -> Payload {
    let (step, part) = (number / STEP.len() as u64, number % STEP.len() as u64);
    let event = STEP[usize::try_from(part).expect("small")];
    let mut detail = Detail::default();
    if event == StepEvent::Acted {
        detail.output = vec!["INFO | a line of what the broker's script says".to_owned(); 4];
        detail.milliseconds = Some(1_200);
    }
    let step = format!("step-{step}").parse().expect("a step's id");
    Payload::Step { step, event, attempt: 1, detail }
}
