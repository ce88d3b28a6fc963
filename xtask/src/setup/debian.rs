//! Installs packages of Debian, where this is a Debian and the user may.

use std::fs::{self, OpenOptions, Permissions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::tools;
use crate::error::{Error, Result};
use crate::program;

/// How long fetching and unpacking packages may take.
const LIMIT: Duration = Duration::from_mins(20);
/// Whom packages ask whether their services may be started; nobody is there on most machines.
const POLICY: &str = "/usr/sbin/policy-rc.d";
/// The answer is no.
const NO_SERVICES: &str = "#!/bin/sh\nexit 101\n";

/// Installs `packages`, which bring `what`, and starts none of their services; an error that says
/// what to install where that cannot be done from here.
pub fn install(what: &str, packages: &[&str]) -> Result<()> {
    if !is_debian() || !rustix::process::geteuid().is_root() {
        return Err(missing(what, packages));
    }
    println!("installing {} for {what}", packages.join(", "));
    // The list of a machine that is new is empty, and that of an old one names what is gone.
    program::run_within(&mut apt(&["update", "-q"]), LIMIT)?;
    let _quiet = Quiet::make(Path::new(POLICY))?;
    let mut install = apt(&["install", "-q", "--yes", "--no-install-recommends"]);
    program::run_within(install.args(packages), LIMIT)
}

/// While it lives, no package starts a service; a policy that the machine has stays its own.
struct Quiet(Option<PathBuf>);

impl Quiet {
    fn make(policy: &Path) -> Result<Self> {
        let failed = Error::file("write", policy);
        let mut file = match OpenOptions::new().write(true).create_new(true).open(policy) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(Self(None)),
            Err(error) => return Err(failed(error)),
        };
        let quiet = Self(Some(policy.to_owned()));
        let written = file.write_all(NO_SERVICES.as_bytes());
        written
            .and_then(|()| file.set_permissions(Permissions::from_mode(0o755)))
            .map_err(failed)?;
        Ok(quiet)
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        if let Some(policy) = &self.0
            && let Err(error) = fs::remove_file(policy)
        {
            eprintln!("{} is left, and keeps services from starting: {error}", policy.display());
        }
    }
}

fn is_debian() -> bool {
    Path::new("/etc/debian_version").is_file() && tools::find("apt-get").is_some()
}

fn missing(what: &str, packages: &[&str]) -> Error {
    let packages = packages.join(" ");
    let how = if is_debian() {
        format!("install it as root: apt-get install {packages}")
    } else {
        format!("install what your system calls the Debian packages {packages}")
    };
    Error::Missing { what: what.to_owned(), how }
}

fn apt(words: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    // Another installation at the same time is waited for.
    command.args(["-o", "DPkg::Lock::Timeout=300"]).args(words);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_quiet_only_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let policy = folder.path().join("policy");
        let quiet = Quiet::make(&policy).unwrap();
        assert_eq!(Command::new("sh").arg(&policy).status().unwrap().code(), Some(101));
        assert_eq!(fs::metadata(&policy).unwrap().permissions().mode() & 0o111, 0o111);
        drop(quiet);
        assert!(!policy.exists());
        fs::write(&policy, "own").unwrap();
        drop(Quiet::make(&policy).unwrap());
        assert_eq!(fs::read_to_string(&policy).unwrap(), "own", "the machine's own stays");
    }

    #[test]
    fn what_to_install_is_told() {
        let text = missing("a JDK", &["default-jdk-headless"]).to_string();
        assert!(text.starts_with("a JDK is needed and not there; install"), "{text}");
        assert!(text.contains("default-jdk-headless"), "{text}");
    }
}
