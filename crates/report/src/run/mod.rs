//! Runs: where one stands, what happened, and what can be done when it waits.

mod event;
mod exits;
mod journal;
mod status;

/// The executor's own measure of since when clients are cut off; 0 when they are served again.
const DOWN_SINCE: &str = "down_since_boot_milliseconds";

pub use event::{event_line, seen_line};
pub use exits::{Exit, exits};
pub use journal::journal_text;
pub use status::RunReport;
