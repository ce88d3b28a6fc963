//! Running plans: the journal, the executor, resume and undo.
//!
//! A step is done as: probe, record the intent, act, record that, verify, record that. The journal
//! is the only truth about a run; the status is the journal, folded. Going on after an
//! interruption is the same as beginning: settled steps are passed over, a step whose intent has
//! no outcome is probed before anything else.

mod act;
mod agreement;
mod away;
mod clock;
mod condition;
mod crash;
mod error;
mod event;
mod executor;
mod export;
mod interrupt;
mod journal;
mod journal_reader;
mod log;
mod looking;
mod meanwhile;
mod observer;
mod recovery;
mod rehearsal;
mod rollback;
mod run_state;
mod scratch;
mod sqlite_store;
mod status;
mod step_state;
mod store;
mod telling;
mod world;

pub use agreement::{agree, take_charge};
pub use clock::{Clock, SystemClock};
pub use condition::evaluate;
pub use error::{ExecuteError, Result};
pub use event::{Detail, DoneHow, EVENT_SCHEMA, Event, HaltReason, Payload};
pub use executor::{Charge, Ended, Executor};
pub use export::{event_json, read_lines};
pub use interrupt::{Interrupt, Wish};
pub use journal::{Journal, JournalError};
pub use journal_reader::JournalReader;
pub use meanwhile::{Meanwhile, SeenLine};
pub use observer::{Observer, Unobserved};
pub use rehearsal::{Rehearsed, rehearse};
pub use run_state::{Halt, IllegalRunEvent, RunEvent, RunState};
pub use scratch::Scratch;
pub use status::{Status, StatusError, StepStatus};
pub use step_state::{IllegalStepEvent, StepEvent, StepState};
pub use store::{Row, Store, StoreError};
pub use world::{Finding, KeyChange, World, WorldError};
