//! The truth of a running broker.
//!
//! Exit codes, pid files, open ports and the state of a unit each lied in real upgrades. What
//! counts here: a process that runs from the right home with the right data and an executable that
//! is not deleted; sockets that this very process listens on; and a version that it tells over its
//! own protocol. A password is sent only to a socket that is tied to that process, and over TLS not
//! at all, since nobody vouches for the certificate yet.
//!
//! Why this is a crate of its own: `docs/decisions/0001-java-truth-and-demo-are-crates.md`.

mod check;
mod interview;

pub use check::{Verdict, check, foreign};
pub use interview::{EndpointAnswer, Interview, KnownLogins, ManagementAnswer, Silence, interview};
