//! Use cases: what the command line and the portal call. Composes the stages, owns the state
//! directory, reads environments and secrets.

mod environment_file;
mod state;

pub use environment_file::{
    EnvironmentError, EnvironmentFile, Place, environment_schema, read_environment,
};
pub use state::{Fingerprinter, Newest, RunEntry, RunLock, StateDir, StateError};
