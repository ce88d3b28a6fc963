//! The repository that this program is built from.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Error, Result};
use crate::program;

/// The repository.
pub struct Repository {
    root: PathBuf,
}

impl Repository {
    /// The repository of the `cargo` that runs this program.
    pub fn find() -> Result<Self> {
        // Asked when it runs: with a target folder shared by several clones, what was true when it
        // was built may be another one.
        let own = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = own.parent().unwrap_or(&own);
        let root = root.canonicalize().map_err(Error::file("find", root))?;
        Ok(Self { root })
    }

    /// The top folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What is fetched or made and not tracked.
    pub fn cache(&self) -> PathBuf {
        self.root.join(".cache")
    }

    /// A command of the same cargo, in the top folder.
    pub fn cargo(&self) -> Command {
        let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.root);
        command
    }

    /// The text files that are tracked or about to be, by their paths from the top folder.
    pub fn texts(&self) -> Result<BTreeMap<String, String>> {
        let mut git = Command::new("git");
        git.current_dir(&self.root);
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let listed = program::answer(&mut git)?;
        let mut texts = BTreeMap::new();
        for name in listed.split('\0').filter(|name| !name.is_empty()) {
            let path = self.root.join(name);
            // A file that was removed is listed until that is committed.
            if !path.is_file() {
                continue;
            }
            let bytes = fs::read(&path).map_err(Error::file("read", &path))?;
            if let Ok(text) = String::from_utf8(bytes) {
                texts.insert(name.to_owned(), text);
            }
        }
        Ok(texts)
    }
}
