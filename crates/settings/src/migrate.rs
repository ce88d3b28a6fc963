//! Files that have another name or format in the new version.

use crate::settle::{SettleInput, Settled, settle};
use crate::{Migration, Translator, log4j, rabbitmq};

/// Settles a file that has another name or format in the new version.
///
/// As [`settle`]: `input.site` and `input.base` are the old file, `input.new` the new one.
pub fn migrate(migration: &Migration, input: &SettleInput) -> Settled {
    match migration.translator {
        Translator::Log4j1ToLog4j2 | Translator::JbossLoggingToLog4j2 => {
            log4j::migrate(migration, input)
        }
        Translator::RabbitmqConfigToConf => rabbitmq::migrate(migration, input),
        Translator::Rename => settle(input),
    }
}
