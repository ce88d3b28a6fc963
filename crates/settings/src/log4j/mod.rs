//! `log4j.properties` of log4j 1, or `logging.properties` of the `JBoss` log manager, carried over
//! to `log4j2.properties`.
//!
//! The vendor's new file is the skeleton. What the site had changed against the old default
//! (levels, loggers, appenders, patterns, sizes) is said in the new syntax; what has no translation
//! is a question or is dropped with the reason, never silently.

mod appender;
mod edits;
mod jboss;
mod loggers;
mod one;
mod replay;
mod report;
mod two;
mod variables;

use crate::settle::{SettleInput, Settled, settle};
use crate::{Format, Migration};

/// Settles an old file where the new default is `log4j2.properties`.
pub(crate) fn migrate(migration: &Migration, input: &SettleInput) -> Settled {
    let both_properties = input.new.is_some_and(|new| {
        new.spec().format == Format::Properties && input.site.spec().format == Format::Properties
    });
    if both_properties { replay::migrate(migration, input) } else { settle(input) }
}
