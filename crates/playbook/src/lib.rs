//! Playbooks: compiled from the journal of a real run, compared with the environment that follows
//! them, and written for a person who has a shell alone.
//!
//! Everything here is a pure function of documents. What is compiled holds no secret: texts are
//! templates, and the journal was redacted when it was written.

mod alike;
mod attach;
mod compile;
mod drift;
mod meaning;
mod naming;
mod replay;
pub mod shell;

pub use attach::{AttachError, Attachments, NeededSecret, Texts};
pub use compile::{CompileError, Learned, compile};
pub use drift::{Here, drift};
pub use replay::{Replay, replay};
