//! Commands: argument arrays, never shell strings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::HostPath;

/// A program to run on a host. There is no shell between: an argument is an argument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// The program and its arguments. Never a secret.
    pub argv: Vec<String>,
    /// The working directory.
    pub directory: HostPath,
    /// The environment: these variables, `PATH`, `HOME`, `USER`, `LOGNAME` and `LANG=C`; nothing
    /// else. Never a secret.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
    /// Exit codes that count as success.
    pub accepted_exit_codes: Vec<i32>,
    /// After this time the command and its whole process group are ended.
    pub deadline_seconds: u32,
    /// How much of its output is kept.
    pub output_limit_bytes: u32,
}

impl Command {
    /// A command with the usual limits: exit code 0, 60 seconds, 64 KiB of output.
    pub fn new<S: Into<String>>(argv: impl IntoIterator<Item = S>, directory: HostPath) -> Self {
        Self {
            argv: argv.into_iter().map(Into::into).collect(),
            directory,
            environment: BTreeMap::new(),
            accepted_exit_codes: vec![0],
            deadline_seconds: 60,
            output_limit_bytes: 64 * 1024,
        }
    }
}
