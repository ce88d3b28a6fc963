//! Programs that are needed, and the Debian packages that they come with.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::debian;
use crate::error::{Error, Result};

/// A program.
pub struct Tool {
    /// Its name.
    pub program: &'static str,
    /// The Debian package that has it.
    pub package: &'static str,
}

/// What playbooks are followed with in tests, what checks their signatures, and what reads the
/// repositories of restore points.
pub const OF_TESTS: [Tool; 5] = [
    Tool { program: "curl", package: "curl" },
    Tool { program: "restic", package: "restic" },
    Tool { program: "ss", package: "iproute2" },
    // With `ssh` itself, over which other hosts are reached.
    Tool { program: "ssh-keygen", package: "openssh-client" },
    Tool { program: "tar", package: "tar" },
];

/// Servers and checkers: brokers that read what was settled, the one behind which other hosts are,
/// a database, a browser, which is one to its driver, and what checks figures. Tests for which one
/// is not there say that they are skipped.
pub const SERVERS: [Tool; 8] = [
    Tool { program: "chromium", package: "chromium" },
    Tool { program: "chromedriver", package: "chromium-driver" },
    Tool { program: "mosquitto", package: "mosquitto" },
    Tool { program: "nats-server", package: "nats-server" },
    // Its other programs are in no folder of the path.
    Tool { program: "pg_ctlcluster", package: "postgresql" },
    // It comes with the server that it checks figures for.
    Tool { program: "promtool", package: "prometheus" },
    Tool { program: "rabbitmq-server", package: "rabbitmq-server" },
    Tool { program: "sshd", package: "openssh-server" },
];

/// Finds the programs, or installs them.
pub fn ensure(tools: &[Tool]) -> Result<()> {
    let missing: Vec<_> = tools.iter().filter(|tool| find(tool.program).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let programs: Vec<_> = missing.iter().map(|tool| tool.program).collect();
    let packages: Vec<_> = missing.iter().map(|tool| tool.package).collect();
    debian::install(&programs.join(", "), &packages)
}

/// Finds the programs, or installs them where that can be done from here; else tells what to
/// install.
pub fn ensure_if_possible(tools: &[Tool]) -> Result<()> {
    match ensure(tools) {
        Err(missing @ Error::Missing { .. }) => {
            println!("{missing}; tests that need it are skipped");
            Ok(())
        }
        done => done,
    }
}

/// The first program of this name in the `PATH`.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    // Where no login shell was, the folders of the administrator's programs may not be in it.
    let folders = env::split_paths(&path).chain([PathBuf::from("/usr/sbin"), "/sbin".into()]);
    folders.map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}

/// Has a command look for programs in this folder first.
pub fn put_before(command: &mut Command, folder: &Path) {
    let given = command.get_envs().find(|(name, _)| *name == "PATH").and_then(|(_, path)| path);
    let others = given.map(OsStr::to_owned).or_else(|| env::var_os("PATH"));
    let mut path = folder.as_os_str().to_owned();
    if let Some(others) = others {
        path.push(":");
        path.push(others);
    }
    command.env("PATH", path);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_folder_is_looked_in_first() {
        let mut command = Command::new("x");
        put_before(&mut command, Path::new("/first"));
        put_before(&mut command, Path::new("/second"));
        let (_, path) = command.get_envs().next().unwrap();
        assert!(path.unwrap().to_str().unwrap().starts_with("/second:/first:"));
    }

    #[test]
    fn programs_are_found_in_the_path() {
        assert!(find("sh").is_some());
        assert_eq!(find("no-such-program-anywhere"), None);
    }
}
