//! A person who reads a rendered playbook and copies its commands into one shell.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// All that the person has: a shell, coreutils, tar with its gzip, curl and `ss` of iproute2. Of
/// coreutils only what the playbook needs is there.
const PROGRAMS: [&str; 24] = [
    "sh",
    "cat",
    "chmod",
    "cp",
    "curl",
    "df",
    "dirname",
    "env",
    "gzip",
    "head",
    "id",
    "ln",
    "mkdir",
    "mv",
    "readlink",
    "rm",
    "sha256sum",
    "sleep",
    "ss",
    "stat",
    "sync",
    "tail",
    "tar",
    "tr",
];

/// What a rendered playbook says is to be typed.
#[derive(Debug, Default)]
pub struct Read {
    /// At the beginning of each session.
    pub session: Vec<String>,
    /// For each step: its heading, and its blocks: what does it, what verifies it.
    pub steps: Vec<(String, Vec<String>)>,
    /// The way back, from top to bottom.
    pub back: Vec<(String, Vec<String>)>,
}

/// Reads the Markdown from top to bottom, as a person does.
pub fn read(markdown: &str) -> Read {
    let mut read = Read::default();
    let mut section = "";
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            section = title;
        } else if let Some(title) = line.strip_prefix("### ") {
            match section {
                "Steps" => read.steps.push((title.to_owned(), Vec::new())),
                "The way back" => read.back.push((title.to_owned(), Vec::new())),
                _ => {}
            }
        } else if line == "```sh" {
            let block: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
            let block = block.join("\n");
            match section {
                "Begin a session" => read.session.push(block),
                "Steps" => read.steps.last_mut().unwrap().1.push(block),
                "The way back" => read.back.last_mut().unwrap().1.push(block),
                _ => {}
            }
        }
    }
    read
}

/// The person's shell.
pub struct Shell {
    programs: PathBuf,
    home: PathBuf,
}

impl Shell {
    /// A shell that finds [`PROGRAMS`] and nothing else; `None`, with why, where this machine
    /// lacks one of them.
    pub fn new(folder: &Path) -> Result<Self, String> {
        let programs = folder.join("programs");
        fs::create_dir(&programs).unwrap();
        for program in PROGRAMS {
            let found = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"]
                .iter()
                .map(|folder| Path::new(folder).join(program))
                .find(|path| path.exists());
            symlink(found.ok_or(program)?, programs.join(program)).unwrap();
        }
        let home = folder.join("home-of-the-person");
        fs::create_dir(&home).unwrap();
        Ok(Self { programs, home })
    }

    /// Types the blocks one after the other, and stops at the first that does not end well. Gives
    /// what was seen.
    pub fn types<'a>(
        &self,
        blocks: impl IntoIterator<Item = &'a String>,
    ) -> Result<String, String> {
        let mut script = String::new();
        for block in blocks {
            script += &format!("{block}\n[ $? = 0 ] || exit 1\n");
        }
        let path = self.home.join("typed.sh");
        fs::write(&path, script).unwrap();
        let output = Command::new(self.programs.join("sh"))
            .arg(&path)
            .env_clear()
            .env("PATH", &self.programs)
            .env("HOME", &self.home)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let seen = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        if output.status.success() { Ok(seen) } else { Err(seen) }
    }
}
