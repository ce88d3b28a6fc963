//! The executor over a world that fails: hosts whose power is cut, disks that lose what was not
//! synced, networks that lose and delay, clocks that jump, operators that press keys.
//!
//! A seed makes a plan and a schedule of faults. Everything that happens follows from it, so that a
//! failure is replayed by its seed. What must hold is in `laws.rs` and `operator.rs`; that it is
//! noticed when it does not hold is shown by saboteurs. See
//! `docs/decisions/0014-a-simulator-of-one-thread.md`.

mod campaign;
mod clock;
mod fault;
mod host;
mod laws;
mod machine;
mod operator;
mod plans;
mod processes;
mod saboteur;
mod simulation;
mod site;
mod state;
mod store;
mod tree;
mod world;

pub use campaign::{Campaign, run};
pub use fault::{Fault, Place};
pub use saboteur::Saboteur;
pub use simulation::{Report, simulate};
