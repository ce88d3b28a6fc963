//! Why a trial could not be made at all. What a trial finds is a value, not an error.

use std::io;

use refit_wire::WireError;
use thiserror::Error;

/// Why a measurement did not come about.
#[derive(Debug, Error)]
pub enum TrialError {
    /// The broker did not answer as asked.
    #[error("cannot {doing}")]
    Broker {
        /// What was being done.
        doing: String,
        /// What the broker did.
        source: WireError,
    },
    /// What was asked for makes no sense.
    #[error("{what} cannot be run: {why}")]
    Specification {
        /// What was to be run.
        what: &'static str,
        /// What is wrong, and what is allowed.
        why: String,
    },
    /// The machine's disk or its threads fail.
    #[error("cannot {doing} on this machine")]
    Machine {
        /// What was being done.
        doing: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// The broker's own figures do not have the form that is known.
    #[error("the broker's list of {what} has no {missing}; is it an ActiveMQ Classic?")]
    Figures {
        /// What was listed.
        what: &'static str,
        /// What is missing in it.
        missing: &'static str,
    },
}

impl TrialError {
    /// Says what was being done when the broker failed.
    pub(crate) fn broker(doing: impl Into<String>) -> impl FnOnce(WireError) -> Self {
        let doing = doing.into();
        move |source| Self::Broker { doing, source }
    }
}
