//! Other machines, by the user's own OpenSSH client.
//!
//! On the host the same program answers, as `refit host-session`: [`serve`] is the local machine
//! behind its standard input and output. It lives as long as the connection. So lock, epoch and
//! outcomes are on the host, and what is done there passes the same fence as everywhere.
//! Why it is like this: `docs/decisions/0013-ssh-by-the-users-own-client.md`.

mod client;
mod error;
mod failure;
mod frame;
mod host;
mod link;
mod message;
mod program;
mod serve;
mod session;
mod start;
mod talk;

pub use client::SshClient;
pub use error::{HostKeyTrouble, SshError};
pub use host::SshHost;
pub use link::Link;
pub use program::Program;
pub use serve::serve;
