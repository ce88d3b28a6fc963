//! Where work happens: managed hosts behind one trait.
//!
//! Hosts are *asked* ([`Query`]) and *changed* ([`Change`]), in batches. Questions leave nothing
//! behind. A change must pass the installation's [`Fence`]: under one lock on the host, the epoch
//! of the run is checked and the change is made, so that a controller that lost its charge cannot
//! act, however late it wakes up.
//!
//! Nothing here is async: `docs/decisions/0004-blocking-code.md`.

mod batch;
mod change;
mod control;
mod deadline;
mod disk;
mod durable;
mod error;
mod hear;
mod host;
mod in_charge;
mod local;
mod matching;
mod query;
mod ssh;
mod stream;
mod writer;

pub use batch::change;
pub use change::{Change, Fence, Outcome, Recall};
pub use control::Control;
pub use deadline::{Cancel, Deadline};
pub use disk::{Disk, Machine};
pub use error::{HostError, Result};
pub use hear::{Hear, Unheard};
pub use host::{Host, Reader};
pub use in_charge::Seen;
pub use local::LocalHost;
pub use matching::argument;
pub use query::{
    Answer, Details, Entry, Identity, Kind, Listener, Metadata, Output, Process, ProcessId, Query,
    Space,
};
pub use ssh::{HostKeyTrouble, Link, Program, SshClient, SshError, SshHost, serve};
pub use stream::FileStream;
pub use writer::Writer;
