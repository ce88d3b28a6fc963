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
use crate::{Format, Migration, Translator};

/// Settles a file that has another name or format in the new version.
///
/// As [`settle`]: `input.site` and `input.base` are the old file, `input.new` the new one.
pub fn migrate(migration: &Migration, input: &SettleInput) -> Settled {
    let both_properties = input.new.is_some_and(|new| {
        new.spec().format == Format::Properties && input.site.spec().format == Format::Properties
    });
    match migration.translator {
        Translator::Log4j1ToLog4j2 | Translator::JbossLoggingToLog4j2 if both_properties => {
            replay::migrate(migration, input)
        }
        Translator::Log4j1ToLog4j2 | Translator::JbossLoggingToLog4j2 | Translator::Rename => {
            settle(input)
        }
    }
}
