//! The Java development kit that makes plugins and runs brokers.

use std::env;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::DemoError;

/// The folder of a Java development kit, with `java`, `javac`, `jar` and `keytool` in its `bin`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JavaHome(PathBuf);

impl JavaHome {
    /// The kit in `folder`.
    pub fn new(folder: impl Into<PathBuf>) -> Result<Self, DemoError> {
        let home = Self(folder.into());
        let missing =
            ["java", "javac", "jar", "keytool"].into_iter().find(|tool| !home.tool(tool).is_file());
        match missing {
            None => Ok(home),
            Some(tool) => Err(DemoError::NoJava(format!("{} has no bin/{tool}", home.0.display()))),
        }
    }

    /// The kit of this machine: the one in `JAVA_HOME`, else the one of `javac` in the `PATH`.
    pub fn of_this_machine() -> Result<Self, DemoError> {
        if let Some(folder) = env::var_os("JAVA_HOME").filter(|folder| !folder.is_empty()) {
            return Self::new(folder);
        }
        let path = env::var_os("PATH").unwrap_or_default();
        let javac = env::split_paths(&path)
            .map(|folder| folder.join("javac"))
            .find_map(|candidate| candidate.canonicalize().ok());
        let home = javac.as_deref().and_then(|javac| javac.parent()?.parent());
        match home {
            Some(home) => Self::new(home),
            None => Err(DemoError::NoJava("no javac is in the PATH".to_owned())),
        }
    }

    /// The folder.
    pub fn as_path(&self) -> &Path {
        &self.0
    }

    /// One of its programs.
    pub fn tool(&self, name: &str) -> PathBuf {
        self.0.join("bin").join(name)
    }
}
