//! The log: lines on standard error, for people or for programs.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogForm {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Writes the log of this process from now on; only the first call counts.
pub fn log(form: LogForm) {
    let levels = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("refit_portal", LevelFilter::INFO);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match form {
        LogForm::Text => lines.with_target(false).with_filter(levels).boxed(),
        LogForm::Json => lines.json().flatten_event(true).with_filter(levels).boxed(),
    };
    // A second one changes nothing.
    tracing_subscriber::registry().with(lines).try_init().ok();
}
