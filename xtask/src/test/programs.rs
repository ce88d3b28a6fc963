//! The programs that hold the tests: built, and listed.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::program;
use crate::repository::Repository;

/// A program with tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestProgram {
    /// The crate and what is tested, for people.
    pub name: String,
    /// The crate's folder, in which it is run.
    pub folder: PathBuf,
    /// The program.
    pub path: PathBuf,
    bytes: u64,
}

impl TestProgram {
    /// The program as a command, as `cargo test` would run it.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.current_dir(&self.folder).env("CARGO_MANIFEST_DIR", &self.folder);
        command.stdin(Stdio::null());
        command
    }
}

/// Builds all test programs of the workspace. The largest is first: it holds the most, and what
/// takes longest should begin first.
pub fn build(repository: &Repository) -> Result<Vec<TestProgram>> {
    let mut command = repository.cargo();
    command.args(["test", "--workspace", "--all-features", "--locked", "--no-run"]);
    let told = program::answer(command.arg("--message-format=json-render-diagnostics"))?;
    let read = |line| {
        let unreadable = |error: serde_json::Error| Error::Answer {
            command: program::shown(&command),
            why: error.to_string(),
        };
        serde_json::from_str::<Message>(line).map_err(unreadable)
    };
    let messages: Vec<Message> = told.lines().map(read).collect::<Result<_>>()?;
    let mut programs: Vec<_> = messages.into_iter().filter_map(Message::program).collect();
    programs.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.name.cmp(&b.name)));
    Ok(programs)
}

/// What Cargo tells of each thing that it has built, as far as it is needed.
#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
    manifest_path: Option<PathBuf>,
    profile: Option<Profile>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Profile {
    test: bool,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

impl Message {
    fn program(self) -> Option<TestProgram> {
        let path = self.executable.filter(|_| self.profile.is_some_and(|profile| profile.test))?;
        let folder = self.manifest_path?.parent()?.to_owned();
        let crate_name = folder.file_name().map(Path::new)?.display().to_string();
        let name = format!("{crate_name}: {}", self.target?.name);
        let bytes = path.metadata().map_or(0, |metadata| metadata.len());
        Some(TestProgram { name, folder, path, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(line: &str) -> Option<TestProgram> {
        serde_json::from_str::<Message>(line).unwrap().program()
    }

    #[test]
    fn only_programs_with_tests_are_listed() {
        let built = r#"{"reason":"compiler-artifact","manifest_path":"/r/crates/wire/Cargo.toml",
            "target":{"name":"real_brokers"},"profile":{"test":true},"executable":"/t/real"}"#;
        let found = program(built).unwrap();
        assert_eq!(found.name, "wire: real_brokers");
        assert_eq!(found.folder, Path::new("/r/crates/wire"));
        assert_eq!(program(&built.replace("\"test\":true", "\"test\":false")), None);
        assert_eq!(program(&built.replace("\"/t/real\"", "null")), None);
        assert_eq!(program(r#"{"reason":"build-finished","success":true}"#), None);
    }
}
